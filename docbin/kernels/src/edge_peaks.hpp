// Canny's edge detector up to its thresholds: smooth, differentiate, keep what is largest across the edge.
// All in 32-bit floats, in the order that reference_edges.py states.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin {

class EdgePeaks {
public:
    // taps[k] weighs the pixels at distance k, k from 0 to radius.
    EdgePeaks(const std::uint8_t* gray, std::size_t height, std::size_t width, const float* taps, std::size_t radius)
        : gray_(gray), height_(height), width_(width), taps_(taps), radius_(radius), framed_(width + 2 * radius) {}

    // Writes the rows [top, bottom) to peaks, whose first row is the page's.
    void write(std::size_t top, std::size_t bottom, float* peaks) {
        constexpr std::size_t block = 64;  // rows that stay in the cache
        for (; top < bottom; top += block) {
            std::size_t end = std::min(bottom, top + block);
            prepare(top, end);
            for (std::size_t y = top; y < end; ++y)
                for (std::size_t x = 0; x < width_; ++x) peaks[y * width_ + x] = peak(y, x);
        }
    }

    // Measures the rows [top, bottom), of which `peak` can be asked afterwards.
    void prepare(std::size_t top, std::size_t bottom) {
        smooth_top_ = top < 2 ? 0 : top - 2;
        strength_top_ = top;
        std::size_t smooth_bottom = std::min(height_, bottom + 2), line = width_ + 2;
        smooth_.resize((smooth_bottom - smooth_top_) * width_);
        for (std::size_t y = smooth_top_; y < smooth_bottom; ++y) smooth(y, &smooth_[(y - smooth_top_) * width_]);
        // Strengths with a frame of zeros around the page; the first line is row top - 1.
        strength_.assign((bottom - top + 2) * line, 0.0f);
        for (std::size_t i = 0; i < bottom - top + 2; ++i)
            if (top + i > 0 && top + i <= height_) measure(top + i - 1, &strength_[i * line + 1]);
    }

    // Whether a pixel is a peak that is stronger than that.
    bool stronger(std::size_t y, std::size_t x, float least) const {
        // Most pixels that are asked for are no edges at all.
        return strength_[(y - strength_top_ + 1) * (width_ + 2) + 1 + x] > least && peak(y, x) > least;
    }

    // The strength of a pixel where none one step along the gradient, between two neighbours, is larger, else 0.
    float peak(std::size_t y, std::size_t x) const {
        auto line = static_cast<std::ptrdiff_t>(width_) + 2;
        const float* s = &strength_[(y - strength_top_ + 1) * (width_ + 2) + 1 + x];
        if (*s == 0.0f) return 0.0f;
        float gx = slope_x(y, x), gy = slope_y(y, x), ax = std::fabs(gx), ay = std::fabs(gy);
        std::ptrdiff_t straight = ax >= ay ? 1 : line, aside = ax >= ay ? line : 1;
        if ((gx >= 0) != (gy >= 0)) aside = -aside;
        float part = ax >= ay ? ay / ax : ax / ay, rest = 1.0f - part;
        float ahead = rest * s[straight] + part * s[straight + aside];
        float behind = rest * s[-straight] + part * s[-straight - aside];
        return *s >= ahead && *s >= behind ? *s : 0.0f;
    }

private:
    const std::uint8_t* gray_;
    std::size_t height_, width_;
    const float* taps_;
    std::size_t radius_;
    std::vector<float> framed_, smooth_, strength_;
    std::size_t smooth_top_ = 0, strength_top_ = 0;

    std::size_t clamped(std::ptrdiff_t y) const {
        return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(y, 0, static_cast<std::ptrdiff_t>(height_) - 1));
    }
    const float* smooth_row(std::ptrdiff_t y) const { return smooth_.data() + (clamped(y) - smooth_top_) * width_; }

    void smooth(std::size_t row, float* out) {
        float* middle = framed_.data() + radius_;
        auto y = static_cast<std::ptrdiff_t>(row);
        const std::uint8_t* here = gray_ + row * width_;
        for (std::size_t x = 0; x < width_; ++x) middle[x] = taps_[0] * static_cast<float>(here[x]);
        for (std::size_t k = 1; k <= radius_; ++k) {
            auto step = static_cast<std::ptrdiff_t>(k);
            const std::uint8_t *above = gray_ + clamped(y - step) * width_, *below = gray_ + clamped(y + step) * width_;
            for (std::size_t x = 0; x < width_; ++x) middle[x] += taps_[k] * static_cast<float>(above[x] + below[x]);
        }
        std::fill(framed_.data(), middle, middle[0]);
        std::fill(middle + width_, middle + width_ + radius_, middle[width_ - 1]);
        for (std::size_t x = 0; x < width_; ++x) out[x] = taps_[0] * middle[x];
        for (std::size_t k = 1; k <= radius_; ++k) {
            const float *left = middle - k, *right = middle + k;
            for (std::size_t x = 0; x < width_; ++x) out[x] += taps_[k] * (left[x] + right[x]);
        }
    }

    float slope_x(std::size_t y, std::size_t x) const {
        const float* row = smooth_row(static_cast<std::ptrdiff_t>(y));
        return row[std::min(x + 1, width_ - 1)] - row[x == 0 ? 0 : x - 1];
    }
    float slope_y(std::size_t y, std::size_t x) const {
        auto row = static_cast<std::ptrdiff_t>(y);
        return smooth_row(row + 1)[x] - smooth_row(row - 1)[x];
    }

    void measure(std::size_t y, float* out) const {
        for (std::size_t x = 0; x < width_; ++x) {
            float gx = slope_x(y, x), gy = slope_y(y, x);
            out[x] = std::sqrt(gx * gx + gy * gy);
        }
    }
};

}  // namespace docbin
