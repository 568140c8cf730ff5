// Weights as the rows of work want them, made once at load.
#pragma once
#include "net_floats.hpp"
#include "net_graph.hpp"
#include "net_memory.hpp"
#include "net_table.hpp"

#include <vector>

namespace docbin::net {

// What one node needs; only the part of its operation is filled.
struct Weights {
    Quantiser quantiser{};
    Rprelu rprelu{};
    PreparedConv conv{};
    rows::FloatConv float_conv{};
    const float* scale = nullptr;
};

class Prepared {
public:
    explicit Prepared(const Graph& graph);

    const Weights& operator[](std::size_t node) const { return weights_[node]; }

private:
    template <class T>
    const T* padded(const Tensor* tensor, std::size_t rows, std::size_t columns);
    void prepare(const Graph& graph, const Node& node, Weights& weights);
    unsigned char* block(std::size_t bytes);
    void prepare_conv(const Node& node, const Value& in, std::size_t out, PreparedConv& conv);
    void prepare_float(const Node& node, std::size_t in, std::size_t out, rows::FloatConv& conv);

    std::vector<Weights> weights_;
    std::vector<Block> blocks_;
};

}  // namespace docbin::net
