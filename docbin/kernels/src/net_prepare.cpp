#include "net_prepare.hpp"

#include "net_numbers.hpp"
#include "table.hpp"

namespace docbin::net {

Prepared::Prepared(const Graph& graph) : weights_(graph.nodes.size()) {
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) prepare(graph, graph.nodes[i], weights_[i]);
}

unsigned char* Prepared::block(std::size_t bytes) {
    blocks_.push_back(make_block(bytes));
    return blocks_.back().get();
}

// A tensor of rows of `columns` numbers, each row filled with zeros to its padded length.
template <class T>
const T* Prepared::padded(const Tensor* tensor, std::size_t rows, std::size_t columns) {
    std::size_t step = padded_channels(columns);
    T* numbers = reinterpret_cast<T*>(block(rows * step * sizeof(T)));
    for (std::size_t row = 0; tensor && row < rows; ++row)
        std::memcpy(numbers + row * step, tensor->data + row * columns * sizeof(T), columns * sizeof(T));
    return numbers;
}

void Prepared::prepare(const Graph& graph, const Node& node, Weights& weights) {
    const NodeTensors& tensors = node.tensors;
    const Value& in = graph.values[node.from[0]];
    std::size_t channels = in.channels, out = graph.values[node.to].channels;
    switch (node.op) {
        case Op::quantise:
            weights.quantiser = {node.bits, padded<std::int16_t>(tensors.shift, 1, channels),
                                 padded<std::int16_t>(tensors.mult, 1, channels)};
            break;
        case Op::rprelu:
            weights.rprelu = {padded<std::int16_t>(tensors.a, 1, channels), padded<std::int16_t>(tensors.slope, 1, channels),
                              padded<std::int16_t>(tensors.b, 1, channels)};
            break;
        case Op::conv: prepare_conv(node, in, out, weights.conv); break;
        case Op::conv_float: prepare_float(node, channels, out, weights.float_conv); break;
        case Op::dequantise:
        case Op::requantise: weights.scale = padded<float>(tensors.scale, 1, channels); break;
        default: break;
    }
}

void Prepared::prepare_conv(const Node& node, const Value& in, std::size_t out, PreparedConv& conv) {
    const Tensor& weight = *node.tensors.weight;
    conv.kind = in.bits == 8 ? ConvKind::w8a8 : in.bits == 4 ? ConvKind::w1a4 : ConvKind::w1a1;
    conv.in_channels = in.channels;
    conv.out_channels = out;
    conv.kernel = node.kernel;
    conv.step = node.stride;
    conv.bases = weight.shape[0];
    conv.shift = node.shift;
    conv.mult = padded<std::int32_t>(node.tensors.mult, conv.bases, out);
    conv.bias = padded<std::int64_t>(node.tensors.bias, 1, out);
    const NetKernels& kernels = chosen_kernels().net;
    Block aligned_weight = make_block(weight.bytes);
    std::memcpy(aligned_weight.get(), weight.data, weight.bytes);
    kernels.prepare(conv, aligned_weight.get(), block(kernels.conv_bytes(conv)));
}

void Prepared::prepare_float(const Node& node, std::size_t in, std::size_t out, rows::FloatConv& conv) {
    std::size_t ins = in / node.groups, outs = out / node.groups, taps = node.kernel * node.kernel;
    float* weight = reinterpret_cast<float*>(block(node.tensors.weight->bytes));
    for (std::size_t oc = 0; oc < out; ++oc)
        for (std::size_t tap = 0; tap < taps; ++tap)
            for (std::size_t ic = 0; ic < ins; ++ic)
                weight[((tap * node.groups + oc / outs) * ins + ic) * outs + oc % outs] =
                    number_at<float>(*node.tensors.weight, (oc * taps + tap) * ins + ic);
    conv = {node.kernel, node.stride, node.groups, in, out, node.activation, weight,
            padded<float>(node.tensors.bias, 1, out)};
}

}  // namespace docbin::net
