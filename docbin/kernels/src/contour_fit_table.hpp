// The kernels that say how well a mask's contour fits the page, filled by every instruction set.
#pragma once
#include <cstddef>
#include <cstdint>

namespace docbin {

// Rows [top, bottom) of a page.
struct FitTask {
    std::size_t height, width;
    std::size_t top, bottom;
};

struct FitKernels {
    // curvature: the page's rows; room: 3 (width + 4) numbers.
    void (*curvature)(const FitTask& task, const std::uint8_t* gray, std::int16_t* room, std::int16_t* curvature);
    // sums: paper beside ink, its curvature, the ink's, and all along the contour without sign; room:
    // 2 (width + 2) bytes.
    void (*contour_fit)(const FitTask& task, const std::uint8_t* ink, const std::int16_t* curvature,
                        std::uint8_t* room, std::int64_t* sums);
};

}  // namespace docbin
