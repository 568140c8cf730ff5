// The Python face of the kernels of the structural methods: checks first, pointers afterwards.
#include "structural.hpp"

#include "components.hpp"
#include "python_arrays.hpp"
#include "reconstruction.hpp"
#include "superlevel.hpp"
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

static int reach_of(int connectivity) {
    if (connectivity != 4 && connectivity != 8) throw std::invalid_argument("connectivity must be 4 or 8");
    return connectivity == 8 ? 1 : 0;
}

static auto as_table(const Components& found) {
    auto boxes = blank<std::int32_t>({found.count(), 5});
    static_assert(sizeof(Box) == 5 * sizeof(std::int32_t));
    if (found.count()) std::memcpy(boxes.data(), found.boxes().data(), found.count() * sizeof(Box));
    return boxes;
}

static std::unique_ptr<Components> find_components(const Plane<std::uint8_t>& ink, int connectivity) {
    int reach = reach_of(connectivity);
    nb::gil_scoped_release release;
    return std::make_unique<Components>(ink.data(), ink.shape(0), ink.shape(1), reach);
}

static void bind_components(nb::module_& m) {
    m.def("component_boxes", [](Plane<std::uint8_t> ink, int connectivity) {
        return as_table(*find_components(ink, connectivity));
    }, nb::arg("ink"), nb::arg("connectivity") = 8);
    m.def("reconstruct", [](Plane<std::uint8_t> ink, Plane<std::uint8_t> seed, int connectivity, int threads) {
        if (ink.shape(0) != seed.shape(0) || ink.shape(1) != seed.shape(1))
            throw std::invalid_argument("ink and seed must have one shape");
        int reach = reach_of(connectivity);
        auto kept = zeros<std::uint8_t>({ink.shape(0), ink.shape(1)});
        {
            nb::gil_scoped_release release;
            Reconstruction(ink.data(), seed.data(), ink.shape(0), ink.shape(1), reach, threads).paint(kept.data());
        }
        return kept;
    }, nb::arg("ink"), nb::arg("seed"), nb::arg("connectivity") = 8, nb::arg("threads") = 1);
    m.def("components", [](Plane<std::uint8_t> ink, int connectivity) {
        auto found = find_components(ink, connectivity);
        auto labels = zeros<std::int32_t>({ink.shape(0), ink.shape(1)});
        {
            nb::gil_scoped_release release;
            found->paint(ink.shape(1), labels.data());
        }
        return nb::make_tuple(labels, as_table(*found));
    }, nb::arg("ink"), nb::arg("connectivity") = 8);
}

static void bind_superlevel(nb::module_& m) {
    m.def("superlevel_counts", [](Plane<std::uint8_t> values, int connectivity) {
        bool diagonal = reach_of(connectivity) == 1;
        if (values.size() >= (std::size_t{1} << 32)) throw std::invalid_argument("the map has more than 2^32 pixels");
        auto counts = zeros<std::int64_t>({256});
        {
            nb::gil_scoped_release release;
            SuperlevelCounts(values.data(), values.shape(0), values.shape(1), diagonal, counts.data());
        }
        return counts;
    }, nb::arg("values"), nb::arg("connectivity") = 8);
}

void bind_structural(nb::module_& m) {
    bind_superlevel(m);
    bind_distance(m);
    bind_components(m);
}

}  // namespace docbin
