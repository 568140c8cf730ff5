// Dtypes, shapes and ranges of the tensors of each operation.
#include "net_error.hpp"
#include "net_numbers.hpp"
#include "net_operations.hpp"

#include <cmath>

namespace docbin::net {

namespace {

using Shape = std::vector<std::size_t>;

void check_array(const Tensor& tensor, Dtype dtype, const Shape& shape) {
    if (tensor.dtype == dtype && tensor.shape == shape) return;
    throw NetError("has tensor " + quoted(tensor.name) + " of " + name_of(tensor.dtype) + shape_text(tensor.shape) +
                   "; it must be " + name_of(dtype) + shape_text(shape));
}

// Every number of a tensor lies from `least` to `most`.
void check_range(const Tensor& tensor, int least, int most) {
    for (std::size_t i = 0; i < tensor.count(); ++i) {
        int value = tensor.dtype == Dtype::i8 ? number_at<std::int8_t>(tensor, i) : number_at<std::int16_t>(tensor, i);
        if (value < least || value > most)
            throw NetError("has " + std::to_string(value) + " in tensor " + quoted(tensor.name) + "; " +
                           std::to_string(least) + " to " + std::to_string(most) + " are allowed");
    }
}

void check_finite(const Tensor& tensor, const Shape& shape) {
    check_array(tensor, Dtype::f32, shape);
    for (std::size_t i = 0; i < tensor.count(); ++i)
        if (!std::isfinite(number_at<float>(tensor, i)))
            throw NetError("has a number in tensor " + quoted(tensor.name) + " that is not finite");
}

void check_quantiser(const Node& node, std::size_t channels) {
    check_array(*node.tensors.shift, Dtype::i16, {channels});
    if (!node.tensors.mult) return;
    check_array(*node.tensors.mult, Dtype::i16, {channels});
    check_range(*node.tensors.mult, 1, 32767);
}

void check_rprelu(const Node& node, std::size_t channels) {
    check_array(*node.tensors.a, Dtype::i16, {channels});
    check_array(*node.tensors.slope, Dtype::i16, {channels});
    check_array(*node.tensors.b, Dtype::i16, {channels});
    check_range(*node.tensors.slope, -32767, 32767);
}

void check_tail_bits(const Tensor& weight, std::size_t channels) {
    std::size_t bytes = weight.shape[3], tail = channels % 8;
    if (tail == 0) return;
    for (std::size_t i = bytes - 1; i < weight.count(); i += bytes)
        if (weight.data[i] >> tail)
            throw NetError("has bits beyond the " + std::to_string(channels) + " channels in tensor " +
                           quoted(weight.name));
}

// max|A| · Σ_b |mult| + |bias| < 2^62 for every output channel.
void check_sums(const Node& node, const Value& in, std::size_t bases, std::size_t channels) {
    const Tensor &mult = *node.tensors.mult, &bias = *node.tensors.bias;
    std::uint64_t largest = largest_sum(node.kernel * node.kernel, in.channels, in.bits);
    for (std::size_t oc = 0; oc < channels; ++oc) {
        std::uint64_t factor = 0;
        for (std::size_t base = 0; base < bases; ++base)
            factor += magnitude(number_at<std::int32_t>(mult, base * channels + oc));
        // Below 2^30 · 2^33 + 2^63, so that nothing is lost in 64 bits without a sign.
        if (largest * factor + magnitude(number_at<std::int64_t>(bias, oc)) >= std::uint64_t{1} << 62)
            throw NetError("could overflow in output channel " + std::to_string(oc) +
                           ": the largest sum times mult, plus bias, reaches 2^62");
    }
}

void check_conv(const Graph& graph, const Node& node) {
    const Tensor& weight = *node.tensors.weight;
    const Value& in = graph.values[node.from[0]];
    bool planes = in.bits != 8;
    std::size_t bases = weight.shape[0], channels = weight.shape[1];
    if (planes && bases > 2) throw NetError("has " + std::to_string(bases) + " bases; 1 or 2 are allowed");
    if (!planes) bases = 1;
    std::size_t last = planes ? (in.channels + 7) / 8 : in.channels;
    check_array(weight, planes ? Dtype::u8 : Dtype::i8, {bases, channels, node.kernel * node.kernel, last});
    check_array(*node.tensors.mult, Dtype::i32, {bases, channels});
    check_array(*node.tensors.bias, Dtype::i64, {channels});
    if (planes) check_tail_bits(weight, in.channels);
    else check_range(weight, -127, 127);
    check_sums(node, in, bases, channels);
}

void check_conv_float(const Graph& graph, const Node& node) {
    const Tensor& weight = *node.tensors.weight;
    std::size_t in = graph.values[node.from[0]].channels, out = weight.shape[0];
    if (in % node.groups || out % node.groups)
        throw NetError("has " + std::to_string(node.groups) + " groups, which do not divide " + std::to_string(in) +
                       " and " + std::to_string(out) + " channels");
    check_finite(weight, {out, node.kernel, node.kernel, in / node.groups});
    check_finite(*node.tensors.bias, {out});
}

}  // namespace

void check_tensors(const Graph& graph, const Node& node) {
    std::size_t channels = graph.values[node.from[0]].channels;
    switch (node.op) {
        case Op::quantise: check_quantiser(node, channels); break;
        case Op::rprelu: check_rprelu(node, channels); break;
        case Op::conv: check_conv(graph, node); break;
        case Op::conv_float: check_conv_float(graph, node); break;
        case Op::dequantise:
        case Op::requantise: check_finite(*node.tensors.scale, {channels}); break;
        default: break;
    }
}

}  // namespace docbin::net
