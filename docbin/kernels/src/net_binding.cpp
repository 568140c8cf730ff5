// The Python face of packed networks: checks first, pointers afterwards.
#include "net_binding.hpp"

#include "net_network.hpp"
#include "net_run.hpp"
#include "python_arrays.hpp"

#include <nanobind/stl/string.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace docbin {

using namespace python;
using net::Network;

// What is done in one pass, for tests and the curious: "conv+add+rprelu+quantise".
static nb::list steps(const Network& network) {
    nb::list names;
    const net::Graph& graph = network.graph();
    for (const net::Step& step : network.plan().steps) {
        std::string name = step.task == net::Task::page ? "page" : step.task == net::Task::output ? "output" : "";
        if (step.shuffle != net::NOTHING) name = "shuffle+output";
        if (name.empty()) name = net::name_of(graph.nodes[step.node].op);
        if (step.add != net::NOTHING) name += "+add";
        if (step.rprelu != net::NOTHING) name += "+rprelu";
        if (step.quantise != net::NOTHING) name += "+quantise";
        if (step.quantise != net::NOTHING && step.stream != net::NOTHING) name += "+stream";
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

using Image = nb::ndarray<const std::uint8_t, nb::c_contig, nb::device::cpu>;

// One page, or `count` pages of one size in an array of four dimensions.
struct Pages {
    std::size_t count, height, width, channels;
    std::vector<net::Pixels> pixels;
    bool many;

    net::Page page(std::size_t i) const { return {height, width, channels, net::read_pixels, &pixels[i]}; }
};

static Pages pages_of(const Image& image) {
    bool many = image.ndim() == 4;
    if (!many && image.ndim() != 2 && image.ndim() != 3)
        throw std::invalid_argument("image must be (H, W), (H, W, 3) or (N, H, W, 3)");
    std::size_t at = many ? 1 : 0, channels = image.ndim() == 2 ? 1 : image.shape(at + 2);
    if (channels != 3 && image.ndim() != 2) throw std::invalid_argument("image must have 3 channels, or be (H, W)");
    Pages pages{many ? image.shape(0) : 1, image.shape(at), image.shape(at + 1), channels, {}, many};
    if (!pages.height || !pages.width) throw std::invalid_argument("image has no pixels");
    std::size_t line = pages.width * channels;
    for (std::size_t i = 0; i < pages.count; ++i) pages.pixels.push_back({image.data() + i * pages.height * line, line, line});
    return pages;
}

// Results of every page in one array; `many` pages have a dimension of their own.
template <class T>
static auto results(const Pages& pages, std::size_t columns) {
    if (pages.many) return blank<T>({pages.count, pages.height, columns});
    return blank<T>({pages.height, columns});
}

static std::size_t band_of(std::int64_t rows) {
    if (rows < 0) throw std::invalid_argument("band_rows must be 0 or more");
    return static_cast<std::size_t>(rows);
}

static void work(const Network& network, const std::vector<net::Job>& jobs, int threads, std::size_t band) {
    nb::gil_scoped_release release;
    net::run(network, jobs, threads, band);
}

static void check_mask(const Network& network) {
    if (!network.graph().is_mask)
        throw std::invalid_argument("the network gives streams, no mask: call streams instead");
}

static auto run_bits(const Network& network, const Image& image, int threads, std::int64_t band_rows) {
    check_mask(network);
    Pages pages = pages_of(image);
    std::size_t columns = (pages.width + 7) / 8, band = band_of(band_rows);
    auto bits = results<std::uint8_t>(pages, columns);
    std::vector<net::Job> jobs(pages.count);
    for (std::size_t i = 0; i < pages.count; ++i) {
        jobs[i].page = pages.page(i);
        jobs[i].target.bits = bits.data() + i * pages.height * columns;
    }
    work(network, jobs, threads, band);
    return bits;
}

static auto logits(const Network& network, const Image& image, int threads, std::int64_t band_rows) {
    check_mask(network);
    Pages pages = pages_of(image);
    std::size_t band = band_of(band_rows);
    auto found = results<std::int16_t>(pages, pages.width);
    std::vector<net::Job> jobs(pages.count);
    for (std::size_t i = 0; i < pages.count; ++i) {
        jobs[i].page = pages.page(i);
        jobs[i].target.logits = found.data() + i * pages.height * pages.width;
    }
    work(network, jobs, threads, band);
    return found;
}

// Streams grow with the page and with what the network makes of it: refused before they are allocated.
constexpr std::size_t MOST_STREAM_BYTES = std::size_t{1} << 34;

static void check_stream(const net::Output& output, std::size_t rows, std::size_t columns, std::size_t channels) {
    if (columns && channels && rows > MOST_STREAM_BYTES / sizeof(std::int16_t) / columns / channels)
        throw std::invalid_argument("the stream " + output.name + " of this page would have " + std::to_string(rows) +
                                    " x " + std::to_string(columns) + " x " + std::to_string(channels) +
                                    " numbers; 16 GiB are allowed: cut the page into parts");
}

static nb::list streams(const Network& network, const Image& image, int threads, std::int64_t band_rows) {
    const net::Graph& graph = network.graph();
    if (graph.is_mask) throw std::invalid_argument("the network gives a mask, no streams: call logits instead");
    Pages pages = pages_of(image);
    if (pages.many) throw std::invalid_argument("image must be one page: (H, W) or (H, W, 3)");
    std::size_t band = band_of(band_rows);
    std::vector<net::Job> jobs(1);
    jobs[0].page = pages.page(0);
    nb::list found;
    net::Extents extents = net::extents_of(graph, pages.height, pages.width);
    for (const net::Output& output : graph.outputs) {
        const net::Value& value = graph.values[output.value];
        auto rows = static_cast<std::size_t>(extents.rows_of(value));
        std::size_t columns = extents.columns_of(value);
        check_stream(output, rows, columns, value.channels);
        auto stream = blank<std::int16_t>({rows, columns, value.channels});
        jobs[0].target.streams.push_back(stream.data());
        found.append(nb::make_tuple(output.name, stream));
    }
    work(network, jobs, threads, band);
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
        .def("run_bits", run_bits, nb::arg("image").noconvert(), nb::arg("threads") = 1, nb::arg("band_rows") = 0)
        .def("logits", logits, nb::arg("image").noconvert(), nb::arg("threads") = 1, nb::arg("band_rows") = 0)
        .def("streams", streams, nb::arg("image").noconvert(), nb::arg("threads") = 1, nb::arg("band_rows") = 0)
        .def("working_bytes", [](const Network& network, std::size_t height, std::size_t width, std::int64_t band_rows) {
            return net::working_bytes(network, height, width, band_of(band_rows));
        }, nb::arg("height"), nb::arg("width"), nb::arg("band_rows") = 0)
        .def_prop_ro("metadata", metadata)
        .def_prop_ro("steps", steps);
}

}  // namespace docbin
