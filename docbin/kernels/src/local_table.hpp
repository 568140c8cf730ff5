// Thresholds from the mean and deviation of the window around each pixel: what every instruction set
// fills.
#pragma once
#include "extremes_table.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace docbin {

// A gray page, the rows [top, bottom) that are wanted, and windows of 2 radius + 1 pixels, clipped at
// the borders. Of `extra`, a plane like the page, a formula may take a value for each pixel.
struct LocalTask {
    const std::uint8_t* gray;
    const std::uint8_t* extra;
    std::size_t height, width;
    std::size_t top, bottom;
    std::size_t radius;
};

// T from mean m and deviation s of the window; see local_formulas.hpp.
enum class Formula { niblack, sauvola, wolf, nick, phansalkar, singh, wan, bradley };

struct LocalParameters {
    Formula formula;
    float a, b, c, d;
};

// Room for one band, see LocalBand.
struct LocalRoom {
    const std::uint8_t* nothing;  // a row of zeros
    std::uint32_t* sum_column;
    std::uint32_t* hill_column;
    std::uint32_t* count;  // pixels in the window of each column that a side of the page clips, or the first ones
    float* inverse;        // 1 / count
    // What local_segments.hpp needs: the length of a segment, 0 where rows are not cut; the rows within the
    // windows, woven; columns in each window; and single rows.
    std::size_t segment;
    std::uint8_t* rows;
    std::uint32_t* across;
    std::uint8_t *woven_nothing, *woven_extra, *bytes;
};

// Sums of p (256 - p) of a window of up to 361 pixels fit in 31 bits: 361² · 128² < 2³¹.
constexpr std::size_t NARROW_RADIUS = 180;
// In a window of up to 4095 pixels, count · sum of squares fits in 64 bits: 4095⁴ · 255² < 2⁶⁴; and
// 256 · count in 32.
constexpr std::size_t WIDEST_RADIUS = 2047;

struct LocalKernels {
    // bits: (bottom - top) rows of (width + 7) / 8 bytes.
    void (*threshold)(const LocalTask& task, const LocalRoom& room, const LocalParameters& p, std::uint8_t* bits);
    // Wan's formula, which takes from `page`, the same rows, the lightest value of every window.
    void (*wan)(const LocalTask& task, const LocalRoom& room, const ExtremesTask& page, const ExtremesRoom& page_room,
                const LocalParameters& p, std::uint8_t* bits);
    // levels: (bottom - top) rows of thresholds.
    void (*levels)(const LocalTask& task, const LocalRoom& room, const LocalParameters& p, float* levels);
    // The largest deviation in these rows.
    float (*deviation)(const LocalTask& task, const LocalRoom& room);
    // mean, variance: (bottom - top) rows.
    void (*statistics)(const LocalTask& task, const LocalRoom& room, double* mean, double* variance);
};

}  // namespace docbin
