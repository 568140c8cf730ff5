// Connected components of ink, numbered by their first pixel.
#pragma once
#include "joined_runs.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin {

struct Box {
    std::int32_t top, left, bottom, right, area;  // bottom and right are exclusive
};

class Components {
public:
    // `reach` is 1 where diagonal neighbours touch (8-connected), else 0.
    Components(const std::uint8_t* ink, std::size_t height, std::size_t width, int reach)
        : runs_(ink, height, width, reach) {
        number();
    }

    std::size_t count() const { return boxes_.size(); }
    const std::vector<Box>& boxes() const { return boxes_; }

    // Calls visit(y, run) in raster order.
    template <class Visit>
    void for_each_run(const Visit& visit) const {
        runs_.for_each(visit);
    }

    void paint(std::size_t width, std::int32_t* labels) const {
        for_each_run([&](std::int32_t y, const Run& run) {
            std::int32_t* row = labels + static_cast<std::size_t>(y) * width;
            for (std::int32_t x = run.start; x < run.stop; ++x) row[x] = run.label + 1;
        });
    }

private:
    void number() {
        std::vector<std::int32_t> name(runs_.count(), -1);
        runs_.for_each([&](std::int32_t row, Run& run) {
            std::int32_t first = runs_.root(run.label);
            if (name[first] < 0) {
                name[first] = static_cast<std::int32_t>(boxes_.size());
                boxes_.push_back({row, run.start, row + 1, run.stop, 0});
            }
            run.label = name[first];
            Box& box = boxes_[run.label];
            box.bottom = row + 1;
            if (run.start < box.left) box.left = run.start;
            if (run.stop > box.right) box.right = run.stop;
            box.area += run.stop - run.start;
        });
    }

    JoinedRuns runs_;
    std::vector<Box> boxes_;
};

}  // namespace docbin
