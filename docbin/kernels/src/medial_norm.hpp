// Distances to the contour and what they are divided by along a stroke: the part of the weight maps
// that ink and paper have in common.
#pragma once
#include "bit_plane.hpp"
#include "components.hpp"
#include "nearest_ring.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace docbin {

// Distances are kept in bytes, as in the official files; from 250 on they say "no distance".
constexpr std::uint8_t NO_DISTANCE = 250;
inline bool has_distance(std::uint8_t d) { return d != 0 && d < NO_DISTANCE; }
inline std::uint8_t as_byte(std::uint32_t value) { return static_cast<std::uint8_t>(value); }

inline std::vector<std::uint16_t> distance_to(const BitPlane& features) {
    constexpr std::uint16_t far = 65000;
    std::size_t height = features.height(), width = features.width();
    std::vector<std::uint16_t> distance(height * width, far);
    NearestRing::for_each_bit(features, [&](std::size_t x, std::size_t y) { distance[y * width + x] = 0; });
    chosen_kernels().scoring.chessboard(distance.data(), height, width);
    return distance;
}

// One side of the page, ink or paper.
struct StrokeSide {
    const Components& components;
    const BitPlane& skeleton;
    std::vector<std::uint8_t> distance;  // to the contour
    std::vector<std::uint8_t> factor;    // at skeleton pixels
    std::vector<std::uint16_t> norm;

    std::size_t width() const { return skeleton.width(); }

    static Bounds bounds(const Box& box) { return {box.left, box.top, box.right - 1, box.bottom - 1}; }

    // Pixels that have a distance, in raster order.
    template <class Visit>
    void for_each_pixel(Visit&& visit) const {
        components.for_each_run([&](std::int32_t y, const Run& run) {
            std::size_t row = y * width();
            for (std::int32_t x = run.start; x < run.stop; ++x)
                if (has_distance(distance[row + x])) visit(x, y, row + x, run.label);
        });
    }

    // A skeleton pixel on a plateau of distances is one farther in.
    void raise_ridges() {
        std::size_t last_x = width() - 1, last_y = skeleton.height() - 1;
        NearestRing::for_each_bit(skeleton, [&](std::size_t x, std::size_t y) {
            std::size_t i = y * width() + x;
            std::uint8_t d = distance[i];
            if (has_distance(d) && distance[y ? i - width() : i] == d && distance[y < last_y ? i + width() : i] == d &&
                distance[x ? i - 1 : i] == d && distance[x < last_x ? i + 1 : i] == d)
                distance[i] = as_byte(d + 1u);
        });
    }

    // `contour` is where a skeleton pixel reaches 0 far; elsewhere on the skeleton it reaches 1.
    void normalize(const BitPlane* contour) {
        NearestRing ring(skeleton);
        std::vector<std::uint16_t> radius = distance_to(skeleton);
        std::vector<std::uint32_t> only(distance.size(), SEVERAL);
        find_factors(ring, contour, radius, only);
        pass_on_factors();
        norm.assign(distance.size(), 0);
        for_each_pixel([&](std::int32_t x, std::int32_t y, std::size_t i, std::int32_t label) {
            if (only[i] != SEVERAL) {
                norm[i] = static_cast<std::uint16_t>(distance[only[i]] * factor[only[i]]);
                return;
            }
            std::uint32_t best = 0;
            ring.visit_at(x, y, bounds(components.boxes()[label]), radius[i], [&](std::size_t qx, std::size_t qy) {
                std::size_t q = qy * width() + qx;
                best = std::max(best, std::uint32_t{distance[q]} * factor[q]);
            });
            norm[i] = static_cast<std::uint16_t>(best);
        });
        propagate();
    }

private:
    static constexpr std::uint32_t SEVERAL = ~std::uint32_t{0};

    // Every pixel writes to the skeleton pixels nearest to it; the last one counts, component by
    // component and in raster order within each. `radius` becomes the distance within the box,
    // `only` the one nearest skeleton pixel or SEVERAL.
    void find_factors(const NearestRing& ring, const BitPlane* contour, std::vector<std::uint16_t>& radius,
                      std::vector<std::uint32_t>& only) {
        factor.assign(distance.size(), 0);
        NearestRing::for_each_bit(skeleton, [&](std::size_t x, std::size_t y) { factor[y * width() + x] = 1; });
        std::vector<std::int32_t> writer(distance.size(), -1);
        for_each_pixel([&](std::int32_t x, std::int32_t y, std::size_t i, std::int32_t label) {
            bool inner = skeleton.has(x, y) && !(contour && contour->has(x, y));
            std::uint8_t reach = inner ? std::uint8_t{1} : as_byte(radius[i]);
            std::uint32_t count = 0, nearest = 0;
            std::int32_t found = ring.visit(
                x, y, bounds(components.boxes()[label]), radius[i], [&](std::size_t qx, std::size_t qy) {
                    std::size_t q = qy * width() + qx;
                    ++count;
                    nearest = static_cast<std::uint32_t>(q);
                    if (writer[q] > label) return;
                    writer[q] = label;
                    factor[q] = as_byte(distance[q] + (reach >= distance[q] ? 1u : 0u));
                });
            radius[i] = static_cast<std::uint16_t>(found);
            only[i] = count == 1 ? nearest : SEVERAL;
        });
    }

    // The end of a skeleton takes its one neighbour's factor and adds 1, component by component.
    void pass_on_factors() {
        struct End {
            std::int32_t label;
            std::size_t from, to;
        };
        std::vector<End> ends;
        components.for_each_run([&](std::int32_t y, const Run& run) {
            for (std::int32_t x = run.start; x < run.stop; ++x) {
                if (!skeleton.has(x, y)) continue;
                std::size_t from = only_neighbour(x, y);
                if (from != NONE) ends.push_back({run.label, from, y * width() + x});
            }
        });
        std::stable_sort(ends.begin(), ends.end(), [](const End& a, const End& b) { return a.label < b.label; });
        for (const End& end : ends)
            if (factor[end.from]) factor[end.to] = as_byte(factor[end.from] + 1u);
    }

    static constexpr std::size_t NONE = ~std::size_t{0};

    // Neighbours off the page are those at its edge. Of a neighbour to the south-east the official
    // program reads the factor in column 0 or 1 of the page, whatever its own column.
    std::size_t only_neighbour(std::size_t x, std::size_t y) const {
        std::size_t west = x ? x - 1 : x, east = x + 1 < width() ? x + 1 : x;
        std::size_t north = y ? y - 1 : y, south = y + 1 < skeleton.height() ? y + 1 : y;
        const std::pair<std::size_t, std::size_t> around[8] = {{x, north},    {x, south},    {west, y},     {east, y},
                                                               {west, north}, {east, south}, {west, south}, {east, north}};
        std::size_t from = NONE;
        for (int k = 0; k < 8; ++k) {
            auto [qx, qy] = around[k];
            if (!skeleton.has(qx, qy)) continue;
            if (from != NONE) return NONE;
            from = qy * width() + (k == 5 ? east - x : qx);
        }
        return from;
    }

    // A pixel unlike all four neighbours, which all have a norm, takes its left neighbour's.
    void propagate() {
        std::size_t last_x = width() - 1, last_y = skeleton.height() - 1;
        for_each_pixel([&](std::size_t x, std::size_t y, std::size_t i, std::int32_t) {
            std::uint16_t up = norm[y ? i - width() : i], down = norm[y < last_y ? i + width() : i];
            std::uint16_t left = norm[x ? i - 1 : i], right = norm[x < last_x ? i + 1 : i], here = norm[i];
            if (!up || !down || !left || !right) return;
            if (here != up && here != down && here != left && here != right) norm[i] = left;
        });
    }
};

}  // namespace docbin
