// How many components the pixels above each value form: pixels join from bright to dark, once for all
// values (union-find with halved paths, the smaller root wins).
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin {

class SuperlevelCounts {
public:
    // Writes to counts[t] the number of components of the pixels above t, t from 0 to 255.
    // With `diagonal` all eight neighbours touch, else four.
    SuperlevelCounts(const std::uint8_t* values, std::size_t height, std::size_t width, bool diagonal,
                     std::int64_t* counts)
        : values_(values), height_(height), width_(width), diagonal_(diagonal), parent_(height * width) {
        sort();
        std::int64_t count = 0;
        for (int value = 255; value >= 0; --value) {
            counts[value] = count;  // those above it have joined
            for (std::size_t i = starts_[value]; i < starts_[value + 1]; ++i) {
                parent_[order_[i]] = order_[i];
                count += 1 - merged(order_[i]);
            }
        }
    }

private:
    const std::uint8_t* values_;
    std::size_t height_, width_;
    bool diagonal_;
    std::vector<std::uint32_t> parent_, order_;
    std::size_t starts_[257] = {};

    void sort() {
        std::size_t total = height_ * width_;
        for (std::size_t i = 0; i < total; ++i) ++starts_[values_[i] + 1];
        for (int value = 0; value < 256; ++value) starts_[value + 1] += starts_[value];
        std::vector<std::size_t> next(starts_, starts_ + 256);
        order_.resize(total);
        for (std::size_t i = 0; i < total; ++i) order_[next[values_[i]]++] = static_cast<std::uint32_t>(i);
    }

    std::uint32_t root(std::uint32_t i) {
        while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
        return i;
    }

    // Joins a pixel with the neighbours that are there already; returns how many components it met.
    std::int64_t merged(std::uint32_t pixel) {
        std::size_t y = pixel / width_, x = pixel % width_;
        std::size_t top = y > 0 ? y - 1 : 0, bottom = y + 1 < height_ ? y + 1 : y;
        std::size_t left = x > 0 ? x - 1 : 0, right = x + 1 < width_ ? x + 1 : x;
        std::int64_t met = 0;
        for (std::size_t ny = top; ny <= bottom; ++ny)
            for (std::size_t nx = left; nx <= right; ++nx)
                if (diagonal_ || ny == y || nx == x) met += join(pixel, static_cast<std::uint32_t>(ny * width_ + nx));
        return met;
    }

    // Brighter pixels have joined, and those of the same value that come first.
    std::int64_t join(std::uint32_t pixel, std::uint32_t other) {
        if (values_[other] < values_[pixel] || (values_[other] == values_[pixel] && other > pixel)) return 0;
        std::uint32_t a = root(pixel), b = root(other);
        if (a == b) return 0;
        parent_[a < b ? b : a] = a < b ? a : b;
        return 1;
    }
};

}  // namespace docbin
