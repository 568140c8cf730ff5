// Rows of the operations that move or combine streams; docs/packed-format.md defines the numbers. A row
// is [width][step], the channels from `channels` to `step` are zero and stay so.
#pragma once
#include "net_table.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace docbin::net::rows {

using Number = std::int16_t;

inline Number sat16(int x) { return static_cast<Number>(x < -32768 ? -32768 : x > 32767 ? 32767 : x); }
inline int round15(int product) { return (product + (1 << 14)) >> 15; }

inline void widen(const std::uint8_t* in, std::size_t width, std::size_t channels, Number* out) {
    std::size_t step = padded_channels(channels);
    for (std::size_t x = 0; x < width; ++x)
        for (std::size_t c = 0; c < channels; ++c) out[x * step + c] = in[x * channels + c];
}

// `width` and `channels` of the input's half; `in_step` numbers from one of its pixels to the next.
template <class T>
void haar(const T* top, const T* bottom, std::size_t width, std::size_t channels, std::size_t in_step, Number* out) {
    std::size_t step = padded_channels(4 * channels);
    for (std::size_t x = 0; x < width; ++x, top += 2 * in_step, bottom += 2 * in_step, out += step)
        for (std::size_t i = 0; i < channels; ++i) {
            int a = top[i], b = top[in_step + i], c = bottom[i], d = bottom[in_step + i];
            out[i] = sat16(a + b + c + d);
            out[channels + i] = sat16(a - b + c - d);
            out[2 * channels + i] = sat16(a + b - c - d);
            out[3 * channels + i] = sat16(a - b - c + d);
        }
}

// The upper (`lower` 0) or the lower row of squares; `width` and `channels` are the input's.
inline void unhaar(const Number* in, std::size_t width, std::size_t channels, int lower, Number* out) {
    std::size_t in_step = padded_channels(channels), quarter = channels / 4, step = padded_channels(quarter);
    int sign = lower ? -1 : 1;
    for (std::size_t x = 0; x < width; ++x, in += in_step, out += 2 * step)
        for (std::size_t i = 0; i < quarter; ++i) {
            int s = in[i], h = in[quarter + i], v = sign * in[2 * quarter + i], d = sign * in[3 * quarter + i];
            out[i] = sat16((s + h + v + d + 2) >> 2);
            out[step + i] = sat16((s - h + v - d + 2) >> 2);
        }
}

inline void add(const Number* a, const Number* b, std::size_t count, Number* out) {
    for (std::size_t i = 0; i < count; ++i) out[i] = sat16(a[i] + b[i]);
}

inline Number rprelu(Number x, Number a, Number slope, Number b) {
    int t = sat16(x - a), u = t > 0 ? t : round15(t * slope);
    return sat16(u + b);
}

inline void rprelu_row(const Number* in, std::size_t width, std::size_t step, const Rprelu& p, Number* out) {
    for (std::size_t x = 0; x < width; ++x, in += step, out += step)
        for (std::size_t c = 0; c < step; ++c) out[c] = rprelu(in[c], p.a[c], p.slope[c], p.b[c]);
}

inline std::uint8_t code(Number x, Number shift, Number mult, int most) {
    int scaled = round15(sat16(x + shift) * mult);
    return static_cast<std::uint8_t>(scaled < 0 ? 0 : scaled > most ? most : scaled);
}

// Codes of 4 or 8 bits.
inline void quantise(const Number* in, std::size_t width, std::size_t step, const Quantiser& q, std::uint8_t* out) {
    int most = (1 << q.bits) - 1;
    const Number *shift = q.shift, *mult = q.mult;
    for (std::size_t x = 0; x < width; ++x, in += step, out += step) {
        std::uint8_t* __restrict codes = out;  // a byte could else be any of the numbers read
        for (std::size_t c = 0; c < step; ++c) codes[c] = code(in[c], shift[c], mult[c], most);
    }
}

// Codes of 1 bit: words of 64 channels.
inline void quantise_signs(const Number* in, std::size_t width, std::size_t channels, const Quantiser& q,
                           std::uint64_t* out) {
    std::size_t step = padded_channels(channels), words = (channels + 63) / 64;
    for (std::size_t x = 0; x < width; ++x, in += step, out += words)
        for (std::size_t word = 0; word < words; ++word) {
            std::uint64_t bits = 0;
            for (std::size_t k = 0; k < 64 && 64 * word + k < channels; ++k)
                bits |= std::uint64_t{sat16(in[64 * word + k] + q.shift[64 * word + k]) >= 0} << k;
            out[word] = bits;
        }
}

// `width` of the output.
inline void average2(const Number* top, const Number* bottom, std::size_t width, std::size_t step, Number* out) {
    for (std::size_t x = 0; x < width; ++x, top += 2 * step, bottom += 2 * step, out += step)
        for (std::size_t c = 0; c < step; ++c)
            out[c] = static_cast<Number>((top[c] + top[step + c] + bottom[c] + bottom[step + c] + 2) >> 2);
}

inline Number larger(Number a, Number b) { return a > b ? a : b; }

inline void max2(const Number* top, const Number* bottom, std::size_t width, std::size_t step, Number* out) {
    for (std::size_t x = 0; x < width; ++x, top += 2 * step, bottom += 2 * step, out += step)
        for (std::size_t c = 0; c < step; ++c)
            out[c] = larger(larger(top[c], top[step + c]), larger(bottom[c], bottom[step + c]));
}

// Rows above, at and below the even row; the one above is the row itself at the top of the page. Every
// output has a pixel to its right: its input is of even width.
inline void max3(const Number* const* three, std::size_t width, std::size_t step, Number* out) {
    for (std::size_t x = 0; x < width; ++x, out += step)
        for (std::size_t c = 0; c < step; ++c) {
            Number most = -32768;
            for (int row = 0; row < 3; ++row)
                for (std::size_t u = x ? 2 * x - 1 : 0; u <= 2 * x + 1; ++u)
                    most = larger(most, three[row][u * step + c]);
            out[c] = most;
        }
}

// Nearest, to twice the width; T int16 or float.
template <class T>
void upsample2(const T* in, std::size_t width, std::size_t step, T* out) {
    for (std::size_t x = 0; x < width; ++x, in += step, out += 2 * step) {
        std::memcpy(out, in, step * sizeof(T));
        std::memcpy(out + step, in, step * sizeof(T));
    }
}

// Row `i` of the squares of factor² pixels; `width` of the input, `channels` of the output.
inline void shuffle(const Number* in, std::size_t width, std::size_t channels, std::size_t factor, std::size_t i,
                    Number* out) {
    std::size_t area = factor * factor, in_step = padded_channels(channels * area), step = padded_channels(channels);
    for (std::size_t x = 0; x < width; ++x, in += in_step)
        for (std::size_t j = 0; j < factor; ++j, out += step)
            for (std::size_t c = 0; c < channels; ++c) out[c] = in[c * area + i * factor + j];
}

// Adds row `i` of the squares; `width` of the output, `channels` of the input.
inline void unshuffle(const Number* in, std::size_t width, std::size_t channels, std::size_t factor, std::size_t i,
                      Number* out) {
    std::size_t area = factor * factor, step = padded_channels(channels * area), in_step = padded_channels(channels);
    for (std::size_t x = 0; x < width; ++x, out += step)
        for (std::size_t j = 0; j < factor; ++j, in += in_step)
            for (std::size_t c = 0; c < channels; ++c) out[c * area + i * factor + j] = in[c];
}

// Channels to the place `first` of the output's; T int16 or float.
template <class T>
void place(const T* in, std::size_t width, std::size_t in_step, std::size_t channels, T* out, std::size_t step,
           std::size_t first) {
    for (std::size_t x = 0; x < width; ++x, in += in_step, out += step)
        std::memcpy(out + first, in, channels * sizeof(T));
}

}  // namespace docbin::net::rows
