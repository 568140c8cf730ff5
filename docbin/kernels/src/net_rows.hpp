// Rows of the operations that only move numbers. A row of a stream is [width][step]; the channels from
// `channels` to `step` are zero and stay so.
#pragma once
#include "net_table.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace docbin::net::rows {

inline void widen(const std::uint8_t* in, std::size_t width, std::size_t channels, std::int16_t* out) {
    std::size_t step = padded_channels(channels);
    for (std::size_t x = 0; x < width; ++x)
        for (std::size_t c = 0; c < channels; ++c) out[x * step + c] = in[x * channels + c];
}

// Nearest, to twice the width.
inline void upsample2(const float* in, std::size_t width, std::size_t channels, float* out) {
    for (std::size_t x = 0; x < width; ++x, in += channels, out += 2 * channels) {
        std::memcpy(out, in, channels * sizeof(float));
        std::memcpy(out + channels, in, channels * sizeof(float));
    }
}

// Channels to the place `first` of the output's; T int16 or float.
template <class T>
void place(const T* in, std::size_t width, std::size_t in_step, std::size_t channels, T* out, std::size_t step,
           std::size_t first) {
    for (std::size_t x = 0; x < width; ++x, in += in_step, out += step)
        std::memcpy(out + first, in, channels * sizeof(T));
}

}  // namespace docbin::net::rows
