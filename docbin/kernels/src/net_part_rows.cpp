// One row of the operations other than convolutions of codes.
#include "net_part.hpp"

#include "net_floats.hpp"
#include "net_rows.hpp"

namespace docbin::net {

using Stream = std::int16_t;

void Part::node_row(const Step& step, std::int64_t y) {
    const Node& node = graph_.nodes[step.node];
    const Value &in = graph_.values[node.from[0]], &out = graph_.values[node.to];
    if (in.kind == Kind::real || out.kind == Kind::real) float_row(step, y);
    else if (out.level > in.level) halving_row(step, y);
    else if (out.level < in.level) doubling_row(step, y);
    else pointwise_row(step, y);
}

void Part::pointwise_row(const Step& step, std::int64_t y) {
    const Node& node = graph_.nodes[step.node];
    std::size_t from = node.from[0], columns = width(from), channels = graph_.values[from].channels;
    std::size_t pixel = padded_channels(channels);
    const Stream* a = row<const Stream>(from, y);
    const Weights& weights = network_.prepared()[step.node];
    switch (node.op) {
        case Op::widen: rows::widen(row<const std::uint8_t>(from, y), columns, channels, row<Stream>(node.to, y)); break;
        case Op::quantise: kernels_.quantise(a, columns, channels, weights.quantiser, row<void>(node.to, y)); break;
        case Op::add:
            kernels_.add(a, row<const Stream>(node.from[1], y), columns, pixel, row<Stream>(node.to, y));
            break;
        case Op::rprelu: kernels_.rprelu(a, columns, pixel, weights.rprelu, row<Stream>(node.to, y)); break;
        default: concat_row<Stream>(node, y); break;
    }
}

template <class T>
void Part::concat_row(const Node& node, std::int64_t y) {
    auto step = [](std::size_t channels) { return sizeof(T) == sizeof(Stream) ? padded_channels(channels) : channels; };
    std::size_t first = 0, whole = step(graph_.values[node.to].channels);
    for (std::size_t part : node.from) {
        std::size_t count = graph_.values[part].channels;
        rows::place(row<const T>(part, y), width(part), step(count), count, row<T>(node.to, y), whole, first);
        first += count;
    }
}

void Part::halving_row(const Step& step, std::int64_t y) {
    const Node& node = graph_.nodes[step.node];
    std::size_t from = node.from[0], columns = width(node.to), channels = graph_.values[from].channels;
    std::size_t pixel = padded_channels(channels);
    Stream* to = row<Stream>(node.to, y);
    if (from == 0)
        return kernels_.haar_page(row<const std::uint8_t>(0, 2 * y), row<const std::uint8_t>(0, 2 * y + 1), columns,
                                  channels, to);
    if (node.op == Op::unshuffle) {
        for (std::size_t i = 0; i < node.factor; ++i) {
            std::int64_t line = y * static_cast<std::int64_t>(node.factor) + static_cast<std::int64_t>(i);
            kernels_.unshuffle(row<const Stream>(from, line), columns, channels, node.factor, i, to);
        }
        return;
    }
    const Stream *top = row<const Stream>(from, 2 * y), *bottom = row<const Stream>(from, 2 * y + 1);
    const Stream* three[] = {y ? row<const Stream>(from, 2 * y - 1) : nullptr, top, bottom};
    switch (node.op) {
        case Op::haar: kernels_.haar(top, bottom, columns, channels, to); break;
        case Op::average2: kernels_.average2(top, bottom, columns, pixel, to); break;
        case Op::max2: kernels_.max2(top, bottom, columns, pixel, to); break;
        default: kernels_.max3(three, width(from), pixel, to); break;
    }
}

void Part::doubling_row(const Step& step, std::int64_t y) {
    const Node& node = graph_.nodes[step.node];
    std::size_t from = node.from[0], columns = width(from), pixel = padded_channels(graph_.values[from].channels);
    std::int64_t factor = node.op == Op::shuffle ? static_cast<std::int64_t>(node.factor) : 2;
    const Stream* a = row<const Stream>(from, y / factor);
    std::size_t within = static_cast<std::size_t>(y % factor);
    Stream *to = row<Stream>(step.stream, y), *other = reinterpret_cast<Stream*>(scratch_.get());
    switch (node.op) {
        case Op::unhaar:  // the kernel makes both rows of the squares
            kernels_.unhaar(a, columns, graph_.values[from].channels, within ? other : to, within ? to : other);
            break;
        case Op::upsample2:
            if (step.add == NOTHING) kernels_.upsample2(a, columns, pixel, to);
            else kernels_.upsample2_add(a, row<const Stream>(step.reads[1].value, y), columns, pixel, to);
            break;
        default: kernels_.shuffle(a, columns, graph_.values[node.to].channels, node.factor, within, to); break;
    }
}

void Part::float_row(const Step& step, std::int64_t y) {
    const Node& node = graph_.nodes[step.node];
    std::size_t from = node.from[0], channels = graph_.values[from].channels, columns = width(from);
    const float *scale = network_.prepared()[step.node].scale, *a = row<const float>(from, y);
    float* to = row<float>(node.to, y);
    switch (node.op) {
        case Op::dequantise: rows::dequantise(row<const Stream>(from, y), columns, channels, scale, to); break;
        case Op::requantise: rows::requantise(a, columns, channels, scale, row<Stream>(node.to, y)); break;
        case Op::add_float: rows::add_float(a, row<const float>(node.from[1], y), columns * channels, to); break;
        case Op::mul_float: rows::mul_float(a, row<const float>(node.from[1], y), columns * channels, to); break;
        case Op::upsample2_float: rows::upsample2(row<const float>(from, y / 2), columns, channels, to); break;
        case Op::concat_float: concat_row<float>(node, y); break;
        default: conv_float_row(step, y); break;
    }
}

void Part::conv_float_row(const Step& step, std::int64_t y) {
    const Node& node = graph_.nodes[step.node];
    std::int64_t top = step.reads[0].reach.low(y), height = extents_.rows_of(graph_.values[node.from[0]]);
    const float* lines[7];
    for (std::size_t k = 0; k < node.kernel; ++k) {
        std::int64_t u = top + static_cast<std::int64_t>(k);
        lines[k] = u < 0 || u >= height ? nullptr : row<const float>(node.from[0], u);
    }
    rows::conv_float(network_.prepared()[step.node].float_conv, lines, width(node.from[0]), width(node.to),
                     reinterpret_cast<double*>(scratch_.get()), row<float>(node.to, y));
}

}  // namespace docbin::net
