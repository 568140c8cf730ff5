// The Python face of rectangles, threshold grids and blurred pages: checks first, pointers afterwards.
#include "regional.hpp"

#include "difference_of_gaussians.hpp"
#include "python_arrays.hpp"
#include "rectangles.hpp"
#include "row_bands.hpp"
#include "threshold_grid.hpp"

#include <algorithm>
#include <mutex>
#include <stdexcept>
#include <vector>

namespace docbin {

#include "packed_row.hpp"

using namespace python;

using Boxes = nb::ndarray<const std::int32_t, nb::shape<-1, 4>, nb::c_contig, nb::device::cpu>;

static const Rectangle* rectangles(const Plane<std::uint8_t>& gray, const Boxes& boxes) {
    static_assert(sizeof(Rectangle) == 4 * sizeof(std::int32_t));
    const auto* found = reinterpret_cast<const Rectangle*>(boxes.data());
    for (std::size_t i = 0; i < boxes.shape(0); ++i) {
        const Rectangle& box = found[i];
        if (box.top < 0 || box.left < 0 || box.top >= box.bottom || box.left >= box.right ||
            static_cast<std::size_t>(box.bottom) > gray.shape(0) || static_cast<std::size_t>(box.right) > gray.shape(1))
            throw std::invalid_argument("every rectangle must have pixels and lie on the page");
    }
    return found;
}

// Rectangles that are worth a band of their own: those of about so many pixels.
constexpr std::size_t LEAST_BOXED = std::size_t{1} << 17;

// Calls work(first, last) on bands of the rectangles.
template <class Work>
static void each_rectangle(const Rectangle* boxed, std::size_t count, int threads, const Work& work) {
    std::size_t pixels = 1;
    for (std::size_t i = 0; i < count; ++i) pixels += boxed[i].pixels();
    for_row_bands(0, count, threads, std::max<std::size_t>(1, LEAST_BOXED * count / pixels), work);
}

static void bind_rectangles(nb::module_& m) {
    m.def("rectangle_sums", [](Plane<std::uint8_t> gray, Boxes boxes, int threads) {
        const Rectangle* boxed = rectangles(gray, boxes);
        auto sums = blank<std::int64_t>({boxes.shape(0), 4});
        static_assert(sizeof(RectangleSums) == 4 * sizeof(std::int64_t));
        auto* out = reinterpret_cast<RectangleSums*>(sums.data());
        {
            nb::gil_scoped_release release;
            each_rectangle(boxed, boxes.shape(0), threads, [&](std::size_t first, std::size_t last) {
                for (std::size_t i = first; i < last; ++i) out[i] = sums_of(gray.data(), gray.shape(1), boxed[i]);
            });
        }
        return sums;
    }, nb::arg("gray"), nb::arg("boxes"), nb::arg("threads") = 1);
    m.def("rectangle_otsu", [](Plane<std::uint8_t> gray, Boxes boxes, int threads) {
        const Rectangle* boxed = rectangles(gray, boxes);
        auto levels = blank<std::uint8_t>({boxes.shape(0)});
        {
            nb::gil_scoped_release release;
            each_rectangle(boxed, boxes.shape(0), threads, [&](std::size_t first, std::size_t last) {
                MovingHistogram histogram(gray.data(), gray.shape(1));
                for (std::size_t i = first; i < last; ++i) {
                    histogram.move(boxed[i]);
                    levels.data()[i] = static_cast<std::uint8_t>(histogram.otsu());
                }
            });
        }
        return levels;
    }, nb::arg("gray"), nb::arg("boxes"), nb::arg("threads") = 1);
}

static void bind_levelled_rectangles(nb::module_& m) {
    m.def("rectangle_counts", [](Plane<std::uint8_t> gray, Boxes boxes, int low, int high, int threads) {
        const Rectangle* boxed = rectangles(gray, boxes);
        auto counts = blank<std::int64_t>({boxes.shape(0), 2});
        {
            nb::gil_scoped_release release;
            each_rectangle(boxed, boxes.shape(0), threads, [&](std::size_t first, std::size_t last) {
                for (std::size_t i = first; i < last; ++i) {
                    counts.data()[2 * i] = count_up_to(gray.data(), gray.shape(1), boxed[i], low);
                    counts.data()[2 * i + 1] = count_up_to(gray.data(), gray.shape(1), boxed[i], high);
                }
            });
        }
        return counts;
    }, nb::arg("gray"), nb::arg("boxes"), nb::arg("low"), nb::arg("high"), nb::arg("threads") = 1);
    m.def("rectangle_ink", [](Plane<std::uint8_t> gray, Boxes boxes, Row<std::int16_t> levels, int threads) {
        const Rectangle* boxed = rectangles(gray, boxes);
        if (levels.shape(0) != boxes.shape(0)) throw std::invalid_argument("every rectangle needs one level");
        auto ink = zeros<std::uint8_t>({gray.shape(0), gray.shape(1)});
        {
            nb::gil_scoped_release release;
            each_rectangle(boxed, boxes.shape(0), threads, [&](std::size_t first, std::size_t last) {
                for (std::size_t i = first; i < last; ++i)
                    ink_up_to(gray.data(), gray.shape(1), boxed[i], levels.data()[i], ink.data());
            });
        }
        return ink;
    }, nb::arg("gray"), nb::arg("boxes"), nb::arg("levels"), nb::arg("threads") = 1);
    m.def("rectangle_histogram", [](Plane<std::uint8_t> gray, Boxes boxes, int threads) {
        const Rectangle* boxed = rectangles(gray, boxes);
        auto counts = zeros<std::int64_t>({256});
        {
            nb::gil_scoped_release release;
            std::mutex adding;
            each_rectangle(boxed, boxes.shape(0), threads, [&](std::size_t first, std::size_t last) {
                RectangleHistogram part;
                for (std::size_t i = first; i < last; ++i) part.add(gray.data(), gray.shape(1), boxed[i]);
                std::lock_guard<std::mutex> guard(adding);
                part.add_to(counts.data());
            });
        }
        return counts;
    }, nb::arg("gray"), nb::arg("boxes"), nb::arg("threads") = 1);
}

static void grid_row(const std::uint8_t* gray, const std::int32_t* level, std::size_t width, std::int32_t lowest,
                     std::int32_t highest, std::uint8_t* ink) {
    for (std::size_t x = 0; x < width; ++x)
        ink[x] = (gray[x] <= level[x]) & (level[x] >= lowest) & (level[x] <= highest);
}

static void bind_grid(nb::module_& m) {
    m.def("grid_bits", [](Plane<std::uint8_t> gray, Plane<float> levels, std::size_t step, int lowest, int highest,
                          int threads) {
        std::size_t height = gray.shape(0), width = gray.shape(1), bytes = (width + 7) / 8;
        if (step == 0) throw std::invalid_argument("step must be positive");
        if (levels.shape(0) != node_count(height, step) || levels.shape(1) != node_count(width, step))
            throw std::invalid_argument("levels must have one value for each node of the grid");
        auto bits = blank<std::uint8_t>({height, bytes});
        if (height && width) {
            nb::gil_scoped_release release;
            for_row_bands(0, height, threads, 64, [&](std::size_t top, std::size_t bottom) {
                ThresholdGrid grid(levels.data(), height, width, step);
                std::vector<std::int32_t> level(width);
                std::vector<std::uint8_t> ink(8 * bytes);
                for (std::size_t y = top; y < bottom; ++y) {
                    grid.row(y, level.data());
                    grid_row(gray.data() + y * width, level.data(), width, lowest, highest, ink.data());
                    pack_row(ink.data(), bytes, bits.data() + y * bytes);
                }
            });
        }
        return bits;
    }, nb::arg("gray"), nb::arg("levels"), nb::arg("step"), nb::arg("lowest"), nb::arg("highest"),
       nb::arg("threads") = 1);
}

static Taps taps_of(const Row<float>& weights) {
    if (weights.shape(0) == 0) throw std::invalid_argument("a blur needs at least one weight");
    return {weights.data(), weights.shape(0) - 1};
}

static void bind_gaussians(nb::module_& m) {
    m.def("gaussians_bits", [](Plane<std::uint8_t> gray, Row<float> inner, Row<float> outer, float p, float level,
                               std::size_t top, std::size_t bottom, int threads) {
        std::size_t height = gray.shape(0), width = gray.shape(1), bytes = (width + 7) / 8;
        if (top > bottom || bottom > height) throw std::invalid_argument("no such rows");
        Taps near = taps_of(inner), far = taps_of(outer);
        auto bits = blank<std::uint8_t>({bottom - top, bytes});
        if (bottom > top && width) {
            nb::gil_scoped_release release;
            for_row_bands(top, bottom, threads, 64, [&](std::size_t first, std::size_t last) {
                Blur sharp(gray.data(), height, width, near), soft(gray.data(), height, width, far);
                std::vector<float> a(width), b(width);
                std::vector<std::uint8_t> ink(8 * bytes);
                for (std::size_t y = first; y < last; ++y) {
                    sharp.row(y, a.data());
                    soft.row(y, b.data());
                    for (std::size_t x = 0; x < width; ++x) ink[x] = (1.0f + p) * a[x] - p * b[x] < level;
                    pack_row(ink.data(), bytes, bits.data() + (y - top) * bytes);
                }
            });
        }
        return bits;
    }, nb::arg("gray"), nb::arg("inner"), nb::arg("outer"), nb::arg("p"), nb::arg("level"), nb::kw_only(),
       nb::arg("top"), nb::arg("bottom"), nb::arg("threads") = 1);
}

void bind_regional(nb::module_& m) {
    bind_rectangles(m);
    bind_levelled_rectangles(m);
    bind_grid(m);
    bind_gaussians(m);
}

}  // namespace docbin
