// The kernels of local minimum and maximum that every instruction set fills.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace docbin {

// A gray page and what is wanted of it: the rows [top, bottom), over windows of 2 radius + 1 pixels
// clipped at the borders. Radii are smaller than the page.
struct ExtremesTask {
    const std::uint8_t* gray;
    std::size_t height, width;
    std::size_t top, bottom;
    std::size_t radius_y, radius_x;
};

// Room for one band. `stride` bytes hold a row, `line` bytes a row framed for its windows.
struct ExtremesRoom {
    std::size_t stride, line;
    std::uint8_t* low_ring;   // 2 radius_y + 1 rows
    std::uint8_t* high_ring;  // the same
    std::uint8_t* rows;       // 5 rows
    std::uint8_t* lines;      // 4 lines
};

struct ExtremesKernels {
    // low, high: (bottom - top) rows of width bytes.
    void (*local_extremes)(const ExtremesTask& task, const ExtremesRoom& room, std::uint8_t* low,
                           std::uint8_t* high);
    // One of them: (bottom - top) rows of width bytes.
    void (*local_minimum)(const ExtremesTask& task, const ExtremesRoom& room, std::uint8_t* low);
    void (*local_maximum)(const ExtremesTask& task, const ExtremesRoom& room, std::uint8_t* high);
    // contrast: (bottom - top) rows of width bytes.
    void (*contrast_map)(const ExtremesTask& task, const ExtremesRoom& room, std::uint8_t* contrast);
    // bits: (bottom - top) rows of (width + 7) / 8 bytes.
    void (*bernsen)(const ExtremesTask& task, const ExtremesRoom& room, std::uint8_t limit, std::uint8_t fallback,
                    std::uint8_t* bits);
};

}  // namespace docbin
