// The Python face of local minimum and maximum: checks first, pointers afterwards.
#include "window_extremes.hpp"

#include "extremes_room.hpp"
#include "python_arrays.hpp"
#include "row_bands.hpp"
#include "table.hpp"

#include <algorithm>
#include <stdexcept>

namespace docbin {

using namespace python;

static ExtremesTask task_of(const Plane<std::uint8_t>& gray, std::size_t window) {
    if (window % 2 == 0) throw std::invalid_argument("window must be odd");
    return whole_page(gray.data(), gray.shape(0), gray.shape(1), window / 2);
}

// Calls kernel(band of the task, room) on bands of rows. A band starts with a window of rows that give
// no result, so it should have several windows of them.
template <class Kernel>
static void run(const ExtremesTask& task, int threads, const Kernel& kernel) {
    if (task.top == task.bottom || task.width == 0) return;
    std::size_t least = std::max<std::size_t>(4 * task.radius_y, 64);
    for_row_bands(task.top, task.bottom, threads, least, [&](std::size_t top, std::size_t bottom) {
        ExtremesTask band = task;
        band.top = top;
        band.bottom = bottom;
        kernel(band, ExtremesBand(band));
    });
}

// Binds a kernel that makes one plane.
template <class Choice>
static void bind_plane(nb::module_& m, const char* name, const Choice& kernel) {
    m.def(name, [kernel](Plane<std::uint8_t> gray, std::size_t window, int threads) {
        ExtremesTask task = task_of(gray, window);
        auto made = blank<std::uint8_t>({task.height, task.width});
        {
            nb::gil_scoped_release release;
            run(task, threads, [&](const ExtremesTask& band, const ExtremesRoom& room) {
                kernel(chosen_kernels().extremes)(band, room, made.data() + band.top * band.width);
            });
        }
        return made;
    }, nb::arg("gray"), nb::arg("window"), nb::arg("threads") = 1);
}

static void bind_planes(nb::module_& m) {
    m.def("local_extremes", [](Plane<std::uint8_t> gray, std::size_t window, int threads) {
        ExtremesTask task = task_of(gray, window);
        auto low = blank<std::uint8_t>({task.height, task.width}), high = blank<std::uint8_t>({task.height, task.width});
        {
            nb::gil_scoped_release release;
            run(task, threads, [&](const ExtremesTask& band, const ExtremesRoom& room) {
                std::size_t first = band.top * band.width;
                chosen_kernels().extremes.local_extremes(band, room, low.data() + first, high.data() + first);
            });
        }
        return nb::make_tuple(low, high);
    }, nb::arg("gray"), nb::arg("window"), nb::arg("threads") = 1);
    bind_plane(m, "local_minimum", [](const ExtremesKernels& kernels) { return kernels.local_minimum; });
    bind_plane(m, "local_maximum", [](const ExtremesKernels& kernels) { return kernels.local_maximum; });
    bind_plane(m, "contrast_map", [](const ExtremesKernels& kernels) { return kernels.contrast_map; });
}

static void bind_bernsen(nb::module_& m) {
    m.def("bernsen", [](Plane<std::uint8_t> gray, std::size_t window, std::uint8_t limit, std::uint8_t fallback,
                        std::size_t top, std::size_t bottom, int threads) {
        ExtremesTask task = task_of(gray, window);
        if (top > bottom || bottom > task.height) throw std::invalid_argument("no such rows");
        task.top = top;
        task.bottom = bottom;
        std::size_t bytes = (task.width + 7) / 8;
        auto bits = blank<std::uint8_t>({bottom - top, bytes});
        {
            nb::gil_scoped_release release;
            run(task, threads, [&](const ExtremesTask& band, const ExtremesRoom& room) {
                chosen_kernels().extremes.bernsen(band, room, limit, fallback,
                                                  bits.data() + (band.top - top) * bytes);
            });
        }
        return bits;
    }, nb::arg("gray"), nb::arg("window"), nb::arg("limit"), nb::arg("fallback"), nb::kw_only(), nb::arg("top"),
       nb::arg("bottom"), nb::arg("threads") = 1);
}

void bind_extremes(nb::module_& m) {
    bind_planes(m);
    bind_bernsen(m);
}

}  // namespace docbin
