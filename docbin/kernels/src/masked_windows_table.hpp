// The kernels of windows over marked pixels that every instruction set fills.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace docbin {

// A page, the marks on it (not 0), and what is wanted of it: the rows [top, bottom), over windows of
// 2 radius + 1 pixels clipped at the borders. Radii are smaller than the page.
struct MarkedTask {
    const std::uint8_t* gray;
    const std::uint8_t* marks;
    std::size_t height, width;
    std::size_t top, bottom;
    std::size_t radius_y, radius_x;

    // With a frame, and beyond it room for whole groups of eight.
    std::size_t framed() const { return width + 2 * radius_x + 9; }
};

// How many pixels are paper, and their sum.
struct PaperTotals {
    std::int64_t paper, shade;
};

// `columns` is 4 lines of task.framed() zeros; results are (bottom - top) rows of width bytes.
struct MarkedKernels {
    void (*edge_threshold)(const MarkedTask& task, std::uint32_t* columns, std::int64_t least, std::uint8_t* ink);
    PaperTotals (*paper_totals)(const MarkedTask& task);
    std::int64_t (*paper_shade)(const MarkedTask& task, std::uint32_t* columns, std::uint8_t fallback,
                                std::uint8_t* shade);
    void (*crowd)(const MarkedTask& task, std::uint32_t* columns, std::int64_t most_paper, std::int64_t most_ink,
                  std::uint8_t* ink);
    void (*swell)(const MarkedTask& task, std::uint32_t* columns, std::int64_t most_ink, double reach,
                  std::uint8_t* ink);
};

}  // namespace docbin
