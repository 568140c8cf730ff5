// The kernels of Wiener's filter that every instruction set fills.
#pragma once
#include <cstddef>
#include <cstdint>

namespace docbin {

// A page and its wanted rows [top, bottom); columns[x]: how many columns the window at x has.
struct WienerTask {
    const std::uint8_t* gray;
    std::size_t height, width, radius;
    std::size_t top, bottom;
    const std::int32_t* columns;
};

// Lines of width values; `sum` and `square` have width + 2 radius, zero at both ends.
struct WienerRoom {
    std::int32_t *sum, *square, *total, *spread;
};

struct WienerKernels {
    std::int64_t (*noise)(const WienerTask& task, const WienerRoom& room);
    void (*filter)(const WienerTask& task, const WienerRoom& room, float noise, std::uint8_t* out);
};

}  // namespace docbin
