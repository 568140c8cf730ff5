// Rows of the float operations, written plainly: [width][channels] without gaps. Sums are of doubles, so
// that their order does not matter.
#pragma once
#include "net_graph.hpp"
#include "net_rows.hpp"

#include <cmath>

namespace docbin::net::rows {

inline void dequantise(const std::int16_t* in, std::size_t width, std::size_t channels, const float* scale, float* out) {
    std::size_t step = padded_channels(channels);
    for (std::size_t x = 0; x < width; ++x, in += step, out += channels)
        for (std::size_t c = 0; c < channels; ++c) out[c] = in[c] * scale[c];
}

// Limited to int16; what is no number becomes 0.
inline std::int16_t rounded(float x) {
    float down = std::floor(x);
    if (down != down) return 0;
    return static_cast<std::int16_t>(down < -32768.0f ? -32768.0f : down > 32767.0f ? 32767.0f : down);
}

inline void requantise(const float* in, std::size_t width, std::size_t channels, const float* scale, std::int16_t* out) {
    std::size_t step = padded_channels(channels);
    for (std::size_t x = 0; x < width; ++x, in += channels, out += step)
        for (std::size_t c = 0; c < channels; ++c) out[c] = rounded(in[c] * scale[c] + 0.5f);
}

inline void add_float(const float* a, const float* b, std::size_t count, float* out) {
    for (std::size_t i = 0; i < count; ++i) out[i] = a[i] + b[i];
}

inline void mul_float(const float* a, const float* b, std::size_t count, float* out) {
    for (std::size_t i = 0; i < count; ++i) out[i] = a[i] * b[i];
}

inline double activated(double x, Activation activation) {
    switch (activation) {
        case Activation::relu: return x > 0.0 || x != x ? x : 0.0;
        case Activation::hardswish: return x <= -3.0 ? 0.0 : x >= 3.0 ? x : x * (x + 3.0) / 6.0;
        case Activation::swish: return x / (1.0 + std::exp(-x));
        case Activation::sigmoid: return 1.0 / (1.0 + std::exp(-x));
        default: return x;
    }
}

// Weights as [kernel²][groups][channels in a group][outputs of a group].
struct FloatConv {
    std::size_t kernel, stride, groups, in_channels, out_channels;
    Activation activation;
    const float *weight, *bias;
};

// `rows` of the kernel, null outside the page; `sums` has room for out_channels doubles.
inline void conv_float(const FloatConv& conv, const float* const* rows, std::size_t in_width, std::size_t out_width,
                       double* sums, float* out) {
    std::size_t ins = conv.in_channels / conv.groups, outs = conv.out_channels / conv.groups, half = conv.kernel / 2;
    for (std::size_t x = 0; x < out_width; ++x, out += conv.out_channels) {
        for (std::size_t oc = 0; oc < conv.out_channels; ++oc) sums[oc] = conv.bias[oc];
        const float* weight = conv.weight;
        for (std::size_t tap = 0; tap < conv.kernel * conv.kernel; ++tap, weight += conv.in_channels * outs) {
            const float* row = rows[tap / conv.kernel];
            std::size_t u = x * conv.stride + tap % conv.kernel;  // half a kernel to the right
            if (!row || u < half || u - half >= in_width) continue;
            const float* pixel = row + (u - half) * conv.in_channels;
            for (std::size_t ic = 0; ic < conv.in_channels; ++ic) {
                double* sum = sums + ic / ins * outs;
                for (std::size_t oc = 0; oc < outs; ++oc) sum[oc] += double{pixel[ic]} * weight[ic * outs + oc];
            }
        }
        for (std::size_t oc = 0; oc < conv.out_channels; ++oc)
            out[oc] = static_cast<float>(activated(sums[oc], conv.activation));
    }
}

}  // namespace docbin::net::rows
