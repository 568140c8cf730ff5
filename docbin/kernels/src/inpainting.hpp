// Paper where ink covers it, continued from the pixels around in one direction of travel.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin {

// Walks over the page along rows from one of its corners; a covered pixel becomes the mean of those of
// its four neighbours that are paper or were filled on the way, rounded. Pixels that no paper reaches
// keep `known` 0.
class PaperWalk {
public:
    PaperWalk(const std::uint8_t* gray, const std::uint8_t* ink, std::size_t height, std::size_t width)
        : ink_(ink), height_(height), width_(width), values(gray, gray + height * width), known(height * width) {
        for (std::size_t i = 0; i < known.size(); ++i) known[i] = ink[i] == 0;
    }

    void run(bool from_bottom, bool from_right) {
        for (std::size_t i = 0; i < height_; ++i) {
            std::size_t y = from_bottom ? height_ - 1 - i : i;
            for (std::size_t j = 0; j < width_; ++j) {
                std::size_t x = from_right ? width_ - 1 - j : j;
                if (ink_[y * width_ + x] != 0) fill(y, x);
            }
        }
    }

private:
    const std::uint8_t* ink_;
    std::size_t height_, width_;

    void fill(std::size_t y, std::size_t x) {
        std::size_t here = y * width_ + x;
        unsigned sum = 0, count = 0;
        auto see = [&](std::size_t there) {
            sum += known[there] ? values[there] : 0;
            count += known[there];
        };
        if (y > 0) see(here - width_);
        if (y + 1 < height_) see(here + width_);
        if (x > 0) see(here - 1);
        if (x + 1 < width_) see(here + 1);
        if (count == 0) return;
        values[here] = static_cast<std::uint8_t>((2 * sum + count) / (2 * count));
        known[here] = 1;
    }

public:
    std::vector<std::uint8_t> values, known;
};

}  // namespace docbin
