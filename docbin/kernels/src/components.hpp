// Connected components of ink by runs: each row's runs are joined with the runs they touch in the
// row above (union-find, the smaller number wins), so components are numbered by their first pixel.
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

struct Box {
    std::int32_t top, left, bottom, right, area;  // bottom and right are exclusive
};

class Components {
public:
    // `reach` is 1 where diagonal neighbours touch (8-connected), else 0.
    Components(const std::uint8_t* ink, std::size_t height, std::size_t width, int reach) : height_(height) {
        rows_.reserve(height + 1);
        for (std::size_t y = 0; y < height; ++y) {
            rows_.push_back(runs_.size());
            find_runs(ink + y * width, width);
            if (y > 0) join(rows_[y - 1], rows_[y], runs_.size(), reach);
        }
        rows_.push_back(runs_.size());
        number();
    }

    std::size_t count() const { return boxes_.size(); }
    const std::vector<Box>& boxes() const { return boxes_; }

    // Calls visit(y, run) in raster order.
    template <class Visit>
    void for_each_run(Visit&& visit) const {
        for (std::size_t y = 0; y < height_; ++y)
            for (std::size_t i = rows_[y]; i < rows_[y + 1]; ++i) visit(static_cast<std::int32_t>(y), runs_[i]);
    }

    void paint(std::size_t width, std::int32_t* labels) const {
        for (std::size_t y = 0; y < height_; ++y) {
            std::int32_t* row = labels + y * width;
            for (std::size_t i = rows_[y]; i < rows_[y + 1]; ++i)
                for (std::int32_t x = runs_[i].start; x < runs_[i].stop; ++x) row[x] = runs_[i].label + 1;
        }
    }

    // Paints 1 over the components with a pixel where `seed` is not zero.
    void paint_met(const std::uint8_t* seed, std::size_t width, std::uint8_t* ink) const {
        std::vector<char> met(boxes_.size(), 0);
        for (std::size_t y = 0; y < height_; ++y)
            for (std::size_t i = rows_[y]; i < rows_[y + 1]; ++i) {
                const Run& run = runs_[i];
                if (!met[run.label]) met[run.label] = any(seed + y * width + run.start, run.stop - run.start);
            }
        for (std::size_t y = 0; y < height_; ++y)
            for (std::size_t i = rows_[y]; i < rows_[y + 1]; ++i)
                if (met[runs_[i].label])
                    std::memset(ink + y * width + runs_[i].start, 1, runs_[i].stop - runs_[i].start);
    }

private:
    static bool any(const std::uint8_t* values, std::int32_t count) {
        for (std::int32_t i = 0; i < count; ++i)
            if (values[i]) return true;
        return false;
    }

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

    std::int32_t root(std::int32_t label) {
        while (parent_[label] != label) {
            parent_[label] = parent_[parent_[label]];
            label = parent_[label];
        }
        return label;
    }

    void join(std::size_t above, std::size_t here, std::size_t end, int reach) {
        std::size_t i = above, j = here;
        while (i < here && j < end) {
            const Run &a = runs_[i], &b = runs_[j];
            if (a.start < b.stop + reach && b.start < a.stop + reach) {
                std::int32_t p = root(a.label), q = root(b.label);
                if (p < q) parent_[q] = p;
                else parent_[p] = q;
            }
            // The run that ends first can touch nothing further on.
            if (a.stop < b.stop) ++i;
            else ++j;
        }
    }

    void number() {
        std::vector<std::int32_t> name(runs_.size(), -1);
        std::size_t i = 0;
        for (std::size_t y = 0; y < height_; ++y)
            for (; i < rows_[y + 1]; ++i) {
                Run& run = runs_[i];
                std::int32_t first = root(run.label);
                auto row = static_cast<std::int32_t>(y);
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
            }
    }

    std::size_t height_;
    std::vector<Run> runs_;
    std::vector<std::size_t> rows_;
    std::vector<std::int32_t> parent_;
    std::vector<Box> boxes_;
};

}  // namespace docbin
