// The weight maps of the pseudo-F-measure (Ntirogiannis, Gatos and Pratikakis 2013) as fractions:
// how far a pixel is from the contour, and what that is divided by.
#pragma once
#include "bit_plane.hpp"
#include "contour_distance.hpp"
#include "medial_norm.hpp"
#include "stroke_skeleton.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin {

class PseudoWeights {
public:
    // Each of the four is (height, width): ink's distance and norm, paper's distance and norm.
    PseudoWeights(const std::uint8_t* truth, std::size_t height, std::size_t width)
        : truth_(truth), height_(height), width_(width), contour_(contour_of(truth, height, width)),
          from_contour_(distance_to(contour_)), components_(truth, height, width, 1) {}

    void ink(std::uint8_t* distance, std::uint16_t* norm) {
        BitPlane skeleton = stroke_skeleton(BitPlane(truth_, height_, width_), components_);
        StrokeSide side{components_, skeleton, std::vector<std::uint8_t>(height_ * width_), {}, {}};
        for (std::size_t i = 0; i < height_ * width_; ++i)
            if (truth_[i]) side.distance[i] = as_byte(from_contour_[i]);
        for_each_bit(contour_, [&](std::size_t x, std::size_t y) {
            if (skeleton.has(x, y)) side.distance[y * width_ + x] = 1;
        });
        side.raise_ridges();
        side.normalize(&contour_);
        measure_strokes(side);
        std::copy(side.distance.begin(), side.distance.end(), distance);
        std::copy(side.norm.begin(), side.norm.end(), norm);
    }

    // After `ink`, which measures the strokes.
    void paper(std::uint8_t* distance, std::uint8_t* norm) const {
        std::vector<std::uint8_t> blank(height_ * width_);
        for (std::size_t i = 0; i < blank.size(); ++i) blank[i] = !truth_[i];
        Components components(blank.data(), height_, width_, 1);
        std::vector<std::uint8_t> inner = blank;
        clear_frame(inner);
        BitPlane skeleton = stroke_skeleton(BitPlane(inner.data(), height_, width_), components);
        StrokeSide side{components, skeleton, std::move(inner), {}, {}};
        BitPlane reached = reach_of_strokes();
        for (std::size_t y = 0, i = 0; y < height_; ++y)
            for (std::size_t x = 0; x < width_; ++x, ++i)
                side.distance[i] = truth_[i] ? std::uint8_t{0} : reached.has(x, y) ? as_byte(from_contour_[i]) : NO_DISTANCE;
        side.raise_ridges();
        side.normalize(nullptr);
        std::copy(side.distance.begin(), side.distance.end(), distance);
        limit(side, norm);
    }

private:
    static BitPlane contour_of(const std::uint8_t* truth, std::size_t height, std::size_t width) {
        BitPlane ink(truth, height, width), contour(height, width);
        for (std::size_t y = 0; y < height; ++y)
            for (std::size_t i = 0; i < ink.words(); ++i) contour.row(y)[i] = contour_word(ink.row(y) + i, ink.stride());
        return contour;
    }

    void clear_frame(std::vector<std::uint8_t>& mask) const {
        std::fill_n(mask.begin(), width_, std::uint8_t{0});
        std::fill_n(mask.end() - width_, width_, std::uint8_t{0});
        for (std::size_t y = 0; y < height_; ++y) mask[y * width_] = mask[(y + 1) * width_ - 1] = 0;
    }

    // The stroke width of a component: twice the mean factor on its skeleton, rounded down before.
    void measure_strokes(const StrokeSide& side) {
        std::vector<std::int64_t> sum(components_.count()), count(components_.count());
        components_.for_each_run([&](std::int32_t y, const Run& run) {
            for (std::int32_t x = run.start; x < run.stop; ++x) {
                if (!side.skeleton.has(x, y)) continue;
                sum[run.label] += side.factor[y * width_ + x];
                ++count[run.label];
            }
        });
        strokes_.resize(sum.size());
        for (std::size_t k = 0; k < sum.size(); ++k) strokes_[k] = static_cast<std::int32_t>(2 * (sum[k] / count[k]));
    }

    // Boxes of components, wider on each side by twice their strokes.
    BitPlane reach_of_strokes() const {
        BitPlane reached(height_, width_);
        for (std::size_t k = 0; k < strokes_.size(); ++k) {
            const Box& box = components_.boxes()[k];
            std::int32_t margin = 2 * strokes_[k];
            auto cut = [](std::int32_t value, std::size_t extent) {
                return static_cast<std::size_t>(std::clamp<std::int64_t>(value, 0, static_cast<std::int64_t>(extent)));
            };
            std::size_t left = cut(box.left - margin, width_), right = cut(box.right + margin, width_);
            for (std::size_t y = cut(box.top - margin, height_); y < cut(box.bottom + margin, height_); ++y)
                fill(reached.row(y), left, right);
        }
        return reached;
    }

    static void fill(std::uint64_t* row, std::size_t from, std::size_t to) {
        for (std::size_t i = from / 64; i * 64 < to; ++i) {
            std::uint64_t word = ~std::uint64_t{0};
            if (i == from / 64) word <<= from % 64;
            if (to - i * 64 < 64) word &= (std::uint64_t{1} << (to - i * 64)) - 1;
            row[i] |= word;
        }
    }

    // The norm of paper: the stroke's reach, or the half gap to the next component near a place
    // where two components are equally near.
    void limit(StrokeSide& side, std::uint8_t* norm) const {
        for (std::uint16_t& value : side.norm)
            value = static_cast<std::uint16_t>(std::floor(std::sqrt(static_cast<double>(value)) + 0.5));
        std::vector<std::uint8_t> reach(side.norm.size());
        BitPlane meeting = find_meetings(side, reach);
        std::vector<std::uint16_t> to_meeting = distance_to(meeting);
        std::fill_n(norm, side.norm.size(), std::uint8_t{0});
        side.for_each_pixel([&](std::int32_t, std::int32_t, std::size_t i, std::int32_t) {
            std::uint8_t d = side.distance[i];
            if (d > reach[i]) return;
            int room = reach[i] - d;
            bool gap = room > 0 && to_meeting[i] <= room && side.norm[i] < reach[i];
            norm[i] = as_byte(gap ? side.norm[i] : reach[i]);
        });
    }

    // The contour pixels of a ring: the widest stroke, and whether they are of one component.
    struct Strokes {
        std::uint8_t widest = 0;
        std::int32_t lowest = INT32_MAX, highest = 0;
        void join(const Strokes& other) {
            widest = std::max(widest, other.widest);
            lowest = std::min(lowest, other.lowest);
            highest = std::max(highest, other.highest);
        }
    };

    // Where the nearest contour belongs to more than one component; `reach` is the widest stroke there.
    BitPlane find_meetings(const StrokeSide& side, std::vector<std::uint8_t>& reach) const {
        BitPlane meeting(height_, width_);
        FeatureRing ring(contour_);
        NearestInBox nearest(ring);
        std::vector<std::int32_t> labels(height_ * width_);
        components_.paint(width_, labels.data());
        auto stroke = [&](std::size_t x, std::size_t y) {
            std::int32_t label = labels[y * width_ + x];
            return Strokes{as_byte(strokes_[label - 1]), label, label};
        };
        RingFold<Strokes> strokes(ring, stroke);
        std::uint8_t widest = 0;
        for (std::int32_t width : strokes_) widest = std::max(widest, as_byte(width));
        side.for_each_pixel_backwards([&](std::int32_t x, std::int32_t y, std::size_t i, std::int32_t label) {
            if (side.distance[i] > widest) return;  // beyond every reach
            Bounds box = StrokeSide::bounds(side.components.boxes()[label]);
            std::int32_t radius = nearest(x, y, label, box, from_contour_[i]);
            if (radius == NearestInBox::NONE) return;
            Strokes found = strokes.fold(x, y, box, radius, stroke);
            reach[i] = found.widest;
            bool several = found.lowest != found.highest;
            if (several && side.distance[i] <= reach[i] && as_byte(side.norm[i]) != 0) meeting.put(x, y);
        });
        return meeting;
    }

    const std::uint8_t* truth_;
    std::size_t height_, width_;
    BitPlane contour_;
    std::vector<std::uint16_t> from_contour_;
    Components components_;
    std::vector<std::int32_t> strokes_;
};

}  // namespace docbin
