#include "net_schedule.hpp"

#include <algorithm>
#include <limits>

namespace docbin::net {

std::int64_t rows_at(std::int64_t page_rows, int level) {
    if (level < 0) return page_rows * (std::int64_t{1} << -level);
    std::int64_t stride = std::int64_t{1} << level;
    return floor_division(page_rows + stride - 1, stride);
}

Schedule::Schedule(const Plan& plan, std::int64_t rows, std::int64_t first, std::int64_t last, std::int64_t band)
    : plan_(plan), rows_(rows), band_(std::max<std::int64_t>(1, band)), from_(plan.steps.size()),
      to_(plan.steps.size()), last_(plan.steps.size()) {
    find_needed(first, last);
}

// The rows [to, last) of every step that the outputs need, from the last step to the first.
void Schedule::find_needed(std::int64_t first, std::int64_t last) {
    for (std::size_t s = plan_.steps.size(); s-- > 0;) {
        const Step& step = plan_.steps[s];
        std::int64_t low = std::numeric_limits<std::int64_t>::max(), high = 0;
        if (step.task == Task::output) {
            low = rows_at(first, step.level);
            high = rows_at(last, step.level);
        }
        for (std::size_t value : {step.stream, step.codes})
            if (value != NOTHING)
                for (const Reader& reader : plan_.readers[value]) {
                    low = std::min(low, reader.reach.low(to_[reader.step]));
                    high = std::max(high, reader.reach.high(last_[reader.step]));
                }
        last_[s] = std::min(high, rows(s));
        to_[s] = std::clamp<std::int64_t>(low, 0, last_[s]);
    }
    from_ = to_;
}

// The end of the rows that the inputs of a step allow, as far as it is needed.
std::int64_t Schedule::allowed(std::size_t s) const {
    const Step& step = plan_.steps[s];
    if (step.task == Task::page) return std::min(to_[s] + band_, last_[s]);
    std::int64_t end = last_[s];
    for (const Read& read : step.reads) {
        std::size_t before = plan_.makers[read.value];
        if (to_[before] < rows(before)) end = std::min(end, read.reach.last(to_[before]));
    }
    // No more than the page brings: else all that waits for the coarsest level would come at once.
    return std::clamp(end, to_[s], to_[s] + rows_at(band_, step.level));
}

bool Schedule::advance() {
    bool more = false;
    for (std::size_t s = 0; s < to_.size(); ++s) {
        from_[s] = to_[s];
        to_[s] = allowed(s);
        more = more || to_[s] > from_[s];
    }
    return more;
}

std::int64_t Schedule::kept(std::size_t step, std::size_t value) const {
    std::int64_t low = to_[step];
    for (const Reader& reader : plan_.readers[value]) low = std::min(low, reader.reach.low(from_[reader.step]));
    return to_[step] - std::max<std::int64_t>(0, low);
}

std::vector<std::int64_t> rows_kept(const Plan& plan, Schedule schedule) {
    std::vector<std::int64_t> kept(plan.readers.size());
    while (schedule.advance())
        for (std::size_t s = 0; s < plan.steps.size(); ++s)
            for (std::size_t value : {plan.steps[s].stream, plan.steps[s].codes})
                if (value != NOTHING && schedule.to(s) > schedule.from(s))
                    kept[value] = std::max({kept[value], schedule.kept(s, value), std::int64_t{1}});
    return kept;
}

}  // namespace docbin::net
