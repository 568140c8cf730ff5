// The Python face of the kernels that judge a contour: checks first, pointers afterwards.
#include "contour_fit_binding.hpp"

#include "python_arrays.hpp"
#include "row_bands.hpp"
#include "table.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <stdexcept>
#include <vector>

namespace docbin {

using namespace python;

// Bands below this many rows are not worth a thread.
constexpr std::size_t LEAST_ROWS = 64;

static auto curvature_of(Plane<std::uint8_t> gray, int threads) {
    std::size_t height = gray.shape(0), width = gray.shape(1);
    auto result = blank<std::int16_t>({height, width});
    if (height && width) {
        nb::gil_scoped_release release;
        for_row_bands(0, height, threads, LEAST_ROWS, [&](std::size_t top, std::size_t bottom) {
            std::vector<std::int16_t> room(3 * (width + 4));
            chosen_kernels().fit.curvature({height, width, top, bottom}, gray.data(), room.data(), result.data());
        });
    }
    return result;
}

// Without an early end, so that compilers vectorise it.
static std::uint8_t largest_value(const std::uint8_t* values, std::size_t count) {
    std::uint8_t most = 0;
    for (std::size_t i = 0; i < count; ++i) most = std::max(most, values[i]);
    return most;
}

static auto fit_of(Plane<std::uint8_t> ink, Plane<std::int16_t> curvature, int threads) {
    std::size_t height = ink.shape(0), width = ink.shape(1);
    if (curvature.shape(0) != height || curvature.shape(1) != width)
        throw std::invalid_argument("ink and curvature must have one shape");
    std::array<std::int64_t, 4> total{};
    if (height && width) {
        nb::gil_scoped_release release;
        std::mutex adding;
        for_row_bands(0, height, threads, LEAST_ROWS, [&](std::size_t top, std::size_t bottom) {
            if (largest_value(ink.data() + top * width, (bottom - top) * width) > 1)
                throw std::invalid_argument("ink must be 0 or 1");
            std::vector<std::uint8_t> room(2 * (width + 2));
            std::array<std::int64_t, 4> sums{};
            chosen_kernels().fit.contour_fit({height, width, top, bottom}, ink.data(), curvature.data(), room.data(),
                                             sums.data());
            std::lock_guard<std::mutex> guard(adding);
            for (std::size_t i = 0; i < 4; ++i) total[i] += sums[i];
        });
    }
    return nb::make_tuple(total[0], total[1], total[2], total[3]);
}

void bind_contour_fit(nb::module_& m) {
    m.def("curvature", curvature_of, nb::arg("gray"), nb::arg("threads") = 1);
    m.def("contour_fit", fit_of, nb::arg("ink"), nb::arg("curvature"), nb::arg("threads") = 1);
}

}  // namespace docbin
