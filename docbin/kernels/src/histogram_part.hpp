// What a thread has counted of a histogram: it is added to the whole when the thread has done.
#pragma once
#include "table.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace docbin {

class HistogramPart {
public:
    // By pairs costs room and a sum at the end, and is worth it for HISTOGRAM_BY_PAIRS pixels or more.
    HistogramPart(std::int64_t* whole, std::mutex& adding, bool by_pairs)
        : whole_(whole), adding_(adding), pairs_(by_pairs ? PAIR_CELLS : 0) {}
    HistogramPart(const HistogramPart&) = delete;
    HistogramPart& operator=(const HistogramPart&) = delete;

    ~HistogramPart() {
        if (!pairs_.empty()) chosen_kernels().sum_pairs(pairs_.data(), bins_);
        std::lock_guard<std::mutex> guard(adding_);
        for (std::size_t value = 0; value < 256; ++value) whole_[value] += bins_[value];
    }

    void count(const std::uint8_t* gray, std::size_t pixels) {
        while (pixels > 0) {
            const std::size_t some = std::min(pixels, MOST_BY_PAIRS - counted_);
            chosen_kernels().histogram(gray, some, pairs_.empty() ? nullptr : pairs_.data(), bins_);
            gray += some;
            pixels -= some;
            counted_ += some;
            if (counted_ == MOST_BY_PAIRS) empty();
        }
    }

private:
    void empty() {
        if (!pairs_.empty()) chosen_kernels().sum_pairs(pairs_.data(), bins_);
        std::fill(pairs_.begin(), pairs_.end(), 0u);
        counted_ = 0;
    }

    std::int64_t bins_[256] = {};
    std::int64_t* whole_;
    std::mutex& adding_;
    std::vector<std::uint32_t> pairs_;
    std::size_t counted_ = 0;
};

}  // namespace docbin
