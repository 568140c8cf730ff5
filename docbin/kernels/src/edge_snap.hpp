// Moves the border of ink to the edges of the page beside it.
#pragma once
#include "edge_peaks.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace docbin {

// A pixel becomes what most of its four neighbours are that no edge divides from it; where they are
// as many, it stays. The darker of two pixels says whether an edge is between them.
class EdgeSnap {
public:
    // ink: 1 or 0; least: what an edge's strength is above.
    EdgeSnap(const std::uint8_t* gray, const std::uint8_t* ink, std::size_t height, std::size_t width,
             const float* taps, std::size_t radius, float least)
        : peaks_(gray, height, width, taps, radius), gray_(gray), ink_(ink), height_(height), width_(width),
          least_(least) {}

    // Writes the rows [top, bottom) to out, whose first row is the page's.
    void write(std::size_t top, std::size_t bottom, std::uint8_t* out) {
        constexpr std::size_t block = 64;  // rows that stay in the cache
        for (; top < bottom; top += block) {
            std::size_t end = std::min(bottom, top + block);
            if (!mixed(top, end)) {
                std::memcpy(out + top * width_, ink_ + top * width_, (end - top) * width_);
                continue;
            }
            // Neighbours may be edges, too.
            peaks_.prepare(top > 0 ? top - 1 : 0, std::min(height_, end + 1));
            for (std::size_t y = top; y < end; ++y) write_row(y, out + y * width_);
        }
    }

private:
    EdgePeaks peaks_;
    const std::uint8_t *gray_, *ink_;
    std::size_t height_, width_;
    float least_;

    // Whether rows and those beside them have both ink and paper.
    bool mixed(std::size_t top, std::size_t bottom) const {
        const std::uint8_t* from = ink_ + (top > 0 ? top - 1 : 0) * width_;
        const std::uint8_t* to = ink_ + std::min(height_, bottom + 1) * width_;
        return std::memchr(from, *from ^ 1, static_cast<std::size_t>(to - from)) != nullptr;
    }

    void write_row(std::size_t y, std::uint8_t* out) const {
        const std::uint8_t* here = ink_ + y * width_;
        const std::uint8_t *above = y > 0 ? here - width_ : here, *below = y + 1 < height_ ? here + width_ : here;
        std::size_t x = 0;
        while (x < width_) {
            // Most pixels have neighbours like themselves; eight of them are passed at once.
            if (x > 0 && x + 9 <= width_ && alike(here + x, above + x, below + x)) {
                std::memcpy(out + x, here + x, 8);
                x += 8;
                continue;
            }
            std::size_t end = std::min(width_, x + 8);
            for (; x < end; ++x) out[x] = voted(y, x);
        }
    }

    static std::uint64_t eight(const std::uint8_t* from) {
        std::uint64_t bytes;
        std::memcpy(&bytes, from, 8);
        return bytes;
    }
    static bool alike(const std::uint8_t* here, const std::uint8_t* above, const std::uint8_t* below) {
        std::uint64_t own = eight(here);
        return own == eight(above) && own == eight(below) && own == eight(here - 1) && own == eight(here + 1);
    }

    std::uint8_t voted(std::size_t y, std::size_t x) const {
        const std::uint8_t* own = ink_ + y * width_ + x;
        if (surrounded(y, x, own)) return *own;
        int votes = 0;
        if (x > 0 && joined(y, x - 1, y, x)) votes += own[-1] ? 1 : -1;
        if (x + 1 < width_ && joined(y, x, y, x + 1)) votes += own[1] ? 1 : -1;
        if (y > 0 && joined(y - 1, x, y, x)) votes += *(own - width_) ? 1 : -1;
        if (y + 1 < height_ && joined(y, x, y + 1, x)) votes += own[width_] ? 1 : -1;
        return votes == 0 ? *own : votes > 0;
    }

    // Whether all neighbours are what the pixel is, so that no vote could change it.
    bool surrounded(std::size_t y, std::size_t x, const std::uint8_t* own) const {
        return (x == 0 || own[-1] == *own) && (x + 1 == width_ || own[1] == *own) &&
               (y == 0 || *(own - width_) == *own) && (y + 1 == height_ || own[width_] == *own);
    }

    bool joined(std::size_t y, std::size_t x, std::size_t next_y, std::size_t next_x) const {
        bool first = gray_[y * width_ + x] < gray_[next_y * width_ + next_x];
        return !(first ? peaks_.stronger(y, x, least_) : peaks_.stronger(next_y, next_x, least_));
    }
};

}  // namespace docbin
