// A convolution's row, written as docs/packed-format.md states it.
#pragma once
#include "net_rows.hpp"

#include <algorithm>

namespace docbin {

// What follows a convolution of one row; null where absent.
struct Epilogue {
    const std::int16_t* residual;
    const Rprelu* rprelu;
    const Quantiser* quantiser;
    std::int16_t* stream;
    void* codes;
};

// One row of output; `rows` are the kernel's rows of codes, top to bottom.
struct ConvRow {
    const void* const* rows;
    bool above, below;  // rows[0], rows[kernel - 1] lie in the image
    std::size_t in_width, out_width;
    void* room;
};

}  // namespace docbin

namespace docbin::net::plain {

// Sums of one output pixel for one base and one output channel.
inline std::int64_t sum(const PreparedConv& conv, const ConvRow& row, std::size_t x, std::size_t base, std::size_t oc) {
    std::int64_t total = 0;
    std::size_t step = padded_channels(conv.in_channels), words = (conv.in_channels + 63) / 64, half = conv.kernel / 2;
    for (std::size_t tap = 0; tap < conv.kernel * conv.kernel; ++tap) {
        std::size_t line = tap / conv.kernel, u = x * conv.step + tap % conv.kernel;
        if (u < half || u - half >= row.in_width) continue;
        if (conv.kernel == 3 && ((line == 0 && !row.above) || (line == 2 && !row.below))) continue;
        u -= half;
        std::size_t place = (base * conv.out_channels + oc) * conv.kernel * conv.kernel + tap;
        const auto* bytes = static_cast<const std::uint8_t*>(row.rows[line]) + u * step;
        const auto* bits = static_cast<const std::uint64_t*>(row.rows[line]) + u * words;
        for (std::size_t ic = 0; ic < conv.in_channels; ++ic) {
            int weight = conv.kind == ConvKind::w8a8
                             ? static_cast<const std::int8_t*>(conv.data)[place * conv.in_channels + ic]
                         : static_cast<const std::uint64_t*>(conv.data)[place * words + ic / 64] >> ic % 64 & 1 ? 1 : -1;
            int code = conv.kind == ConvKind::w1a1 ? (bits[ic / 64] >> ic % 64 & 1 ? 1 : -1) : bytes[ic];
            total += weight * code;
        }
    }
    return total;
}

inline void conv_row(const PreparedConv& conv, const ConvRow& row, const Epilogue& end) {
    std::size_t step = padded_channels(conv.out_channels), words = (conv.out_channels + 63) / 64;
    for (std::size_t x = 0; x < row.out_width; ++x)
        for (std::size_t oc = 0; oc < conv.out_channels; ++oc) {
            std::int64_t total = conv.bias[oc];
            for (std::size_t base = 0; base < conv.bases; ++base) total += sum(conv, row, x, base, oc) * conv.mult[base * step + oc];
            total >>= conv.shift;
            rows::Number value = static_cast<rows::Number>(std::clamp<std::int64_t>(total, -32768, 32767));
            if (end.residual) value = rows::sat16(value + end.residual[x * step + oc]);
            if (end.rprelu) value = rows::rprelu(value, end.rprelu->a[oc], end.rprelu->slope[oc], end.rprelu->b[oc]);
            if (end.stream) end.stream[x * step + oc] = value;
            if (!end.quantiser) continue;
            const Quantiser& q = *end.quantiser;
            if (q.bits != 1) {
                static_cast<std::uint8_t*>(end.codes)[x * step + oc] = rows::code(value, q.shift[oc], q.mult[oc], (1 << q.bits) - 1);
                continue;
            }
            std::uint64_t& word = static_cast<std::uint64_t*>(end.codes)[x * words + oc / 64];
            if (oc % 64 == 0) word = 0;
            word |= std::uint64_t{rows::sat16(value + q.shift[oc]) >= 0} << oc % 64;
        }
}

}  // namespace docbin::net::plain
