// What each operation of a graph takes, gives and is told: the table that the checks of net_graph.cpp read.
#pragma once
#include "net_graph.hpp"

namespace docbin::net {

struct OperationRule {
    Op op;
    const char* name;
    std::size_t least_inputs, most_inputs;
    bool from_image, from_stream, from_code, from_real;
    Kind to;
    const char* options[4];  // whole numbers (`activation`: a word), all of them needed
    const char* parts[3];    // tensors; the quantiser's `mult` is absent for 1 bit
};

// Null where no operation has the name.
const OperationRule* find_operation(const std::string& name);

// Sets channels and level of the node's value from those it reads. Throws NetError with the reason alone.
void infer_shape(const Graph& graph, const Node& node, Value& value);

// Dtypes, shapes and ranges of the node's tensors; throws NetError with the reason alone. Of a
// convolution, its value's channels follow from the weights: `infer_shape` comes first.
void check_tensors(const Graph& graph, const Node& node);

}  // namespace docbin::net
