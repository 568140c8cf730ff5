// The Python face of windows over marked pixels: checks first, pointers afterwards.
#include "masked_windows_binding.hpp"

#include "python_arrays.hpp"
#include "row_bands.hpp"
#include "table.hpp"

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <vector>

namespace docbin {

using namespace python;

// The products of sums stay below 2^63, and the sums of columns below 2^32, up to this window.
constexpr std::size_t LARGEST_WINDOW = 2001;

static MarkedTask marked_task(const Plane<std::uint8_t>& gray, const Plane<std::uint8_t>& marks, std::size_t window) {
    if (gray.shape(0) != marks.shape(0) || gray.shape(1) != marks.shape(1))
        throw std::invalid_argument("the page and its marks must have one shape");
    if (window % 2 == 0 || window > LARGEST_WINDOW) throw std::invalid_argument("window must be odd and at most 2001");
    std::size_t height = gray.shape(0), width = gray.shape(1), radius = window / 2;
    return {gray.data(), marks.data(), height, width, 0, height, height ? std::min(radius, height - 1) : 0,
            width ? std::min(radius, width - 1) : 0};
}

// Calls kernel(band of the task, columns) on bands of rows and returns the uint8 plane that it fills.
template <class Kernel>
static nb::ndarray<nb::numpy, std::uint8_t> plane_of(const MarkedTask& task, int threads, const Kernel& kernel) {
    auto plane = blank<std::uint8_t>({task.height, task.width});
    if (task.height && task.width) {
        nb::gil_scoped_release release;
        std::size_t least = std::max<std::size_t>(4 * task.radius_y, 64);
        for_row_bands(0, task.height, threads, least, [&](std::size_t top, std::size_t bottom) {
            MarkedTask band = task;
            band.top = top;
            band.bottom = bottom;
            std::vector<std::uint32_t> columns(4 * band.framed());
            kernel(band, columns.data(), plane.data() + top * task.width);
        });
    }
    return plane;
}

static void bind_gray(nb::module_& m) {
    m.def("edge_threshold", [](Plane<std::uint8_t> gray, Plane<std::uint8_t> edges, std::size_t window,
                               std::int64_t least, int threads) {
        if (least < 1) throw std::invalid_argument("least must be positive");
        return plane_of(marked_task(gray, edges, window), threads,
                        [&](const MarkedTask& band, std::uint32_t* columns, std::uint8_t* ink) {
                            chosen_kernels().marked.edge_threshold(band, columns, least, ink);
                        });
    }, nb::arg("gray"), nb::arg("edges"), nb::arg("window"), nb::arg("least"), nb::arg("threads") = 1);
    m.def("paper_totals", [](Plane<std::uint8_t> gray, Plane<std::uint8_t> ink, int threads) {
        const MarkedTask task = marked_task(gray, ink, 1);
        std::atomic<std::int64_t> paper{0}, shade{0};
        {
            nb::gil_scoped_release release;
            for_row_bands(0, task.height, threads, 64, [&](std::size_t top, std::size_t bottom) {
                MarkedTask band = task;
                band.top = top;
                band.bottom = bottom;
                const PaperTotals part = chosen_kernels().marked.paper_totals(band);
                paper += part.paper;
                shade += part.shade;
            });
        }
        return nb::make_tuple(paper.load(), shade.load());
    }, nb::arg("gray"), nb::arg("ink"), nb::arg("threads") = 1);
    m.def("paper_shade", [](Plane<std::uint8_t> gray, Plane<std::uint8_t> ink, std::size_t window,
                            std::uint8_t fallback, int threads) {
        std::atomic<std::int64_t> depth{0};
        auto shade = plane_of(marked_task(gray, ink, window), threads,
                              [&](const MarkedTask& band, std::uint32_t* columns, std::uint8_t* out) {
                                  depth += chosen_kernels().marked.paper_shade(band, columns, fallback, out);
                              });
        return nb::make_tuple(shade, depth.load());
    }, nb::arg("gray"), nb::arg("ink"), nb::arg("window"), nb::arg("fallback"), nb::arg("threads") = 1);
}

static void bind_masks(nb::module_& m) {
    m.def("crowd", [](Plane<std::uint8_t> ink, std::size_t window, std::int64_t most_paper, std::int64_t most_ink,
                      int threads) {
        return plane_of(marked_task(ink, ink, window), threads,
                        [&](const MarkedTask& band, std::uint32_t* columns, std::uint8_t* out) {
                            chosen_kernels().marked.crowd(band, columns, most_paper, most_ink, out);
                        });
    }, nb::arg("ink"), nb::arg("window"), nb::arg("most_paper"), nb::arg("most_ink"), nb::arg("threads") = 1);
    m.def("swell", [](Plane<std::uint8_t> ink, std::size_t window, std::int64_t most_ink, double reach, int threads) {
        return plane_of(marked_task(ink, ink, window), threads,
                        [&](const MarkedTask& band, std::uint32_t* columns, std::uint8_t* out) {
                            chosen_kernels().marked.swell(band, columns, most_ink, reach, out);
                        });
    }, nb::arg("ink"), nb::arg("window"), nb::arg("most_ink"), nb::arg("reach"), nb::arg("threads") = 1);
}

void bind_masked_windows(nb::module_& m) {
    bind_gray(m);
    bind_masks(m);
}

}  // namespace docbin
