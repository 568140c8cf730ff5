// Which rows each step computes when: a wave of rows that runs down the page. Every tick asks for a few
// rows more of the outputs, and each step computes just the rows that these need and that it has not
// made yet; so values keep a few rows each, and nothing is computed twice.
#pragma once
#include "net_plan.hpp"

namespace docbin::net {

// Page rows, or the end of them, as rows at a level.
std::int64_t rows_at(std::int64_t page_rows, int level);

class Schedule {
public:
    // Outputs are wanted for the rows [first, last) of an (extended) page of `rows`, `band` more each tick.
    Schedule(const Plan& plan, std::int64_t rows, std::int64_t first, std::int64_t last, std::int64_t band);

    // Sets the rows of every step for the next tick; false: all is done.
    bool advance();

    // The rows [from, to) that a step computes in this tick, and how many it has on the whole page.
    std::int64_t from(std::size_t step) const { return from_[step]; }
    std::int64_t to(std::size_t step) const { return to_[step]; }
    std::int64_t rows(std::size_t step) const { return rows_at(rows_, plan_.steps[step].level); }

    // How many rows of one of its values a step has to keep when it has done its rows of this tick.
    std::int64_t kept(std::size_t step, std::size_t value) const;

private:
    void find_reached(std::int64_t tick);
    void find_first();
    void find_start();

    const Plan& plan_;
    std::int64_t rows_, first_, last_, band_, tick_;
    std::vector<std::int64_t> from_, to_, reached_;
};

// The most rows that each value keeps at once while the part is computed; 0: the value is not stored.
std::vector<std::int64_t> rows_kept(const Plan& plan, Schedule schedule);

}  // namespace docbin::net
