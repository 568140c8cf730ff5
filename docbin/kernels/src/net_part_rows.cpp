// One row of the operations other than convolutions of codes.
#include "net_part.hpp"

#include "net_floats.hpp"
#include "net_rows.hpp"

#include <algorithm>

namespace docbin::net {

using Stream = std::int16_t;

void Part::node_row(const Step& step, std::int64_t y) {
    const Node& node = graph_.nodes[step.node];
    const Value &in = graph_.values[node.from[0]], &out = graph_.values[node.to];
    std::size_t columns = width(out), channels = in.channels, pixel = padded_channels(channels), from = node.from[0];
    if (in.kind == Kind::real || out.kind == Kind::real) return float_row(step, y);
    auto stream = [&](std::int64_t line) { return row<const Stream>(from, line); };
    Stream* to = row<Stream>(node.to, y);
    const Weights& weights = network_.prepared()[step.node];
    std::int64_t factor = static_cast<std::int64_t>(node.factor);
    switch (node.op) {
        case Op::widen: rows::widen(rings_[from].row(y), columns, channels, to); break;
        case Op::haar:
            if (in.kind == Kind::image)
                rows::haar(rings_[from].row(2 * y), rings_[from].row(2 * y + 1), columns, channels, channels, to);
            else rows::haar(stream(2 * y), stream(2 * y + 1), columns, channels, pixel, to);
            break;
        case Op::unhaar: rows::unhaar(stream(y / 2), columns / 2, channels, static_cast<int>(y % 2), to); break;
        case Op::quantise:
            if (node.bits == 1) rows::quantise_signs(stream(y), columns, channels, weights.quantiser, row<std::uint64_t>(node.to, y));
            else rows::quantise(stream(y), columns, pixel, weights.quantiser, rings_[node.to].row(y));
            break;
        case Op::add: rows::add(stream(y), row<const Stream>(node.from[1], y), columns * pixel, to); break;
        case Op::rprelu: rows::rprelu_row(stream(y), columns, pixel, weights.rprelu, to); break;
        case Op::average2: rows::average2(stream(2 * y), stream(2 * y + 1), columns, pixel, to); break;
        case Op::max2: rows::max2(stream(2 * y), stream(2 * y + 1), columns, pixel, to); break;
        case Op::max3: {
            const Stream* three[] = {stream(std::max<std::int64_t>(0, 2 * y - 1)), stream(2 * y), stream(2 * y + 1)};
            rows::max3(three, columns, pixel, to);
            break;
        }
        case Op::upsample2: rows::upsample2(stream(y / 2), columns / 2, pixel, to); break;
        case Op::shuffle:
            rows::shuffle(stream(y / factor), columns / node.factor, out.channels, node.factor,
                          static_cast<std::size_t>(y % factor), to);
            break;
        case Op::unshuffle:
            for (std::size_t i = 0; i < node.factor; ++i)
                rows::unshuffle(stream(y * factor + static_cast<std::int64_t>(i)), columns, channels, node.factor, i, to);
            break;
        case Op::concat: {
            std::size_t first = 0;
            for (std::size_t part : node.from) {
                std::size_t count = graph_.values[part].channels;
                rows::place(row<const Stream>(part, y), columns, padded_channels(count), count, to,
                            padded_channels(out.channels), first);
                first += count;
            }
            break;
        }
        default: break;
    }
}

void Part::float_row(const Step& step, std::int64_t y) {
    const Node& node = graph_.nodes[step.node];
    const Value &in = graph_.values[node.from[0]], &out = graph_.values[node.to];
    std::size_t columns = width(out), from = node.from[0], count = columns * out.channels;
    const Weights& weights = network_.prepared()[step.node];
    const float* a = row<const float>(from, y);
    float* to = row<float>(node.to, y);
    switch (node.op) {
        case Op::dequantise: rows::dequantise(row<const Stream>(from, y), columns, in.channels, weights.scale, to); break;
        case Op::requantise: rows::requantise(a, columns, in.channels, weights.scale, row<Stream>(node.to, y)); break;
        case Op::add_float:
        case Op::mul_float: {
            const float* b = row<const float>(node.from[1], y);
            if (node.op == Op::add_float) for (std::size_t i = 0; i < count; ++i) to[i] = a[i] + b[i];
            else for (std::size_t i = 0; i < count; ++i) to[i] = a[i] * b[i];
            break;
        }
        case Op::upsample2_float: rows::upsample2(row<const float>(from, y / 2), columns / 2, in.channels, to); break;
        case Op::concat_float: {
            std::size_t first = 0;
            for (std::size_t part : node.from) {
                std::size_t each = graph_.values[part].channels;
                rows::place(row<const float>(part, y), columns, each, each, to, out.channels, first);
                first += each;
            }
            break;
        }
        case Op::conv_float: {
            std::int64_t top = step.reads[0].reach.low(y), height = rows_at(static_cast<std::int64_t>(extents_.rows), in.level);
            const float* lines[7];
            for (std::size_t k = 0; k < node.kernel; ++k) {
                std::int64_t u = top + static_cast<std::int64_t>(k);
                lines[k] = u < 0 || u >= height ? nullptr : row<const float>(from, u);
            }
            rows::conv_float(weights.float_conv, lines, width(in), columns, reinterpret_cast<double*>(sums_.get()), to);
            break;
        }
        default: break;
    }
}

}  // namespace docbin::net
