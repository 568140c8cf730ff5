// ISauvola: Sauvola's ink where the page has contrast (docbin/methods/isauvola.py).
#include "extremes_room.hpp"
#include "gray_band.hpp"
#include "methods.hpp"

#include <mutex>

namespace docbin::edge {

namespace {

using Plane = std::vector<std::uint8_t>;

// Shows use(y, contrast, low, high) every row of the page's contrast map, and the extremes of 3x3 pixels where
// `extremes` wants them.
template <class Use>
void each_contrast(const Rows& rows, bool extremes, int threads, const Use& use) {
    for_gray_bands(rows, 1, threads, [&] {
        return [&](const GrayBand& band, std::size_t first, std::size_t last) {
            constexpr std::size_t step = 64;
            Plane contrast(step * rows.width), low(extremes ? contrast.size() : 0), high(low.size());
            ExtremesTask task = whole_page(band.data(), band.height(), rows.width, 1);
            ExtremesBand room(task);
            for (std::size_t top = first; top < last; top += step) {
                std::size_t bottom = std::min(last, top + step);
                task.top = top - band.first();
                task.bottom = bottom - band.first();
                chosen_kernels().extremes.contrast_map(task, room, contrast.data());
                if (extremes) chosen_kernels().extremes.local_extremes(task, room, low.data(), high.data());
                for (std::size_t y = top; y < bottom; ++y) {
                    std::size_t at = (y - top) * rows.width;
                    use(y, contrast.data() + at, low.data() + (extremes ? at : 0), high.data() + (extremes ? at : 0));
                }
            }
        };
    });
}

int contrast_threshold(const Rows& rows, int threads) {
    Counts counts{};
    std::mutex adding;
    each_contrast(rows, false, threads, [&](std::size_t, const std::uint8_t* contrast, auto, auto) {
        Counts part{};
        chosen_kernels().histogram(contrast, rows.width, nullptr, part.data());
        std::lock_guard<std::mutex> guard(adding);
        for (std::size_t v = 0; v < 256; ++v) counts[v] += part[v];
    });
    // Contrast 0 is never high, not even on a page that has no other.
    return std::max(otsu_threshold(counts), 0);
}

// Writes a row of bits of high(x).
template <class High>
void write_bits(std::size_t width, std::uint8_t* bits, const High& high) {
    for (std::size_t x = 0; x < width; x += 8) {
        unsigned byte = 0;
        for (std::size_t i = x; i < x + 8; ++i) byte = 2 * byte + (i < width && high(i));
        bits[x / 8] = static_cast<std::uint8_t>(byte);
    }
}

void write_seed(const Method& method, const Rows& rows, int threads, Bits seed) {
    int level = contrast_threshold(rows, threads);
    each_contrast(rows, method.least > 0, threads,
                  [&](std::size_t y, const std::uint8_t* contrast, const std::uint8_t* low, const std::uint8_t* high) {
        write_bits(rows.width, seed.row(y), [&](std::size_t x) {
            return contrast[x] > level && (method.least <= 0 || high[x] - low[x] >= method.least);
        });
    });
}

// The smallest or largest of each square of a plane.
template <class Kernel>
Plane extremes_of(const Plane& plane, const Rows& rows, std::size_t side, int threads, const Kernel& kernel) {
    ExtremesTask page = whole_page(plane.data(), rows.height, rows.width, side / 2);
    Plane found(plane.size());
    for_row_bands(0, rows.height, threads, std::max<std::size_t>(64, 2 * side), [&](std::size_t top, std::size_t bottom) {
        ExtremesTask task = page;
        task.top = top;
        task.bottom = bottom;
        ExtremesBand room(task);
        kernel(task, room, found.data() + top * rows.width);
    });
    return found;
}

// Erodes and dilates the bits by a square.
void open_by(std::size_t side, const Rows& rows, int threads, Bits bits) {
    Plane plane(rows.height * rows.width);
    for (std::size_t y = 0; y < rows.height; ++y)
        for (std::size_t x = 0; x < rows.width; ++x) plane[y * rows.width + x] = bits.row(y)[x / 8] >> (7 - x % 8) & 1;
    plane = extremes_of(plane, rows, side, threads, chosen_kernels().extremes.local_minimum);
    plane = extremes_of(plane, rows, side, threads, chosen_kernels().extremes.local_maximum);
    for (std::size_t y = 0; y < rows.height; ++y)
        write_bits(rows.width, bits.row(y), [&](std::size_t x) { return plane[y * rows.width + x] != 0; });
}

}  // namespace

void binarize_isauvola(const Method& method, const Rows& rows, int threads, Bits bits) {
    binarize_sauvola(method, rows, threads, bits);
    Plane room(rows.height * row_bytes(rows.width));
    Bits seed{room.data(), row_bytes(rows.width)};
    write_seed(method, rows, threads, seed);
    if (method.opening > 1) open_by(method.opening, rows, threads, seed);
    keep_met(bits, seed, rows.height, rows.width);
}

}  // namespace docbin::edge
