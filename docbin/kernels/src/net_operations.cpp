#include "net_operations.hpp"

#include "net_error.hpp"

namespace docbin::net {

namespace {

// clang-format off
constexpr OperationRule RULES[] = {
    // op                  name              inputs       image  stream code   real   to            options, parts
    {Op::widen,           "widen",           1, 1,        true,  false, false, false, Kind::stream, {}, {}},
    {Op::haar,            "haar",            1, 1,        true,  true,  false, false, Kind::stream, {}, {}},
    {Op::unhaar,          "unhaar",          1, 1,        false, true,  false, false, Kind::stream, {}, {}},
    {Op::quantise,        "quantise",        1, 1,        false, true,  false, false, Kind::code,   {"bits"}, {"shift", "mult"}},
    {Op::conv,            "conv",            1, 1,        false, false, true,  false, Kind::stream, {"kernel", "stride", "shift"}, {"weight", "mult", "bias"}},
    {Op::add,             "add",             2, 2,        false, true,  false, false, Kind::stream, {}, {}},
    {Op::rprelu,          "rprelu",          1, 1,        false, true,  false, false, Kind::stream, {}, {"a", "slope", "b"}},
    {Op::average2,        "average2",        1, 1,        false, true,  false, false, Kind::stream, {}, {}},
    {Op::max2,            "max2",            1, 1,        false, true,  false, false, Kind::stream, {}, {}},
    {Op::max3,            "max3",            1, 1,        false, true,  false, false, Kind::stream, {}, {}},
    {Op::upsample2,       "upsample2",       1, 1,        false, true,  false, false, Kind::stream, {}, {}},
    {Op::shuffle,         "shuffle",         1, 1,        false, true,  false, false, Kind::stream, {"factor"}, {}},
    {Op::unshuffle,       "unshuffle",       1, 1,        false, true,  false, false, Kind::stream, {"factor"}, {}},
    {Op::concat,          "concat",          2, CHANNELS, false, true,  false, false, Kind::stream, {}, {}},
    {Op::dequantise,      "dequantise",      1, 1,        false, true,  false, false, Kind::real,   {}, {"scale"}},
    {Op::requantise,      "requantise",      1, 1,        false, false, false, true,  Kind::stream, {}, {"scale"}},
    {Op::conv_float,      "conv_float",      1, 1,        false, false, false, true,  Kind::real,   {"kernel", "stride", "groups", "activation"}, {"weight", "bias"}},
    {Op::add_float,       "add_float",       2, 2,        false, false, false, true,  Kind::real,   {}, {}},
    {Op::mul_float,       "mul_float",       2, 2,        false, false, false, true,  Kind::real,   {}, {}},
    {Op::upsample2_float, "upsample2_float", 1, 1,        false, false, false, true,  Kind::real,   {}, {}},
    {Op::concat_float,    "concat_float",    2, CHANNELS, false, false, false, true,  Kind::real,   {}, {}},
};
// clang-format on

int log2_of(std::size_t factor) { return factor == 1 ? 0 : factor == 2 ? 1 : factor == 4 ? 2 : 3; }

std::size_t divided(std::size_t channels, std::size_t by) {
    if (channels % by) throw NetError("takes a multiple of " + std::to_string(by) + " channels, not " + std::to_string(channels));
    return channels / by;
}

// Channels of a convolution's result: the extent of its weights that counts them.
std::size_t conv_channels(const Node& node) {
    const std::vector<std::size_t>& shape = node.tensors.weight->shape;
    if (shape.size() != 4) throw NetError("has a weight of shape " + shape_text(shape) + "; four extents are needed");
    return node.op == Op::conv ? shape[1] : shape[0];
}

void check_equal_inputs(const Graph& graph, const Node& node, bool channels) {
    const Value& first = graph.values[node.from[0]];
    for (std::size_t index : node.from) {
        const Value& other = graph.values[index];
        if (other.level != first.level || (channels && other.channels != first.channels))
            throw NetError("takes values of one shape, but " + quoted(first.name) + " has stride 2^" +
                           std::to_string(first.level) + " and " + std::to_string(first.channels) + " channels, " +
                           quoted(other.name) + " stride 2^" + std::to_string(other.level) + " and " +
                           std::to_string(other.channels));
    }
}

}  // namespace

const char* name_of(Op op) {
    for (const OperationRule& rule : RULES)
        if (op == rule.op) return rule.name;
    return "";
}

const OperationRule* find_operation(const std::string& name) {
    for (const OperationRule& rule : RULES)
        if (name == rule.name) return &rule;
    return nullptr;
}

void infer_shape(const Graph& graph, const Node& node, Value& value) {
    const Value& in = graph.values[node.from[0]];
    value.channels = in.channels;
    value.level = in.level;
    value.bits = node.bits;
    switch (node.op) {
        case Op::haar: value.channels *= 4; ++value.level; break;
        case Op::unhaar: value.channels = divided(in.channels, 4); --value.level; break;
        case Op::average2:
        case Op::max2:
        case Op::max3: ++value.level; break;
        case Op::upsample2:
        case Op::upsample2_float: --value.level; break;
        case Op::shuffle:
            value.channels = divided(in.channels, node.factor * node.factor);
            value.level -= log2_of(node.factor);
            break;
        case Op::unshuffle:
            value.channels *= node.factor * node.factor;
            value.level += log2_of(node.factor);
            break;
        case Op::conv:
        case Op::conv_float:
            value.channels = conv_channels(node);
            value.level += log2_of(node.stride);
            break;
        case Op::add:
        case Op::add_float:
        case Op::mul_float: check_equal_inputs(graph, node, true); break;
        case Op::concat:
        case Op::concat_float:
            check_equal_inputs(graph, node, false);
            value.channels = 0;
            for (std::size_t index : node.from) value.channels += graph.values[index].channels;
            break;
        default: break;
    }
    if (value.channels > CHANNELS)
        throw NetError("gives " + std::to_string(value.channels) + " channels; 1024 are allowed");
    if (value.level > COARSEST || value.level < FINEST)
        throw NetError("gives a total stride of 2^" + std::to_string(value.level) + "; 2^-6 to 2^6 are allowed");
}

}  // namespace docbin::net
