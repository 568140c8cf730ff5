// (1 + p) G_inner - p G_outer of a gray page, row by row: separable, symmetric taps, float32, edges repeated.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin {

// taps[0] is the centre's weight, taps[i] that of the two pixels i away.
struct Taps {
    const float* weights;
    std::size_t radius;
};

class Blur {
public:
    Blur(const std::uint8_t* gray, std::size_t height, std::size_t width, Taps taps)
        : gray_(gray), height_(height), width_(width), taps_(taps), framed_(width + 2 * taps.radius) {}

    void row(std::size_t y, float* out) {
        float* line = framed_.data() + taps_.radius;
        down(y, line);
        for (std::size_t i = 1; i <= taps_.radius; ++i) {
            line[-static_cast<std::ptrdiff_t>(i)] = line[0];
            line[width_ - 1 + i] = line[width_ - 1];
        }
        for (std::size_t x = 0; x < width_; ++x) out[x] = taps_.weights[0] * line[x];
        for (std::size_t i = 1; i <= taps_.radius; ++i) {
            float weight = taps_.weights[i];
            const float *left = line - i, *right = line + i;
            for (std::size_t x = 0; x < width_; ++x) out[x] += weight * (left[x] + right[x]);
        }
    }

private:
    const std::uint8_t* source(std::ptrdiff_t y) const {
        std::ptrdiff_t last = static_cast<std::ptrdiff_t>(height_) - 1;
        return gray_ + static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(y, 0, last)) * width_;
    }

    void down(std::size_t y, float* line) const {
        const std::uint8_t* centre = source(static_cast<std::ptrdiff_t>(y));
        for (std::size_t x = 0; x < width_; ++x) line[x] = taps_.weights[0] * static_cast<float>(centre[x]);
        for (std::size_t i = 1; i <= taps_.radius; ++i) {
            float weight = taps_.weights[i];
            const std::uint8_t *above = source(static_cast<std::ptrdiff_t>(y) - static_cast<std::ptrdiff_t>(i)),
                               *below = source(static_cast<std::ptrdiff_t>(y + i));
            for (std::size_t x = 0; x < width_; ++x) line[x] += weight * static_cast<float>(above[x] + below[x]);
        }
    }

    const std::uint8_t* gray_;
    std::size_t height_, width_;
    Taps taps_;
    std::vector<float> framed_;
};

}  // namespace docbin
