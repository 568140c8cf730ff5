// The graph of a packed network, typed: after `read_graph` every kind, extent, range and tensor is as
// docs/packed-format.md wants it, and nothing is left to be checked when it runs.
#pragma once
#include "net_file.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace docbin::net {

constexpr std::size_t GRAPH_NODES = 4096;
constexpr std::size_t CHANNELS = 1024;
constexpr int COARSEST = 6;  // 2^6: the total stride
constexpr int FINEST = -6;
constexpr std::size_t MOST_MARGIN = 256;
constexpr std::size_t MOST_WINDOWS = 3;  // of contrast
constexpr long long MOST_SHARE = 64;     // of a page's level
constexpr std::int64_t LARGEST_WINDOW = 511;

enum class Kind { image, stream, code, real };

enum class Op {
    widen, haar, unhaar, quantise, conv, add, rprelu, average2, max2, max3, upsample2, shuffle, unshuffle, concat,
    dequantise, requantise, conv_float, add_float, mul_float, upsample2_float, concat_float
};

enum class Activation { none, relu, hardswish, swish, sigmoid };

struct Value {
    std::string name;
    Kind kind;
    std::size_t channels;
    int level;  // the page's extents are divided by 2^level
    int bits;   // of a code
};

// Tensors by their part in the operation; null where it has none.
struct NodeTensors {
    const Tensor *weight, *mult, *bias, *shift, *a, *slope, *b, *scale;
};

struct Node {
    Op op;
    std::vector<std::size_t> from;  // values
    std::size_t to;
    std::size_t kernel = 1, stride = 1, groups = 1, factor = 1;
    int shift = 0, bits = 0;
    Activation activation = Activation::none;
    NodeTensors tensors{};
};

struct Output {
    std::string name;
    std::size_t value;
};

struct Graph {
    std::size_t channels, multiple, margin;
    std::vector<std::size_t> contrast;  // windows of the planes that stand in place of colours; or none
    std::size_t level = 0;              // what part of the page's level is their least variance; 0: a constant
    std::vector<Value> values;  // the first is the image
    std::vector<Node> nodes;    // in the order of their computation
    std::vector<Output> outputs;
    bool is_mask;  // one output, a logit at the page's size; else streams
    int threshold = 0;
    double scale = 1.0;
};

const char* name_of(Op op);

// Throws NetError, which names the node and the reason.
Graph read_graph(const File& file);

}  // namespace docbin::net
