// Exact Euclidean distance to the contour of the truth, summed over the pixels that MPM asks for.
#pragma once
#include "bit_plane.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin {

// Ink with paper, or the outside of the page, as one of its 4 neighbours.
inline std::uint64_t contour_word(const std::uint64_t* row, std::size_t stride) {
    std::uint64_t west = row[0] << 1 | row[-1] >> 63, east = row[0] >> 1 | row[1] << 63;
    return row[0] & ~(row[-static_cast<std::ptrdiff_t>(stride)] & row[stride] & west & east);
}

// Vertical distance to the contour; `far` where a column has none.
inline bool column_distances(const BitPlane& truth, std::uint32_t far, std::vector<std::uint32_t>& distance) {
    std::size_t height = truth.height(), width = truth.width();
    std::uint64_t any = 0;
    for (std::size_t y = 0; y < height; ++y) {
        std::uint32_t* row = distance.data() + y * width;
        for (std::size_t x = 0; x < width; ++x) row[x] = y && row[x - width] < far ? row[x - width] + 1 : far;
        for (std::size_t i = 0; i < truth.words(); ++i) {
            std::uint64_t word = contour_word(truth.row(y) + i, truth.stride());
            any |= word;
            for (std::size_t x = i * 64; word; ++x, word >>= 1)
                if (word & 1) row[x] = 0;
        }
    }
    for (std::size_t y = height - 1; y-- > 0;) {
        std::uint32_t* row = distance.data() + y * width;
        for (std::size_t x = 0; x < width; ++x) row[x] = row[x] <= row[x + width] ? row[x] : row[x + width] + 1;
    }
    return any != 0;
}

// Lower envelope of the parabolas (x - i)^2 + column[i]^2 of one row (Meijster, Roerdink and
// Hesselink 2000), as the square of the distance at every x.
class Envelope {
public:
    explicit Envelope(std::size_t width) : apex_(width), from_(width), squares_(width) {}

    const std::int64_t* of(const std::uint32_t* column, std::size_t width) {
        std::ptrdiff_t top = 0;
        apex_[0] = from_[0] = 0;
        for (std::size_t u = 1; u < width; ++u) {
            auto x = static_cast<std::int64_t>(u);
            while (top >= 0 && at(from_[top], apex_[top], column) > at(from_[top], x, column)) --top;
            if (top < 0) {
                top = 0;
                apex_[0] = x;
                from_[0] = 0;
                continue;
            }
            std::int64_t start = 1 + meet(apex_[top], x, column);
            if (start < static_cast<std::int64_t>(width)) {
                ++top;
                apex_[top] = x;
                from_[top] = start;
            }
        }
        for (std::size_t u = width; u-- > 0;) {
            auto x = static_cast<std::int64_t>(u);
            squares_[u] = at(x, apex_[top], column);
            if (x == from_[top]) --top;
        }
        return squares_.data();
    }

private:
    static std::int64_t at(std::int64_t x, std::int64_t apex, const std::uint32_t* column) {
        auto height = static_cast<std::int64_t>(column[apex]);
        return (x - apex) * (x - apex) + height * height;
    }
    // The last x at which parabola i is not above parabola u > i.
    static std::int64_t meet(std::int64_t i, std::int64_t u, const std::uint32_t* column) {
        auto a = static_cast<std::int64_t>(column[i]), b = static_cast<std::int64_t>(column[u]);
        std::int64_t over = u * u - i * i + b * b - a * a, under = 2 * (u - i);
        return over >= 0 ? over / under : -((-over + under - 1) / under);
    }

    std::vector<std::int64_t> apex_, from_, squares_;
};

struct ContourSums {
    double missed = 0, false_ink = 0, all = 0;
};

inline ContourSums contour_sums(const BitPlane& result, const BitPlane& truth) {
    std::size_t height = truth.height(), width = truth.width();
    // Further than any pixel can be, and its square fits: a column without contour never wins.
    auto far = static_cast<std::uint32_t>(2 * (height + width));
    std::vector<std::uint32_t> column(height * width);
    ContourSums sums;
    if (!column_distances(truth, far, column)) return sums;
    Envelope envelope(width);
    for (std::size_t y = 0; y < height; ++y) {
        const std::int64_t* squares = envelope.of(column.data() + y * width, width);
        for (std::size_t x = 0; x < width; ++x) {
            double distance = std::sqrt(static_cast<double>(squares[x]));
            sums.all += distance;
            if (result.has(x, y) == truth.has(x, y)) continue;
            (truth.has(x, y) ? sums.missed : sums.false_ink) += distance;
        }
    }
    return sums;
}

}  // namespace docbin
