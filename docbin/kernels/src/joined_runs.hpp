// Runs of ink of some rows, joined with those they touch in the row above by union-find; of two roots the
// smaller number wins, so that a root is the first run of its component.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace docbin {

struct Run {
    std::int32_t start, stop;  // columns, stop is exclusive
    std::int32_t label;
};

// The root of a run; paths are halved on the way.
inline std::int32_t root_of(std::vector<std::int32_t>& parent, std::int32_t label) {
    while (parent[label] != label) {
        parent[label] = parent[parent[label]];
        label = parent[label];
    }
    return label;
}

// Calls meet(a, b) for the runs of two rows, one below the other, that touch; with a reach of 1 also across corners.
template <class Meet>
void for_touching(const Run* above, const Run* above_end, const Run* below, const Run* below_end, int reach,
                  const Meet& meet) {
    while (above < above_end && below < below_end) {
        if (above->start < below->stop + reach && below->start < above->stop + reach) meet(*above, *below);
        // The run that ends first can touch nothing further on.
        if (above->stop < below->stop) ++above;
        else ++below;
    }
}

class JoinedRuns {
public:
    // `reach` is 1 where diagonal neighbours touch (8-connected), else 0.
    JoinedRuns(const std::uint8_t* ink, std::size_t height, std::size_t width, int reach) {
        rows_.reserve(height + 1);
        for (std::size_t y = 0; y < height; ++y) {
            rows_.push_back(runs_.size());
            find_runs(ink + y * width, width);
            if (y > 0) join(rows_[y - 1], rows_[y], reach);
        }
        rows_.push_back(runs_.size());
    }

    std::size_t height() const { return rows_.size() - 1; }
    std::size_t count() const { return runs_.size(); }
    const Run* begin_of(std::size_t y) const { return runs_.data() + rows_[y]; }
    const Run* end_of(std::size_t y) const { return runs_.data() + rows_[y + 1]; }
    std::int32_t root(std::int32_t label) { return root_of(parent_, label); }

    // Calls visit(y, run) in raster order.
    template <class Visit>
    void for_each(const Visit& visit) const {
        for (std::size_t y = 0; y < height(); ++y)
            for (std::size_t i = rows_[y]; i < rows_[y + 1]; ++i) visit(static_cast<std::int32_t>(y), runs_[i]);
    }
    template <class Visit>
    void for_each(const Visit& visit) {
        for (std::size_t y = 0; y < height(); ++y)
            for (std::size_t i = rows_[y]; i < rows_[y + 1]; ++i) visit(static_cast<std::int32_t>(y), runs_[i]);
    }

private:
    void find_runs(const std::uint8_t* row, std::size_t width) {
        std::size_t x = 0;
        while (x < width) {
            // Paper is most of a page: eight pixels at a time.
            std::uint64_t eight = 0;
            while (x + 8 <= width && (std::memcpy(&eight, row + x, 8), eight == 0)) x += 8;
            while (x < width && !row[x]) ++x;
            if (x == width) break;
            std::size_t start = x;
            while (x < width && row[x]) ++x;
            auto label = static_cast<std::int32_t>(runs_.size());
            runs_.push_back({static_cast<std::int32_t>(start), static_cast<std::int32_t>(x), label});
            parent_.push_back(label);
        }
    }

    void join(std::size_t above, std::size_t here, int reach) {
        const Run* runs = runs_.data();
        for_touching(runs + above, runs + here, runs + here, runs + runs_.size(), reach, [this](auto& a, auto& b) {
            std::int32_t p = root(a.label), q = root(b.label);
            if (p < q) parent_[q] = p;
            else parent_[p] = q;
        });
    }

    std::vector<Run> runs_;
    std::vector<std::size_t> rows_;
    std::vector<std::int32_t> parent_;
};

}  // namespace docbin
