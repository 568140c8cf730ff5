// The skeleton of the weight maps: Zhang and Suen's, tidied by Lee and Chen's deletions one after
// another, with at least one pixel for every component.
#pragma once
#include "bit_plane.hpp"
#include "components.hpp"
#include "nearest_ring.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin {

// Which of the 256 rings of neighbours make a pixel superfluous after Zhang and Suen's thinning
// (Lee and Chen 1992, Table 1, as the official maps follow it). Bit k of a ring is neighbour k of
// north, north-east, east, … clockwise. A pixel goes if its neighbours hang together without it
// although they are several pieces of the ring, or all of the ring but one side; two bars go and
// two tees stay against that rule.
class LeeChen {
public:
    LeeChen() {
        for (unsigned ring = 0; ring < 256; ++ring) deletes_[ring] = rule(ring);
    }
    bool deletes(unsigned ring) const { return deletes_[ring]; }

private:
    static bool rule(unsigned ring) {
        unsigned steps = 0, gaps = 0, count = 0;
        for (unsigned k = 0; k < 8; ++k) {
            bool here = at(ring, k), next = at(ring, k + 1);
            count += here;
            steps += !here && next;
            gaps += k % 2 == 0 && !here && (next || at(ring, k + 2));
        }
        constexpr unsigned bar_east = 0x0e, bar_west = 0xe0, tee_east = 0x15, tee_west = 0x51;
        if (ring == bar_east || ring == bar_west) return true;
        if (ring == tee_east || ring == tee_west) return false;
        bool pit = count == 7 && (ring & 0x55) != 0x55;  // all but one side
        return gaps == 1 && count >= 2 && (steps >= 2 || pit);
    }
    static bool at(unsigned ring, unsigned k) { return ring >> k % 8 & 1; }

    std::array<bool, 256> deletes_{};
};

// The pixels x - 1, x, x + 1 of a row in bits 0 to 2.
inline unsigned three_at(const std::uint64_t* row, std::size_t x) {
    const std::uint64_t* word = row + x / 64;
    std::size_t shift = x % 64;
    std::uint64_t bits = shift ? word[0] >> (shift - 1) : word[0] << 1 | word[-1] >> 63;
    if (shift == 63) bits |= word[1] << 2;
    return static_cast<unsigned>(bits & 7);
}

inline unsigned ring_at(const BitPlane& plane, std::size_t x, std::size_t y) {
    const std::uint64_t* row = plane.row(y);
    unsigned up = three_at(row - plane.stride(), x), here = three_at(row, x), down = three_at(row + plane.stride(), x);
    return (up >> 1 & 1) | (up >> 2 & 1) << 1 | (here >> 2 & 1) << 2 | (down >> 2 & 1) << 3 | (down >> 1 & 1) << 4 |
           (down & 1) << 5 | (here & 1) << 6 | (up & 1) << 7;
}

inline bool tidy_once(const LeeChen& rule, BitPlane& plane) {
    bool removed = false;
    for_each_bit(plane, [&](std::size_t x, std::size_t y) {
        if (!rule.deletes(ring_at(plane, x, y))) return;
        plane.drop(x, y);
        removed = true;
    });
    return removed;
}

// Thinning makes a round blob vanish: its last four pixels go at once. The official maps keep the
// last pixel, in raster order, of what there was before.
class Survivors {
public:
    Survivors(const BitPlane& thinned_from, const Components& components, const BitPlane& skeleton)
        : from_(thinned_from), components_(components), runs_(components.count()), seen_(components.count()) {
        components.for_each_run([&](std::int32_t y, const Run& run) {
            for (std::int32_t x = run.start; x < run.stop && !seen_[run.label]; ++x)
                seen_[run.label] = skeleton.has(x, y);
        });
        components.for_each_run([&](std::int32_t y, const Run& run) {
            if (!seen_[run.label]) runs_[run.label].push_back({y, run.start, run.stop});
        });
    }

    void put(BitPlane& skeleton) const {
        for (std::size_t label = 0; label < runs_.size(); ++label) {
            if (seen_[label]) continue;
            auto [x, y] = survivor(label);
            skeleton.put(x, y);
        }
    }

private:
    struct Place {
        std::size_t x, y;
    };
    struct Stretch {
        std::int32_t y, start, stop;
    };

    Place survivor(std::size_t label) const {
        const Box& box = components_.boxes()[label];
        BitPlane all(box.bottom - box.top, box.right - box.left);
        for (const Stretch& run : runs_[label])
            for (std::int32_t x = run.start; x < run.stop; ++x)
                if (from_.has(x, run.y)) all.put(x - box.left, run.y - box.top);
        BitPlane gone = all;
        std::uint32_t passes = gone.thin(chosen_kernels().scoring.thin_zhang_suen);
        if (passes == 0) return centroid(label);
        all.thin(chosen_kernels().scoring.thin_zhang_suen, passes - 1);
        Place last{0, 0};
        for_each_bit(all, [&](std::size_t x, std::size_t y) { last = {x + box.left, y + box.top}; });
        return last;
    }

    // A component that thinning never saw, since all of it lies on the frame: the pixel nearest to
    // its centroid (halves round up) if it has that one, else its first.
    Place centroid(std::size_t label) const {
        const auto& runs = runs_[label];
        std::int64_t sum_x = 0, sum_y = 0, area = components_.boxes()[label].area;
        for (const Stretch& run : runs) {
            std::int64_t count = run.stop - run.start;
            sum_x += count * (run.start + run.stop - 1) / 2;
            sum_y += count * run.y;
        }
        std::int64_t x = (2 * sum_x + area) / (2 * area), y = (2 * sum_y + area) / (2 * area);
        for (const Stretch& run : runs)
            if (run.y == y && x >= run.start && x < run.stop) return {static_cast<std::size_t>(x), static_cast<std::size_t>(y)};
        return {static_cast<std::size_t>(runs[0].start), static_cast<std::size_t>(runs[0].y)};
    }

    const BitPlane& from_;
    const Components& components_;
    std::vector<std::vector<Stretch>> runs_;
    std::vector<char> seen_;
};

inline BitPlane stroke_skeleton(const BitPlane& plane, const Components& components) {
    static const LeeChen rule;
    BitPlane skeleton = plane;
    skeleton.thin(chosen_kernels().scoring.thin_zhang_suen);
    Survivors(plane, components, skeleton).put(skeleton);
    while (tidy_once(rule, skeleton)) {}
    return skeleton;
}

}  // namespace docbin
