// One row of the operations other than convolutions of codes.
#include "net_part.hpp"

#include "net_floats.hpp"
#include "net_rows.hpp"

namespace docbin::net {

using Stream = std::int16_t;

void Part::node_row(const Step& step, std::int64_t y) {
    const Node& node = graph_.nodes[step.node];
    if (graph_.values[node.from[0]].kind == Kind::real || graph_.values[node.to].kind == Kind::real)
        return float_row(step, y);
    int up = graph_.values[node.to].level - graph_.values[node.from[0]].level;
    if (up > 0) halving_row(step, y);
    else if (up < 0) doubling_row(step, y);
    else pointwise_row(step, y);
}

void Part::pointwise_row(const Step& step, std::int64_t y) {
    const Node& node = graph_.nodes[step.node];
    const Value& in = graph_.values[node.from[0]];
    std::size_t columns = width(in), pixel = padded_channels(in.channels);
    const Stream* a = row<const Stream>(node.from[0], y);
    const Weights& weights = network_.prepared()[step.node];
    switch (node.op) {
        case Op::widen:
            rows::widen(rings_[node.from[0]].row(y), columns, in.channels, row<Stream>(node.to, y));
            break;
        case Op::quantise:
            if (node.bits == 1)
                rows::quantise_signs(a, columns, in.channels, weights.quantiser, row<std::uint64_t>(node.to, y));
            else rows::quantise(a, columns, pixel, weights.quantiser, rings_[node.to].row(y));
            break;
        case Op::add:
            rows::add(a, row<const Stream>(node.from[1], y), columns * pixel, row<Stream>(node.to, y));
            break;
        case Op::rprelu: rows::rprelu_row(a, columns, pixel, weights.rprelu, row<Stream>(node.to, y)); break;
        default: concat_row<Stream>(node, y); break;
    }
}

template <class T>
void Part::concat_row(const Node& node, std::int64_t y) {
    auto step = [](std::size_t channels) { return sizeof(T) == sizeof(Stream) ? padded_channels(channels) : channels; };
    const Value& out = graph_.values[node.to];
    std::size_t first = 0;
    for (std::size_t part : node.from) {
        std::size_t count = graph_.values[part].channels;
        rows::place(row<const T>(part, y), width(out), step(count), count, row<T>(node.to, y), step(out.channels), first);
        first += count;
    }
}

void Part::halving_row(const Step& step, std::int64_t y) {
    const Node& node = graph_.nodes[step.node];
    const Value &in = graph_.values[node.from[0]], &out = graph_.values[node.to];
    std::size_t columns = width(out), pixel = padded_channels(in.channels), from = node.from[0];
    Stream* to = row<Stream>(node.to, y);
    if (in.kind == Kind::image)
        return rows::haar(rings_[from].row(2 * y), rings_[from].row(2 * y + 1), columns, in.channels, in.channels, to);
    if (node.op == Op::unshuffle) {
        for (std::size_t i = 0; i < node.factor; ++i) {
            std::int64_t line = y * static_cast<std::int64_t>(node.factor) + static_cast<std::int64_t>(i);
            rows::unshuffle(row<const Stream>(from, line), columns, in.channels, node.factor, i, to);
        }
        return;
    }
    const Stream *top = row<const Stream>(from, 2 * y), *bottom = row<const Stream>(from, 2 * y + 1);
    const Stream* three[] = {y ? row<const Stream>(from, 2 * y - 1) : top, top, bottom};
    switch (node.op) {
        case Op::haar: rows::haar(top, bottom, columns, in.channels, pixel, to); break;
        case Op::average2: rows::average2(top, bottom, columns, pixel, to); break;
        case Op::max2: rows::max2(top, bottom, columns, pixel, to); break;
        default: rows::max3(three, columns, pixel, to); break;
    }
}

void Part::doubling_row(const Step& step, std::int64_t y) {
    const Node& node = graph_.nodes[step.node];
    const Value &in = graph_.values[node.from[0]], &out = graph_.values[node.to];
    std::int64_t factor = node.op == Op::shuffle ? static_cast<std::int64_t>(node.factor) : 2;
    const Stream* a = row<const Stream>(node.from[0], y / factor);
    std::size_t columns = width(in), within = static_cast<std::size_t>(y % factor);
    Stream* to = row<Stream>(node.to, y);
    switch (node.op) {
        case Op::unhaar: rows::unhaar(a, columns, in.channels, static_cast<int>(within), to); break;
        case Op::upsample2: rows::upsample2(a, columns, padded_channels(in.channels), to); break;
        default: rows::shuffle(a, columns, out.channels, node.factor, within, to); break;
    }
}

void Part::float_row(const Step& step, std::int64_t y) {
    const Node& node = graph_.nodes[step.node];
    const Value &in = graph_.values[node.from[0]], &out = graph_.values[node.to];
    std::size_t columns = width(out), from = node.from[0], count = columns * out.channels;
    const float *scale = network_.prepared()[step.node].scale, *a = row<const float>(from, y);
    float* to = row<float>(node.to, y);
    switch (node.op) {
        case Op::dequantise: rows::dequantise(row<const Stream>(from, y), columns, in.channels, scale, to); break;
        case Op::requantise: rows::requantise(a, columns, in.channels, scale, row<Stream>(node.to, y)); break;
        case Op::add_float: rows::add_float(a, row<const float>(node.from[1], y), count, to); break;
        case Op::mul_float: rows::mul_float(a, row<const float>(node.from[1], y), count, to); break;
        case Op::upsample2_float:
            rows::upsample2(row<const float>(from, y / 2), columns / 2, in.channels, to);
            break;
        case Op::concat_float: concat_row<float>(node, y); break;
        default: conv_float_row(step, y); break;
    }
}

void Part::conv_float_row(const Step& step, std::int64_t y) {
    const Node& node = graph_.nodes[step.node];
    const Value& in = graph_.values[node.from[0]];
    std::int64_t top = step.reads[0].reach.low(y), height = extents_.rows_of(in);
    const float* lines[7];
    for (std::size_t k = 0; k < node.kernel; ++k) {
        std::int64_t u = top + static_cast<std::int64_t>(k);
        lines[k] = u < 0 || u >= height ? nullptr : row<const float>(node.from[0], u);
    }
    rows::conv_float(network_.prepared()[step.node].float_conv, lines, width(in), width(graph_.values[node.to]),
                     reinterpret_cast<double*>(sums_.get()), row<float>(node.to, y));
}

}  // namespace docbin::net
