// A page against thresholds that are given on a grid and interpolated between its nodes.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin {

// Nodes lie every `step` pixels from 0 on, and on the last pixel.
inline std::size_t node_count(std::size_t length, std::size_t step) {
    return length ? (length - 1 + step - 1) / step + 1 : 0;
}

inline std::size_t node_at(std::size_t node, std::size_t step, std::size_t length) {
    return std::min(node * step, length - 1);
}

class ThresholdGrid {
public:
    ThresholdGrid(const float* levels, std::size_t height, std::size_t width, std::size_t step)
        : levels_(levels), height_(height), width_(width), step_(step), columns_(node_count(width, step)), above_(width),
          below_(width) {}

    // level[x] = threshold of row y, rounded to a whole number; rows are asked for in ascending order.
    void row(std::size_t y, std::int32_t* level) {
        std::size_t node = y / step_;
        if (node != node_ || !filled_) {
            interpolate(node, above_.data());
            interpolate(std::min(node + 1, node_count(height_, step_) - 1), below_.data());
            node_ = node;
            filled_ = true;
        }
        std::size_t start = node * step_, stop = node_at(node + 1, step_, height_);
        float part = stop > start ? static_cast<float>(y - start) / static_cast<float>(stop - start) : 0.0f;
        float rest = 1.0f - part;
        for (std::size_t x = 0; x < width_; ++x)
            level[x] = static_cast<std::int32_t>(0.5f + rest * above_[x] + part * below_[x]);
    }

private:
    void interpolate(std::size_t node, float* line) const {
        const float* levels = levels_ + node * columns_;
        for (std::size_t i = 0; i < columns_; ++i) {
            std::size_t start = node_at(i, step_, width_), stop = node_at(i + 1, step_, width_);
            line[start] = levels[i];
            for (std::size_t x = start + 1; x < stop; ++x) {
                float part = static_cast<float>(x - start) / static_cast<float>(stop - start);
                line[x] = (1.0f - part) * levels[i] + part * levels[i + 1];
            }
        }
    }

    const float* levels_;
    std::size_t height_, width_, step_, columns_, node_ = 0;
    bool filled_ = false;
    std::vector<float> above_, below_;
};

}  // namespace docbin
