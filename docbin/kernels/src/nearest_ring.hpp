// All features at the smallest chessboard distance of a pixel, within a box.
#pragma once
#include "bit_plane.hpp"

#include <cstddef>
#include <cstdint>

namespace docbin {

// A rectangle of pixels, all sides inclusive.
struct Bounds {
    std::int32_t left, top, right, bottom;
};

class NearestRing {
public:
    explicit NearestRing(const BitPlane& features)
        : rows_(features), columns_(features.width(), features.height()) {
        for_each_bit(features, [this](std::size_t x, std::size_t y) { columns_.put(y, x); });
    }

    template <class Visit>
    static void for_each_bit(const BitPlane& plane, Visit&& visit) {
        for (std::size_t y = 0; y < plane.height(); ++y)
            for (std::size_t i = 0; i < plane.words(); ++i)
                for (std::uint64_t word = plane.row(y)[i]; word; word &= word - 1)
                    visit(i * 64 + lowest(word), y);
    }

    // Calls visit(x, y) for the features within `box` at distance `radius` of (x, y), which is no
    // larger than the smallest at which there is one; returns that one, or -1 if the box has none.
    template <class Visit>
    std::int32_t visit(std::int32_t x, std::int32_t y, const Bounds& box, std::int32_t radius, Visit&& visit) const {
        for (;; ++radius) {
            if (visit_at(x, y, box, radius, visit)) return radius;
            if (x - radius <= box.left && x + radius >= box.right && y - radius <= box.top && y + radius >= box.bottom)
                return -1;
        }
    }

    template <class Visit>
    bool visit_at(std::int32_t x, std::int32_t y, const Bounds& box, std::int32_t radius, Visit&& visit) const {
        auto across = [&](std::int32_t at) { return [&visit, at](std::int32_t column) { visit(column, at); }; };
        auto down = [&](std::int32_t at) { return [&visit, at](std::int32_t row) { visit(at, row); }; };
        std::int32_t left = larger(x - radius, box.left), right = smaller(x + radius, box.right);
        bool any = false;
        if (y - radius >= box.top) any |= scan(rows_.row(y - radius), left, right, across(y - radius));
        if (radius == 0) return any;
        if (y + radius <= box.bottom) any |= scan(rows_.row(y + radius), left, right, across(y + radius));
        std::int32_t top = larger(y - radius + 1, box.top), bottom = smaller(y + radius - 1, box.bottom);
        if (x - radius >= box.left) any |= scan(columns_.row(x - radius), top, bottom, down(x - radius));
        if (x + radius <= box.right) any |= scan(columns_.row(x + radius), top, bottom, down(x + radius));
        return any;
    }

private:
    static std::int32_t smaller(std::int32_t a, std::int32_t b) { return a < b ? a : b; }
    static std::int32_t larger(std::int32_t a, std::int32_t b) { return a > b ? a : b; }

    static std::size_t lowest(std::uint64_t word) {
        // De Bruijn's multiplication: the lowest set bit without an intrinsic of some compiler.
        static constexpr std::uint8_t place[64] = {
            0,  1,  48, 2,  57, 49, 28, 3,  61, 58, 50, 42, 38, 29, 17, 4,  62, 55, 59, 36, 53, 51,
            43, 22, 45, 39, 33, 30, 24, 18, 12, 5,  63, 47, 56, 27, 60, 41, 37, 16, 54, 35, 52, 21,
            44, 32, 23, 11, 46, 26, 40, 15, 34, 20, 31, 10, 25, 14, 19, 9,  13, 8,  7,  6};
        return place[((word & (~word + 1)) * 0x03f79d71b4cb0a89u) >> 58];
    }

    template <class Found>
    static bool scan(const std::uint64_t* row, std::int32_t from, std::int32_t to, Found&& found) {
        if (from > to) return false;
        auto first = static_cast<std::size_t>(from) / 64, last = static_cast<std::size_t>(to) / 64;
        bool any = false;
        for (std::size_t i = first; i <= last; ++i) {
            std::uint64_t word = row[i];
            if (i == first) word &= ~std::uint64_t{0} << from % 64;
            if (i == last) word &= ~std::uint64_t{0} >> (63 - to % 64);
            any |= word != 0;
            for (; word; word &= word - 1) found(static_cast<std::int32_t>(i * 64 + lowest(word)));
        }
        return any;
    }

    const BitPlane& rows_;
    BitPlane columns_;
};

}  // namespace docbin
