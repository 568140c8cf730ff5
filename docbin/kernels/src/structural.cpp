// The Python face of the kernels of the structural methods: checks first, pointers afterwards.
#include "structural.hpp"

#include "python_arrays.hpp"
#include "table.hpp"

#include <stdexcept>
#include <vector>

namespace docbin {

using namespace python;

static void bind_distance(nb::module_& m) {
    m.def("chamfer", [](Plane<std::uint8_t> ink) {
        std::size_t height = ink.shape(0), width = ink.shape(1);
        auto distance = blank<std::uint16_t>({height, width});
        std::vector<std::uint16_t> empty(width);
        if (height && width) {
            nb::gil_scoped_release release;
            chosen_kernels().chamfer(ink.data(), height, width, empty.data(), distance.data());
        }
        return distance;
    }, nb::arg("ink"));
    m.def("ridge_widths", [](Plane<std::uint16_t> distance, std::size_t bins) {
        if (bins == 0) throw std::invalid_argument("bins must be positive");
        auto counts = zeros<std::int64_t>({bins});
        std::vector<std::uint16_t> empty(distance.shape(1));
        {
            nb::gil_scoped_release release;
            chosen_kernels().ridge_widths(distance.data(), distance.shape(0), distance.shape(1), empty.data(), bins,
                                          counts.data());
        }
        return counts;
    }, nb::arg("distance"), nb::arg("bins"));
}

void bind_structural(nb::module_& m) {
    bind_distance(m);
}

}  // namespace docbin
