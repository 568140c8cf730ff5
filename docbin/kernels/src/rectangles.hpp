// What rectangles of a gray page hold: sums, and Otsu's threshold of each.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace docbin {

struct Rectangle {
    std::int32_t top, left, bottom, right;  // bottom and right are exclusive

    std::size_t pixels() const { return static_cast<std::size_t>(bottom - top) * static_cast<std::size_t>(right - left); }
};

struct RectangleSums {
    std::int64_t sum, squares, least, greatest;
};

inline RectangleSums sums_of(const std::uint8_t* gray, std::size_t width, const Rectangle& box) {
    RectangleSums found{0, 0, 255, 0};
    constexpr std::int32_t chunk = 1 << 15;  // 2^15 squares of bytes fit in 32 bits
    for (std::int32_t y = box.top; y < box.bottom; ++y)
        for (std::int32_t x = box.left; x < box.right; x += chunk) {
            const std::uint8_t* row = gray + static_cast<std::size_t>(y) * width + x;
            std::int32_t count = std::min(chunk, box.right - x);
            std::uint32_t sum = 0, squares = 0;
            std::uint8_t least = 255, greatest = 0;
            for (std::int32_t i = 0; i < count; ++i) {
                std::uint32_t value = row[i];
                sum += value;
                squares += value * value;
                least = std::min(least, row[i]);
                greatest = std::max(greatest, row[i]);
            }
            found.sum += sum;
            found.squares += squares;
            found.least = std::min<std::int64_t>(found.least, least);
            found.greatest = std::max<std::int64_t>(found.greatest, greatest);
        }
    return found;
}

// How many pixels are at most `level`.
inline std::int64_t count_up_to(const std::uint8_t* gray, std::size_t width, const Rectangle& box, int level) {
    if (level < 0) return 0;
    const auto most = static_cast<std::uint8_t>(std::min(level, 255));
    std::int64_t count = 0;
    constexpr std::int32_t chunk = 255;  // so many fit in a byte, and compilers take many bytes at once
    for (std::int32_t y = box.top; y < box.bottom; ++y)
        for (std::int32_t x = box.left; x < box.right; x += chunk) {
            const std::uint8_t* row = gray + static_cast<std::size_t>(y) * width + x;
            std::uint8_t some = 0;
            for (std::int32_t i = 0; i < std::min(chunk, box.right - x); ++i)
                some = static_cast<std::uint8_t>(some + (row[i] <= most));
            count += some;
        }
    return count;
}

// Counts of the 256 values, in turn in four tables: equal neighbours need not wait for each other.
class RectangleHistogram {
public:
    void add(const std::uint8_t* gray, std::size_t width, const Rectangle& box) {
        for (std::int32_t y = box.top; y < box.bottom; ++y) {
            const std::uint8_t* row = gray + static_cast<std::size_t>(y) * width;
            std::int32_t x = box.left;
            for (; x + 4 <= box.right; x += 4)
                for (std::int32_t i = 0; i < 4; ++i) ++bins_[i][row[x + i]];
            for (; x < box.right; ++x) ++bins_[0][row[x]];
        }
    }

    void add_to(std::int64_t* counts) const {
        for (const auto& table : bins_)
            for (std::size_t value = 0; value < 256; ++value) counts[value] += table[value];
    }

private:
    std::int64_t bins_[4][256] = {};
};

// Writes 1 where a pixel is at most `level`, else 0, over zeros.
inline void ink_up_to(const std::uint8_t* gray, std::size_t width, const Rectangle& box, int level,
                      std::uint8_t* ink) {
    if (level < 0) return;
    const auto most = static_cast<std::uint8_t>(std::min(level, 255));
    for (std::int32_t y = box.top; y < box.bottom; ++y) {
        const std::size_t row = static_cast<std::size_t>(y) * width;
        for (std::int32_t x = box.left; x < box.right; ++x) ink[row + x] = gray[row + x] <= most;
    }
}

// The histogram of a rectangle, moved to the next one by the columns that differ where that is less work.
class MovingHistogram {
public:
    MovingHistogram(const std::uint8_t* gray, std::size_t width) : gray_(gray), width_(width) { clear(); }

    void move(const Rectangle& to) {
        bool along = to.top == at_.top && to.bottom == at_.bottom && to.left >= at_.left && to.right >= at_.right &&
                     to.left < at_.right;
        if (along && (to.left - at_.left) + (to.right - at_.right) < to.right - to.left) {
            count({to.top, at_.left, to.bottom, to.left}, std::uint32_t(-1));
            count({to.top, at_.right, to.bottom, to.right}, 1);
        } else {
            clear();
            count(to, 1);
        }
        at_ = to;
    }

    // The least value that maximises the variance between the two classes; 0 where all are equal.
    int otsu() const {
        std::int64_t number = 0, moment = 0;
        for (int value = 0; value < 256; ++value) {
            number += bins_[value];
            moment += std::int64_t{value} * bins_[value];
        }
        std::int64_t below = 0, first = 0;
        double most = 0;
        int best = 0;
        for (int value = 0; value < 256; ++value) {
            below += bins_[value];
            first += std::int64_t{value} * bins_[value];
            if (below == 0 || bins_[value] == 0) continue;  // an empty bin changes nothing
            if (below == number) break;
            double gap = static_cast<double>(first) / static_cast<double>(below) -
                         static_cast<double>(moment - first) / static_cast<double>(number - below);
            double between = gap * gap * static_cast<double>(below) * static_cast<double>(number - below);
            if (between > most) {
                most = between;
                best = value;
            }
        }
        return best;
    }

private:
    void clear() {
        std::memset(bins_, 0, sizeof bins_);
        at_ = {0, 0, 0, 0};
    }

    void count(const Rectangle& box, std::uint32_t by) {
        for (std::int32_t y = box.top; y < box.bottom; ++y) {
            const std::uint8_t* row = gray_ + static_cast<std::size_t>(y) * width_;
            for (std::int32_t x = box.left; x < box.right; ++x) bins_[row[x]] += by;
        }
    }

    const std::uint8_t* gray_;
    std::size_t width_;
    Rectangle at_;
    std::uint32_t bins_[256];
};

}  // namespace docbin
