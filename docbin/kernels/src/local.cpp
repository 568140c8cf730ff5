// The Python face of local thresholds: checks first, pointers afterwards.
#include "local_binding.hpp"

#include "extremes_room.hpp"
#include "local_band.hpp"
#include "python_arrays.hpp"
#include "row_bands.hpp"
#include "table.hpp"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace docbin {

using namespace python;

using Gray = Plane<std::uint8_t>;

static LocalTask task_of(const Gray& gray, std::size_t window, std::size_t top, std::size_t bottom,
                         const std::optional<Gray>& extra) {
    std::size_t height = gray.shape(0), width = gray.shape(1), radius = window / 2;
    if (window % 2 == 0) throw std::invalid_argument("window must be odd");
    if (radius > WIDEST_RADIUS) throw std::invalid_argument("window must be at most 4095");
    if (top > bottom || bottom > height) throw std::invalid_argument("no such rows");
    if (extra && (extra->shape(0) != height || extra->shape(1) != width))
        throw std::invalid_argument("extra must have the shape of gray");
    return {gray.data(), extra ? extra->data() : nullptr, height, width, top, bottom, radius};
}

static LocalParameters parameters_of(const std::string& formula, float a, float b, float c, float d) {
    static const std::map<std::string, Formula> known = {
        {"niblack", Formula::niblack}, {"sauvola", Formula::sauvola},       {"wolf", Formula::wolf},
        {"nick", Formula::nick},       {"phansalkar", Formula::phansalkar}, {"singh", Formula::singh},
        {"wan", Formula::wan},         {"bradley", Formula::bradley}};
    auto found = known.find(formula);
    if (found == known.end()) throw std::invalid_argument("there is no formula " + formula);
    return {found->second, a, b, c, d};
}

// Calls kernel(band of the task, room). A band starts with a window of rows that give no result.
template <class Kernel>
static void run(const LocalTask& task, std::size_t least, int threads, const Kernel& kernel) {
    if (task.top == task.bottom || task.width == 0) return;
    for_row_bands_from(task.top, task.bottom, threads, std::max<std::size_t>(least, 32), [&] {
        return [&, room = LocalBand(task.width, task.radius)](std::size_t top, std::size_t bottom) mutable {
            LocalTask band = task;
            band.top = top;
            band.bottom = bottom;
            kernel(band, room.room());
        };
    });
}

static auto threshold(Gray gray, std::size_t window, const std::string& formula, float a, float b, float c, float d,
                      std::size_t top, std::size_t bottom, int threads, std::optional<Gray> extra) {
    LocalTask task = task_of(gray, window, top, bottom, extra);
    LocalParameters p = parameters_of(formula, a, b, c, d);
    std::size_t bytes = (task.width + 7) / 8;
    auto bits = blank<std::uint8_t>({bottom - top, bytes});
    {
        nb::gil_scoped_release release;
        run(task, 2 * task.radius, threads, [&](const LocalTask& band, const LocalRoom& room) {
            chosen_kernels().local.threshold(band, room, p, bits.data() + (band.top - top) * bytes);
        });
    }
    return bits;
}

// Its bands start with a window of rows that the lightest pixels are sought in: they should be few.
static auto wan_threshold(Gray gray, std::size_t window, float a, float b, std::size_t top, std::size_t bottom,
                          int threads) {
    LocalTask task = task_of(gray, window, top, bottom, std::nullopt);
    LocalParameters p{Formula::wan, a, b, 0.0f, 0.0f};
    ExtremesTask page = whole_page(task.gray, task.height, task.width, task.radius);
    std::size_t bytes = (task.width + 7) / 8;
    auto bits = blank<std::uint8_t>({bottom - top, bytes});
    {
        nb::gil_scoped_release release;
        run(task, 4 * task.radius, threads, [&](const LocalTask& band, const LocalRoom& room) {
            ExtremesTask part = page;
            part.top = band.top;
            part.bottom = band.bottom;
            ExtremesBand part_room(part);
            chosen_kernels().local.wan(band, room, part, part_room, p, bits.data() + (band.top - top) * bytes);
        });
    }
    return bits;
}

static auto levels(Gray gray, std::size_t window, const std::string& formula, float a, float b, float c, float d,
                   int threads, std::optional<Gray> extra) {
    LocalTask task = task_of(gray, window, 0, gray.shape(0), extra);
    LocalParameters p = parameters_of(formula, a, b, c, d);
    auto found = blank<float>({task.height, task.width});
    {
        nb::gil_scoped_release release;
        run(task, 2 * task.radius, threads, [&](const LocalTask& band, const LocalRoom& room) {
            chosen_kernels().local.levels(band, room, p, found.data() + band.top * band.width);
        });
    }
    return found;
}

static float deviation(Gray gray, std::size_t window, std::size_t top, std::size_t bottom, int threads) {
    LocalTask task = task_of(gray, window, top, bottom, std::nullopt);
    float most = 0.0f;
    nb::gil_scoped_release release;
    std::mutex comparing;
    run(task, 2 * task.radius, threads, [&](const LocalTask& band, const LocalRoom& room) {
        float found = chosen_kernels().local.deviation(band, room);
        std::lock_guard<std::mutex> guard(comparing);
        most = std::max(most, found);
    });
    return most;
}

static auto statistics(Gray gray, std::size_t window, int threads) {
    LocalTask task = task_of(gray, window, 0, gray.shape(0), std::nullopt);
    auto mean = blank<double>({task.height, task.width}), variance = blank<double>({task.height, task.width});
    {
        nb::gil_scoped_release release;
        run(task, 2 * task.radius, threads, [&](const LocalTask& band, const LocalRoom& room) {
            std::size_t first = band.top * band.width;
            chosen_kernels().local.statistics(band, room, mean.data() + first, variance.data() + first);
        });
    }
    return nb::make_tuple(mean, variance);
}

void bind_local(nb::module_& m) {
    m.def("local_threshold", threshold, nb::arg("gray"), nb::arg("window"), nb::arg("formula"), nb::kw_only(),
          nb::arg("a"), nb::arg("b") = 0.0f, nb::arg("c") = 0.0f, nb::arg("d") = 0.0f, nb::arg("top"),
          nb::arg("bottom"), nb::arg("threads") = 1, nb::arg("extra") = nb::none());
    m.def("wan_threshold", wan_threshold, nb::arg("gray"), nb::arg("window"), nb::kw_only(), nb::arg("a"), nb::arg("b"),
          nb::arg("top"), nb::arg("bottom"), nb::arg("threads") = 1);
    m.def("local_levels", levels, nb::arg("gray"), nb::arg("window"), nb::arg("formula"), nb::kw_only(), nb::arg("a"),
          nb::arg("b") = 0.0f, nb::arg("c") = 0.0f, nb::arg("d") = 0.0f, nb::arg("threads") = 1,
          nb::arg("extra") = nb::none());
    m.def("largest_deviation", deviation, nb::arg("gray"), nb::arg("window"), nb::arg("top"), nb::arg("bottom"),
          nb::arg("threads") = 1);
    m.def("window_statistics", statistics, nb::arg("gray"), nb::arg("window"), nb::arg("threads") = 1);
}

}  // namespace docbin
