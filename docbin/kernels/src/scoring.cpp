// The Python face of the scoring kernels: checks first, pointers afterwards. Masks are uint8 or bool
// (H, W), non-zero is ink.
#include "scoring.hpp"

#include "bit_plane.hpp"
#include "contour_distance.hpp"
#include "python_arrays.hpp"

#include <stdexcept>

namespace docbin {

using namespace python;

using Mask = nb::ndarray<const bool, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

static const std::uint8_t* bytes(const Mask& mask) { return reinterpret_cast<const std::uint8_t*>(mask.data()); }

static BitPlane plane(const Mask& mask) { return BitPlane(bytes(mask), mask.shape(0), mask.shape(1)); }

static void same_shape(const Mask& result, const Mask& truth) {
    if (result.shape(0) != truth.shape(0) || result.shape(1) != truth.shape(1))
        throw std::invalid_argument("the two masks must have one shape");
}

static void bind_thinning(nb::module_& m) {
    m.def("thin_guo_hall", [](Mask mask) {
        auto thinned = blank<bool>({mask.shape(0), mask.shape(1)});
        if (mask.size()) {
            nb::gil_scoped_release release;
            BitPlane bits = plane(mask);
            bits.thin(chosen_kernels().scoring.thin_guo_hall);
            bits.unpack(reinterpret_cast<std::uint8_t*>(thinned.data()));
        }
        return thinned;
    }, nb::arg("mask"));
}

static void bind_distortion(nb::module_& m) {
    m.def("drd_counts", [](Mask result, Mask truth) {
        same_shape(result, truth);
        auto counts = zeros<std::int64_t>({5});
        {
            nb::gil_scoped_release release;
            BitPlane mine = plane(result), right = plane(truth);
            chosen_kernels().scoring.drd_counts(mine.data(), right.data(), right.height(), right.width(),
                                                right.stride(), counts.data());
        }
        return counts;
    }, nb::arg("result"), nb::arg("truth"));
    m.def("mixed_blocks", [](Mask truth) {
        nb::gil_scoped_release release;
        BitPlane bits = plane(truth);
        return chosen_kernels().scoring.mixed_blocks(bits.data(), bits.height(), bits.width(), bits.stride());
    }, nb::arg("truth"));
    m.def("contour_sums", [](Mask result, Mask truth) {
        same_shape(result, truth);
        auto sums = zeros<double>({3});
        if (truth.size()) {
            nb::gil_scoped_release release;
            ContourSums found = contour_sums(plane(result), plane(truth));
            sums.data()[0] = found.missed;
            sums.data()[1] = found.false_ink;
            sums.data()[2] = found.all;
        }
        return sums;
    }, nb::arg("result"), nb::arg("truth"));
}

void bind_scoring(nb::module_& m) {
    bind_thinning(m);
    bind_distortion(m);
}

}  // namespace docbin
