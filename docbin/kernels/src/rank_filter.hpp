// The value of a given rank in windows, from a histogram that slides along the row.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace docbin {

class RankFilter {
public:
    RankFilter(const std::uint8_t* gray, std::size_t height, std::size_t width, std::size_t tall, std::size_t wide,
               unsigned percent)
        : gray_(gray), height_(height), width_(width), tall_(tall), wide_(wide), percent_(percent) {}

    // A window of an even side reaches one pixel further up or left than down or right.
    void row(std::size_t y, std::uint8_t* out) {
        std::memset(bins_, 0, sizeof bins_);
        below_ = total_ = 0;
        value_ = 0;
        top_ = y < tall_ / 2 ? 0 : y - tall_ / 2;
        bottom_ = std::min(height_, y + (tall_ - 1) / 2 + 1);
        for (std::size_t x = 0; x < std::min(width_, (wide_ - 1) / 2); ++x) add(x);
        for (std::size_t x = 0; x < width_; ++x) {
            if (x + (wide_ - 1) / 2 < width_) add(x + (wide_ - 1) / 2);
            if (x > wide_ / 2) remove(x - wide_ / 2 - 1);
            out[x] = ranked();
        }
    }

private:
    const std::uint8_t* gray_;
    std::size_t height_, width_, tall_, wide_;
    unsigned percent_;
    std::size_t top_ = 0, bottom_ = 0, total_ = 0, below_ = 0;  // below_: pixels darker than value_
    unsigned value_ = 0;
    std::uint32_t bins_[256] = {};

    void add(std::size_t x) {
        for (std::size_t y = top_; y < bottom_; ++y) {
            std::uint8_t seen = gray_[y * width_ + x];
            ++bins_[seen];
            below_ += seen < value_;
        }
        total_ += bottom_ - top_;
    }

    void remove(std::size_t x) {
        for (std::size_t y = top_; y < bottom_; ++y) {
            std::uint8_t seen = gray_[y * width_ + x];
            --bins_[seen];
            below_ -= seen < value_;
        }
        total_ -= bottom_ - top_;
    }

    std::uint8_t ranked() {
        std::size_t rank = std::min(total_ * percent_ / 100, total_ - 1);
        while (below_ > rank) below_ -= bins_[--value_];
        while (below_ + bins_[value_] <= rank) below_ += bins_[value_++];
        return static_cast<std::uint8_t>(value_);
    }
};

}  // namespace docbin
