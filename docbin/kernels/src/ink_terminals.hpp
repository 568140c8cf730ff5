// The terminals of a Laplacian energy: curvature where a pixel could be ink, a penalty where it outshines
// its surroundings. Sums over the window slide: columns down the page, then along the row, in integers.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin {

class InkTerminals {
public:
    InkTerminals(const std::uint8_t* gray, std::size_t height, std::size_t width, std::size_t radius, std::int32_t phi)
        : gray_(gray), height_(height), width_(width), radius_(radius), phi_(phi), sums_(width), squares_(width) {}

    // Writes the rows [top, bottom) of `terminals`, whose first row is the page's.
    void write(std::size_t top, std::size_t bottom, std::int32_t* terminals) {
        for (std::size_t y = first(top); y < last(top, height_) - 1; ++y) add(y, 1);
        for (std::size_t y = top; y < bottom; ++y) {
            if (y + radius_ < height_) add(y + radius_, 1);
            else if (y == top) add(height_ - 1, 1);
            write_row(y, terminals + y * width_);
            if (y >= radius_) add(y - radius_, -1);
        }
    }

private:
    const std::uint8_t* gray_;
    std::size_t height_, width_, radius_;
    std::int32_t phi_;
    std::vector<std::int64_t> sums_, squares_;  // of the window's part of each column

    std::size_t first(std::size_t i) const { return i < radius_ ? 0 : i - radius_; }
    std::size_t last(std::size_t i, std::size_t extent) const { return std::min(extent, i + radius_ + 1); }

    void add(std::size_t y, std::int64_t sign) {
        const std::uint8_t* row = gray_ + y * width_;
        for (std::size_t x = 0; x < width_; ++x) {
            std::int64_t value = row[x];
            sums_[x] += sign * value;
            squares_[x] += sign * value * value;
        }
    }

    void write_row(std::size_t y, std::int32_t* out) const {
        const std::uint8_t *here = gray_ + y * width_, *above = y > 0 ? here - width_ : here;
        const std::uint8_t* below = y + 1 < height_ ? here + width_ : here;
        auto rows = static_cast<std::int64_t>(last(y, height_) - first(y));
        std::int64_t sum = 0, square = 0;
        for (std::size_t x = 0; x + 1 < last(0, width_); ++x) {
            sum += sums_[x];
            square += squares_[x];
        }
        for (std::size_t x = 0; x < width_; ++x) {
            if (std::size_t next = x + radius_; next < width_ || x == 0) {
                sum += sums_[std::min(next, width_ - 1)];
                square += squares_[std::min(next, width_ - 1)];
            }
            std::int64_t count = rows * static_cast<std::int64_t>(last(x, width_) - first(x));
            std::int64_t rise = count * here[x] - sum;
            bool outshines = rise > 0 && rise * rise > 4 * (count * square - sum * sum);
            std::int32_t left = here[x > 0 ? x - 1 : 0], right = here[std::min(x + 1, width_ - 1)];
            std::int32_t curvature = above[x] + below[x] + left + right - 4 * here[x];
            out[x] = outshines ? curvature - phi_ : 2 * curvature;
            if (x >= radius_) {
                sum -= sums_[x - radius_];
                square -= squares_[x - radius_];
            }
        }
    }
};

}  // namespace docbin
