// The kernels of Wiener's filter that every instruction set fills.
#pragma once
#include "local_table.hpp"

#include <cstddef>
#include <cstdint>

namespace docbin {

// Tasks and room are those of local thresholds, with a radius of at most 6.
struct WienerKernels {
    // Σ of the variances in 256ths, each rounded down.
    std::int64_t (*noise)(const LocalTask& task, const LocalRoom& room);
    // out: (bottom - top) rows of bytes.
    void (*filter)(const LocalTask& task, const LocalRoom& room, float noise, std::uint8_t* out);
};

}  // namespace docbin
