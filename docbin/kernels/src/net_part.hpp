// The work of one thread on a part of a page, with memory of its own.
#pragma once
#include "net_memory.hpp"
#include "net_network.hpp"
#include "net_run.hpp"
#include "net_schedule.hpp"

#include <vector>

namespace docbin::net {

// Beyond this a network asks too much for the page.
constexpr std::size_t MOST_MEMORY = std::size_t{4} << 30;

// The rows of a value that are kept: row y in the place of y modulo their number.
struct Ring {
    unsigned char* first = nullptr;  // of row 0; a pixel of zeros lies before each row of codes
    std::size_t rows = 0, row_bytes = 0, lead = 0;

    unsigned char* row(std::int64_t y) const { return first + static_cast<std::size_t>(y) % rows * row_bytes; }
};

class Part {
public:
    // The rows [first, last) of the page with its margins.
    Part(const Network& network, const Job& job, std::int64_t first, std::int64_t last, std::size_t band);

    void run();

private:
    void allocate(const std::vector<std::int64_t>& kept);
    void page_row(std::int64_t y);
    void node_row(const Step& step, std::int64_t y);
    void float_row(const Step& step, std::int64_t y);
    void conv_row(const Step& step, std::int64_t y);
    void output_row(const Step& step, std::int64_t y);
    void mask_row(const std::int16_t* logits, std::int64_t y);

    std::size_t width(const Value& value) const;
    template <class T>
    T* row(std::size_t value, std::int64_t y) const { return reinterpret_cast<T*>(rings_[value].row(y)); }

    const Network& network_;
    const Graph& graph_;
    const Job& job_;
    Extents extents_;
    Schedule schedule_;
    std::vector<Ring> rings_;
    Block memory_, page_row_, zeros_, room_, sums_;
};

}  // namespace docbin::net
