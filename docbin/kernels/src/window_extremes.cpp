// The Python face of local minimum and maximum: checks first, pointers afterwards.
#include "window_extremes.hpp"

#include "python_arrays.hpp"
#include "row_bands.hpp"
#include "table.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace docbin {

using namespace python;

// Room of one band, see ExtremesRoom. A framed line must hold the row, its windows, and whole blocks
// of groups of 64 beyond it.
class BandRoom {
public:
    explicit BandRoom(const ExtremesTask& task) {
        std::size_t span = 2 * task.radius_y + 1;
        std::size_t stride = (task.width + 63) / 64 * 64, line = task.width + 2 * (2 * task.radius_x + 1) + 256;
        bytes_.resize((2 * span + 5) * stride + 4 * line);
        std::uint8_t* data = bytes_.data();
        room_ = {stride, line, data, data + span * stride, data + 2 * span * stride, data + (2 * span + 5) * stride};
    }
    operator const ExtremesRoom&() const { return room_; }

private:
    std::vector<std::uint8_t> bytes_;
    ExtremesRoom room_;
};

static ExtremesTask task_of(const Plane<std::uint8_t>& gray, std::size_t window) {
    if (window % 2 == 0) throw std::invalid_argument("window must be odd");
    std::size_t height = gray.shape(0), width = gray.shape(1), radius = window / 2;
    // Beyond the page a window finds nothing.
    return {gray.data(), height, width, 0, height, height ? std::min(radius, height - 1) : 0,
            width ? std::min(radius, width - 1) : 0};
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
        kernel(band, BandRoom(band));
    });
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
    m.def("contrast_map", [](Plane<std::uint8_t> gray, std::size_t window, int threads) {
        ExtremesTask task = task_of(gray, window);
        auto contrast = blank<std::uint8_t>({task.height, task.width});
        {
            nb::gil_scoped_release release;
            run(task, threads, [&](const ExtremesTask& band, const ExtremesRoom& room) {
                chosen_kernels().extremes.contrast_map(band, room, contrast.data() + band.top * band.width);
            });
        }
        return contrast;
    }, nb::arg("gray"), nb::arg("window"), nb::arg("threads") = 1);
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
