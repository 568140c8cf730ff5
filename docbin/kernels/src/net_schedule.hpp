// Which rows each step computes when: a wave of rows that runs down the page. Every tick the page brings a
// few rows more, and each step computes what the rows of its inputs allow; so values keep a few rows each,
// and nothing is computed twice.
#pragma once
#include "net_plan.hpp"

namespace docbin::net {

// Rows of the page, or the end of them, as rows at a level.
std::int64_t rows_at(std::int64_t page_rows, int level);

class Schedule {
public:
    // Outputs are wanted for the rows [first, last) of an (extended) page of `rows`; the page brings `band` more
    // each tick.
    Schedule(const Plan& plan, std::int64_t rows, std::int64_t first, std::int64_t last, std::int64_t band);

    // Sets the rows of every step for the next tick; false: all is done.
    bool advance();

    // The rows [from, to) that a step computes in this tick.
    std::int64_t from(std::size_t step) const { return from_[step]; }
    std::int64_t to(std::size_t step) const { return to_[step]; }

    // How many rows of one of its values a step has to keep when it has done its rows of this tick.
    std::int64_t kept(std::size_t step, std::size_t value) const;

private:
    std::int64_t rows(std::size_t step) const { return rows_at(rows_, plan_.steps[step].level); }
    std::int64_t allowed(std::size_t step) const;
    void find_needed(std::int64_t first, std::int64_t last);

    const Plan& plan_;
    std::int64_t rows_, band_;
    std::vector<std::int64_t> from_, to_, last_;
};

// The most rows that each value keeps at once while the part is computed; 0: the value is not stored.
std::vector<std::int64_t> rows_kept(const Plan& plan, Schedule schedule);

}  // namespace docbin::net
