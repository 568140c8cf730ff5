// The order of work of a graph: what is needed for its outputs alone, operations fused where nobody else
// reads what lies between them, and which rows of its inputs a row of each step needs.
#pragma once
#include "net_graph.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin::net {

constexpr std::size_t NOTHING = static_cast<std::size_t>(-1);

inline std::int64_t floor_division(std::int64_t a, std::int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

// Rows of an input that the rows [first, last) of a step read: [low(first), high(last)), before they are
// limited to the rows there are.
struct Reach {
    std::int64_t up = 1, down = 1, below = 0, above = 0;

    std::int64_t low(std::int64_t first) const { return floor_division(up * first, down) - below; }
    std::int64_t high(std::int64_t last) const { return floor_division(up * last + down - 1, down) + above; }
    // The largest `last` whose `high` is at most this.
    std::int64_t last(std::int64_t high) const { return floor_division((high - above) * down, up); }
};

struct Read {
    std::size_t value;
    Reach reach;
};

enum class Task { page, node, conv, output };

// conv + add + rprelu + quantise, each of the last three or not; upsample2 + add; shuffle + output of a mask.
struct Step {
    Task task = Task::page;
    std::size_t node = NOTHING;  // of `output`: the number of the output
    int level = 0;
    std::vector<Read> reads;  // what the first operation reads, then what a fused add adds
    std::size_t add = NOTHING, rprelu = NOTHING, quantise = NOTHING, shuffle = NOTHING;  // nodes fused
    std::size_t stream = NOTHING, codes = NOTHING;  // values made; those of another kind in `stream`
};

struct Reader {
    std::size_t step;
    Reach reach;
};

struct Plan {
    std::vector<Step> steps;                    // every step after those it reads
    std::vector<std::vector<Reader>> readers;   // of each value
    std::vector<std::size_t> makers;            // of each value that is made: its step
};

Plan make_plan(const Graph& graph);

}  // namespace docbin::net
