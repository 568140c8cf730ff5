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
    : plan_(plan), rows_(rows), first_(first), last_(last), band_(std::max<std::int64_t>(1, band)), tick_(first),
      from_(plan.steps.size()), to_(plan.steps.size()), reached_(plan.steps.size()) {
    find_first();
    find_start();
    to_ = from_;
}

// Without limit at the top: so the wave starts with few rows instead of all that the first output needs.
void Schedule::find_reached(std::int64_t tick) {
    for (std::size_t s = plan_.steps.size(); s-- > 0;) {
        const Step& step = plan_.steps[s];
        std::int64_t reached = std::numeric_limits<std::int64_t>::min();
        if (step.task == Task::output) reached = rows_at(tick, step.level);
        for (std::size_t value : {step.stream, step.codes})
            if (value != NOTHING)
                for (const Reader& reader : plan_.readers[value])
                    reached = std::max(reached, reader.reach.high(reached_[reader.step]));
        reached_[s] = std::min(reached, rows(s));
    }
}

void Schedule::find_first() {
    for (std::size_t s = plan_.steps.size(); s-- > 0;) {
        const Step& step = plan_.steps[s];
        std::int64_t low = std::numeric_limits<std::int64_t>::max();
        if (step.task == Task::output) low = rows_at(first_, step.level);
        for (std::size_t value : {step.stream, step.codes})
            if (value != NOTHING)
                for (const Reader& reader : plan_.readers[value])
                    low = std::min(low, reader.reach.low(from_[reader.step]));
        from_[s] = std::max<std::int64_t>(0, low);
    }
}

// So many rows before the first of the outputs that no step has much to do in the first tick.
void Schedule::find_start() {
    find_reached(first_);
    for (std::size_t s = 0; s < plan_.steps.size(); ++s)
        tick_ = std::min(tick_, first_ - rows_at(reached_[s] - from_[s], -plan_.steps[s].level));
}

bool Schedule::advance() {
    if (tick_ >= last_) return false;
    tick_ = std::min(tick_ + band_, last_);
    from_ = to_;
    find_reached(tick_);
    for (std::size_t s = 0; s < to_.size(); ++s) to_[s] = std::max(from_[s], reached_[s]);
    return true;
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
