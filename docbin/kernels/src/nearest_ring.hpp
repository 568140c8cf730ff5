// All features at the smallest chessboard distance of a pixel, within a box.
#pragma once
#include "bit_plane.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin {

// A rectangle of pixels, all sides inclusive.
struct Bounds {
    std::int32_t left, top, right, bottom;
};

inline std::size_t lowest_bit(std::uint64_t word) {
    // De Bruijn's multiplication: the lowest set bit without an intrinsic of some compiler.
    static constexpr std::uint8_t place[64] = {
        0,  1,  48, 2,  57, 49, 28, 3,  61, 58, 50, 42, 38, 29, 17, 4,  62, 55, 59, 36, 53, 51, 43, 22, 45, 39, 33, 30,
        24, 18, 12, 5,  63, 47, 56, 27, 60, 41, 37, 16, 54, 35, 52, 21, 44, 32, 23, 11, 46, 26, 40, 15, 34, 20, 31, 10,
        25, 14, 19, 9,  13, 8,  7,  6};
    return place[((word & (~word + 1)) * 0x03f79d71b4cb0a89u) >> 58];
}

template <class Visit>
void for_each_bit(const BitPlane& plane, Visit&& visit) {
    for (std::size_t y = 0; y < plane.height(); ++y)
        for (std::size_t i = 0; i < plane.words(); ++i)
            for (std::uint64_t word = plane.row(y)[i]; word; word &= word - 1) visit(i * 64 + lowest_bit(word), y);
}

inline std::vector<std::uint16_t> distance_to(const BitPlane& features) {
    constexpr std::uint16_t far = 65000;
    std::size_t height = features.height(), width = features.width();
    std::vector<std::uint16_t> distance(height * width, far);
    for_each_bit(features, [&](std::size_t x, std::size_t y) { distance[y * width + x] = 0; });
    chosen_kernels().scoring.chessboard(distance.data(), height, width);
    return distance;
}

// Features by rows and by columns, so that each side of a ring is a few words.
class FeatureRing {
public:
    explicit FeatureRing(const BitPlane& features) : rows_(features), columns_(features.width(), features.height()) {
        for_each_bit(features, [this](std::size_t x, std::size_t y) { columns_.put(y, x); });
    }

    const BitPlane& rows() const { return rows_; }
    const BitPlane& columns() const { return columns_; }

    void drop(std::size_t x, std::size_t y) {
        rows_.drop(x, y);
        columns_.drop(y, x);
    }

    // Calls side(upright, line, from, to) for the parts of the ring at `radius` that lie in `box`:
    // a row from column `from` to `to`, or upright a column from row `from` to `to`.
    template <class Side>
    static void for_each_side(std::int32_t x, std::int32_t y, const Bounds& box, std::int32_t radius, Side&& side) {
        std::int32_t left = std::max(x - radius, box.left), right = std::min(x + radius, box.right);
        if (y - radius >= box.top) side(false, y - radius, left, right);
        if (radius == 0) return;
        if (y + radius <= box.bottom) side(false, y + radius, left, right);
        std::int32_t top = std::max(y - radius + 1, box.top), bottom = std::min(y + radius - 1, box.bottom);
        if (top > bottom) return;
        if (x - radius >= box.left) side(true, x - radius, top, bottom);
        if (x + radius <= box.right) side(true, x + radius, top, bottom);
    }

    // Calls found(i, word, whole) for the words of a side that have a feature; the bits of `word`
    // outside the side are 0, and `whole` says that there are none.
    template <class Found>
    void for_each_word(bool upright, std::int32_t line, std::int32_t from, std::int32_t to, Found&& found) const {
        const std::uint64_t* row = (upright ? columns_ : rows_).row(line);
        auto first = static_cast<std::size_t>(from) / 64, last = static_cast<std::size_t>(to) / 64;
        for (std::size_t i = first; i <= last; ++i) {
            std::uint64_t mask = ~std::uint64_t{0};
            if (i == first) mask <<= from % 64;
            if (i == last) mask &= ~std::uint64_t{0} >> (63 - to % 64);
            std::uint64_t word = row[i] & mask;
            if (word) found(i, word, word == row[i]);
        }
    }

    bool any(std::int32_t x, std::int32_t y, const Bounds& box, std::int32_t radius) const {
        bool any = false;
        for_each_side(x, y, box, radius, [&](bool upright, std::int32_t line, std::int32_t from, std::int32_t to) {
            for_each_word(upright, line, from, to, [&](std::size_t, std::uint64_t, bool) { any = true; });
        });
        return any;
    }

    template <class Visit>
    void visit(std::int32_t x, std::int32_t y, const Bounds& box, std::int32_t radius, Visit&& visit) const {
        for_each_side(x, y, box, radius, [&](bool upright, std::int32_t line, std::int32_t from, std::int32_t to) {
            for_each_word(upright, line, from, to, [&](std::size_t i, std::uint64_t word, bool) {
                for (; word; word &= word - 1) {
                    std::size_t along = i * 64 + lowest_bit(word);
                    if (upright) visit(static_cast<std::size_t>(line), along);
                    else visit(along, static_cast<std::size_t>(line));
                }
            });
        });
    }

private:
    BitPlane rows_, columns_;
};

// What the features of a ring have in common, word by word: a straight line of features along a
// side costs no more than its words.
template <class Fact>
class RingFold {
public:
    template <class At>
    RingFold(const FeatureRing& ring, At&& at) : ring_(ring) {
        blocks(ring.rows(), rows_, [&](std::size_t x, std::size_t y) { return at(x, y); });
        blocks(ring.columns(), columns_, [&](std::size_t y, std::size_t x) { return at(x, y); });
    }

    template <class At>
    Fact fold(std::int32_t x, std::int32_t y, const Bounds& box, std::int32_t radius, At&& at) const {
        Fact fact;
        FeatureRing::for_each_side(x, y, box, radius, [&](bool upright, std::int32_t line, std::int32_t from,
                                                          std::int32_t to) {
            const BitPlane& plane = upright ? ring_.columns() : ring_.rows();
            const Fact* known = (upright ? columns_ : rows_).data() + line * plane.words();
            ring_.for_each_word(upright, line, from, to, [&](std::size_t i, std::uint64_t word, bool whole) {
                if (whole) return fact.join(known[i]);
                for (; word; word &= word - 1) {
                    std::size_t along = i * 64 + lowest_bit(word);
                    fact.join(upright ? at(line, along) : at(along, line));
                }
            });
        });
        return fact;
    }

private:
    template <class At>
    static void blocks(const BitPlane& plane, std::vector<Fact>& facts, At&& at) {
        facts.resize(plane.height() * plane.words());
        for_each_bit(plane, [&](std::size_t along, std::size_t line) {
            facts[line * plane.words() + along / 64].join(at(along, line));
        });
    }

    const FeatureRing& ring_;
    std::vector<Fact> rows_, columns_;
};

// How far the nearest feature within a box is. Boxes come one after another, many pixels to each.
class NearestInBox {
public:
    explicit NearestInBox(const FeatureRing& ring) : ring_(ring) {}

    static constexpr std::int32_t NONE = 65000;

    // `least` is how far the nearest feature is anywhere.
    std::int32_t operator()(std::int32_t x, std::int32_t y, std::int32_t label, const Bounds& box, std::int32_t least) {
        // A few rings are quicker than measuring the box, and nearly always enough.
        constexpr std::int32_t patience = 12;
        if (label == measured_) return within(x, y, box);
        for (std::int32_t radius = least; radius < least + patience; ++radius) {
            if (ring_.any(x, y, box, radius)) return radius;
            if (x - radius <= box.left && x + radius >= box.right && y - radius <= box.top && y + radius >= box.bottom)
                return NONE;
        }
        measure(label, box);
        return within(x, y, box);
    }

private:
    std::int32_t within(std::int32_t x, std::int32_t y, const Bounds& box) const {
        std::size_t width = box.right - box.left + 1;
        return distance_[(y - box.top) * width + (x - box.left)];
    }

    void measure(std::int32_t label, const Bounds& box) {
        BitPlane inside(box.bottom - box.top + 1, box.right - box.left + 1);
        for (std::int32_t y = box.top; y <= box.bottom; ++y)
            ring_.for_each_word(false, y, box.left, box.right, [&](std::size_t i, std::uint64_t word, bool) {
                for (; word; word &= word - 1) inside.put(i * 64 + lowest_bit(word) - box.left, y - box.top);
            });
        distance_ = distance_to(inside);
        measured_ = label;
    }

    const FeatureRing& ring_;
    std::int32_t measured_ = -1;
    std::vector<std::uint16_t> distance_;
};

}  // namespace docbin
