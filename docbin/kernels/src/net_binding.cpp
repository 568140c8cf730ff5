// The Python face of packed networks: checks first, pointers afterwards.
#include "net_binding.hpp"

#include "net_network.hpp"
#include "python_arrays.hpp"

#include <nanobind/stl/string.h>

namespace docbin {

using namespace python;
using net::Network;

// What is done in one pass, for tests and the curious: "conv+add+rprelu+quantise".
static nb::list steps(const Network& network) {
    nb::list names;
    const net::Graph& graph = network.graph();
    for (const net::Step& step : network.plan().steps) {
        std::string name = step.task == net::Task::page ? "page" : step.task == net::Task::output ? "output" : "";
        if (name.empty()) name = net::name_of(graph.nodes[step.node].op);
        if (step.task == net::Task::conv) {
            if (step.reads.size() > 1) name += "+add";
            if (step.rprelu != net::NOTHING) name += "+rprelu";
            if (step.quantise != net::NOTHING) name += "+quantise";
            if (step.quantise != net::NOTHING && step.stream != net::NOTHING) name += "+stream";
        }
        names.append(name);
    }
    return names;
}

static nb::dict metadata(const Network& network) {
    nb::dict found;
    for (const auto& entry : network.file().metadata) found[nb::str(entry.first.c_str(), entry.first.size())] =
        nb::str(entry.second.c_str(), entry.second.size());
    return found;
}

void bind_net(nb::module_& m) {
    nb::class_<Network>(m, "Network")
        .def("__init__", [](Network* self, const nb::bytes& data) {
            const auto* first = reinterpret_cast<const unsigned char*>(data.c_str());
            std::size_t size = data.size();
            nb::gil_scoped_release release;
            new (self) Network(first, size);
        }, nb::arg("data"))
        .def_prop_ro("metadata", metadata)
        .def_prop_ro("steps", steps);
}

}  // namespace docbin
