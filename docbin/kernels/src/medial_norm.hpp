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

    // The same component by component, the last pixel of the last one first.
    template <class Visit>
    void for_each_pixel_backwards(Visit&& visit) const {
        std::vector<std::size_t> next(components.count() + 1);
        std::vector<Stretch> runs;
        components.for_each_run([&](std::int32_t, const Run& run) { ++next[run.label + 1]; });
        for (std::size_t k = 1; k < next.size(); ++k) next[k] += next[k - 1];
        runs.resize(next.back());
        components.for_each_run([&](std::int32_t y, const Run& run) {
            runs[next[run.label]++] = {y, run.start, run.stop, run.label};
        });
        for (std::size_t k = runs.size(); k-- > 0;)
            for (std::int32_t x = runs[k].stop; x-- > runs[k].start;) {
                std::size_t i = runs[k].y * width() + x;
                if (has_distance(distance[i])) visit(x, runs[k].y, i, runs[k].label);
            }
    }

    // A skeleton pixel on a plateau of distances is one farther in.
    void raise_ridges() {
        std::size_t last_x = width() - 1, last_y = skeleton.height() - 1;
        for_each_bit(skeleton, [&](std::size_t x, std::size_t y) {
            std::size_t i = y * width() + x;
            std::uint8_t d = distance[i];
            if (has_distance(d) && distance[y ? i - width() : i] == d && distance[y < last_y ? i + width() : i] == d &&
                distance[x ? i - 1 : i] == d && distance[x < last_x ? i + 1 : i] == d)
                distance[i] = as_byte(d + 1u);
        });
    }

    // `contour` is where a skeleton pixel reaches 0 far; elsewhere on the skeleton it reaches 1.
    void normalize(const BitPlane* contour) {
        FeatureRing ring(skeleton);
        std::vector<std::uint16_t> radius = distance_to(skeleton);
        find_factors(ring, contour, radius);
        pass_on_factors();
        auto product = [this](std::size_t x, std::size_t y) {
            std::size_t i = y * width() + x;
            return Largest{std::uint32_t{distance[i]} * factor[i]};
        };
        RingFold<Largest> products(ring, product);
        norm.assign(distance.size(), 0);
        for_each_pixel([&](std::int32_t x, std::int32_t y, std::size_t i, std::int32_t label) {
            Largest found = products.fold(x, y, bounds(components.boxes()[label]), radius[i], product);
            norm[i] = static_cast<std::uint16_t>(found.value);
        });
        propagate();
    }

private:
    struct Stretch {
        std::int32_t y, start, stop, label;
    };
    struct Largest {
        std::uint32_t value = 0;
        void join(const Largest& other) { value = std::max(value, other.value); }
    };

    // Every pixel writes to the skeleton pixels nearest to it; the last one counts, component by
    // component and in raster order within each. So backwards the first one does, and a skeleton
    // pixel that has its factor is out of the way. `radius` becomes the distance within the box.
    void find_factors(const FeatureRing& ring, const BitPlane* contour, std::vector<std::uint16_t>& radius) {
        factor.assign(distance.size(), 0);
        for_each_bit(skeleton, [&](std::size_t x, std::size_t y) { factor[y * width() + x] = 1; });
        FeatureRing waiting(skeleton);
        NearestInBox nearest(ring);
        for_each_pixel_backwards([&](std::int32_t x, std::int32_t y, std::size_t i, std::int32_t label) {
            bool inner = skeleton.has(x, y) && !(contour && contour->has(x, y));
            Bounds box = bounds(components.boxes()[label]);
            radius[i] = static_cast<std::uint16_t>(nearest(x, y, label, box, radius[i]));
            std::uint8_t reach = inner ? std::uint8_t{1} : as_byte(radius[i]);
            waiting.visit(x, y, box, radius[i], [&](std::size_t qx, std::size_t qy) {
                std::size_t q = qy * width() + qx;
                factor[q] = as_byte(distance[q] + (reach >= distance[q] ? 1u : 0u));
                waiting.drop(qx, qy);
            });
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
