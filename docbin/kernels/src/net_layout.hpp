// Where the rows of values lie in the memory of one part.
#pragma once
#include "net_graph.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin::net {

// Beyond this a network asks too much for the page.
constexpr std::size_t MOST_MEMORY = std::size_t{4} << 30;

// The page with its margins.
struct Extents {
    std::size_t rows, columns;

    std::size_t columns_of(const Value& value) const;
    std::int64_t rows_of(const Value& value) const;
};

Extents extents_of(const Graph& graph, std::size_t height, std::size_t width);

// The rows of a value that are kept: row y in the place of y modulo their number.
struct Ring {
    unsigned char* first = nullptr;                 // of row 0
    std::size_t rows = 0, row_bytes = 0, place = 0;  // `place` of row 0 in the memory

    unsigned char* row(std::int64_t y) const { return first + static_cast<std::size_t>(y) % rows * row_bytes; }
};

struct Layout {
    std::vector<Ring> rings;  // of each value
    std::size_t total = 0;    // bytes
    std::size_t widest = 0;   // bytes of the longest row
};

// `kept`: rows of each value. Throws NetError beyond MOST_MEMORY.
Layout make_layout(const Graph& graph, const Extents& extents, const std::vector<std::int64_t>& kept);

}  // namespace docbin::net
