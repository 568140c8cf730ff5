// Components of ink that meet a seed, on bits: runs of a row are joined with those they touch in the row above
// (union-find); five bytes for each run are all that is held beside the page.
#include "bit_runs.hpp"
#include "methods.hpp"

#include <utility>

namespace docbin::edge {

namespace {

std::size_t count_runs(Bits ink, std::size_t height, std::size_t width) {
    std::size_t count = 0;
    BitRun run;
    for (std::size_t y = 0; y < height; ++y)
        for (BitRuns runs(ink.row(y), width); runs.next(run);) ++count;
    return count;
}

// Sets of runs; the root of a set is its first run.
class Joined {
public:
    explicit Joined(std::size_t runs) : parent_(runs), met_(runs) {}

    void add(std::uint32_t run, bool met) {
        parent_[run] = run;
        met_[run] = met;
    }

    std::uint32_t root(std::uint32_t run) {
        while (parent_[run] != run) run = parent_[run] = parent_[parent_[run]];
        return run;
    }

    void join(std::uint32_t a, std::uint32_t b) {
        a = root(a);
        b = root(b);
        if (a > b) std::swap(a, b);
        parent_[b] = a;
        met_[a] = met_[a] | met_[b];
    }

    bool met(std::uint32_t run) { return met_[root(run)] != 0; }

private:
    std::vector<std::uint32_t> parent_;
    std::vector<std::uint8_t> met_;
};

// Joins the runs of a row, numbered from `here`, with those of the row above, numbered from `above`.
void join_rows(const std::uint8_t* upper, const std::uint8_t* lower, std::size_t width, std::uint32_t above,
               std::uint32_t here, Joined& joined) {
    BitRuns uppers(upper, width), lowers(lower, width);
    BitRun a, b;
    bool more = uppers.next(a) && lowers.next(b);
    while (more) {
        if (a.start <= b.stop && b.start <= a.stop) joined.join(above, here);
        // The run that ends first can touch nothing further on.
        bool is_upper = a.stop < b.stop;
        ++(is_upper ? above : here);
        more = is_upper ? uppers.next(a) : lowers.next(b);
    }
}

}  // namespace

void keep_met(Bits ink, Bits seed, std::size_t height, std::size_t width) {
    Joined joined(count_runs(ink, height, width));
    BitRun run;
    std::uint32_t count = 0, above = 0;
    for (std::size_t y = 0; y < height; ++y) {
        std::uint32_t here = count;
        for (BitRuns runs(ink.row(y), width); runs.next(run);) joined.add(count++, meets(seed.row(y), run));
        if (y) join_rows(ink.row(y - 1), ink.row(y), width, above, here, joined);
        above = here;
    }
    count = 0;
    for (std::size_t y = 0; y < height; ++y)
        for (BitRuns runs(ink.row(y), width); runs.next(run);)
            if (!joined.met(count++)) clear(ink.row(y), run);
}

}  // namespace docbin::edge
