// The work of one thread on a part of a page, with memory of its own.
#pragma once
#include "net_layout.hpp"
#include "net_memory.hpp"
#include "net_network.hpp"
#include "net_run.hpp"
#include "net_schedule.hpp"

#include <vector>

namespace docbin::net {

// The most rows of a convolution that one call of its kernel computes.
constexpr std::int64_t CONV_ROWS = 8;

class Part {
public:
    // The rows [first, last) of the page with its margins.
    Part(const Network& network, const Job& job, std::int64_t first, std::int64_t last, std::size_t band);

    void run();

private:
    void clear();
    void step_rows(const Step& step, std::int64_t from, std::int64_t to);
    void page_row(std::int64_t y);
    void conv_rows(const Step& step, std::int64_t first, std::size_t count);
    void output_row(const Step& step, std::int64_t y);
    void mask_row(const Step& step, std::int64_t y);

    void node_row(const Step& step, std::int64_t y);
    void pointwise_row(const Step& step, std::int64_t y);
    void halving_row(const Step& step, std::int64_t y);
    void doubling_row(const Step& step, std::int64_t y);
    void float_row(const Step& step, std::int64_t y);
    void conv_float_row(const Step& step, std::int64_t y);
    template <class T>
    void concat_row(const Node& node, std::int64_t y);

    std::size_t width(std::size_t value) const { return extents_.columns_of(graph_.values[value]); }
    template <class T>
    T* row(std::size_t value, std::int64_t y) const { return reinterpret_cast<T*>(layout_.rings[value].row(y)); }

    const Network& network_;
    const Graph& graph_;
    const NetKernels& kernels_;
    const Job& job_;
    Extents extents_;
    Schedule schedule_;
    Layout layout_;
    Block memory_, scratch_, room_;
};

}  // namespace docbin::net
