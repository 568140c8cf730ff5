// Two Gaussians in the gray values of a window, by expectation and maximisation on its histogram. All is float32 in
// eight columns, value v in column v % 8, so that compilers take eight at once; reference_mixtures.py has the same
// order of operations.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace docbin {

// 2^x for x <= 0, as in local_formulas.hpp, but 2^-100 below that: what it is multiplied with stays a normal number.
inline float power_of_two(float x) {
    x = x > -100.0f ? x : -100.0f;
    auto truncated = static_cast<float>(static_cast<std::int32_t>(x));
    const float whole = truncated > x ? truncated - 1.0f : truncated, rest = x - whole;
    float sum = 1.8775767e-3f;
    sum = sum * rest + 8.9893397e-3f;
    sum = sum * rest + 5.5826318e-2f;
    sum = sum * rest + 2.4015361e-1f;
    sum = sum * rest + 6.9315308e-1f;
    sum = sum * rest + 9.9999994e-1f;
    const std::int32_t exponent = (static_cast<std::int32_t>(whole) + 127) << 23;
    float power;
    std::memcpy(&power, &exponent, sizeof power);
    return sum * power;
}

class Mixture {
public:
    void clear() { std::memset(counted_, 0, sizeof counted_); }
    void count(std::uint8_t value) { ++counted_[value]; }

    // The probability of each value, of those that were counted, to belong to the darker Gaussian. All are 0 where
    // one value only was counted.
    const float* shares(int rounds) {
        if (!start()) {
            std::memset(share_, 0, sizeof share_);
            return share_;
        }
        for (int round = 0; round < rounds; ++round) {
            for (std::size_t i = 0; i < groups_; ++i)
                each([&](std::size_t lane) {
                    const std::size_t v = used_[i] + lane;
                    dark_[v] = number_[v] * share_[v];
                    light_[v] = number_[v] * (1.0f - share_[v]);
                });
            expect(fitted(dark_), fitted(light_));
        }
        return share_;
    }

private:
    // m e^(-(v - mean)² / 2 var) / √var up to a factor is weight · 2^(-(v - mean)² slope).
    struct Gaussian {
        float mean, slope, weight;
    };

    template <class Work>
    static void each(const Work& work) {
        for (std::size_t lane = 0; lane < 8; ++lane) work(lane);
    }

    static float total(const float* lanes) {
        return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
    }

    // What is darker than the mean is the dark half, to begin with; false: nothing is.
    bool start() {
        std::uint64_t number = 0, sum = 0;
        std::size_t least = 256;
        groups_ = 0;
        for (std::size_t first = 0; first < 256; first += 8) {
            std::uint32_t some = 0;
            for (std::size_t v = first; v < first + 8; ++v) {
                some += counted_[v];
                sum += std::uint64_t{counted_[v]} * v;
                if (counted_[v] && least == 256) least = v;
            }
            number += some;
            if (some) used_[groups_++] = first;
        }
        const float mean = static_cast<float>(sum) / static_cast<float>(number > 0 ? number : 1);
        for (std::size_t i = 0; i < groups_; ++i)
            each([&](std::size_t lane) {
                const std::size_t v = used_[i] + lane;
                number_[v] = static_cast<float>(counted_[v]);
                share_[v] = static_cast<float>(v) < mean ? 1.0f : 0.0f;
            });
        return static_cast<float>(least) < mean;
    }

    Gaussian fitted(const float* weights) const {
        float mass[8] = {}, first[8] = {}, second[8] = {};
        for (std::size_t i = 0; i < groups_; ++i)
            each([&](std::size_t lane) {
                const std::size_t v = used_[i] + lane;
                mass[lane] += weights[v];
                first[lane] += weights[v] * static_cast<float>(static_cast<std::int32_t>(v));
            });
        const float all = total(mass) > 1e-6f ? total(mass) : 1e-6f, mean = total(first) / all;
        for (std::size_t i = 0; i < groups_; ++i)
            each([&](std::size_t lane) {
                const std::size_t v = used_[i] + lane;
                const float away = static_cast<float>(static_cast<std::int32_t>(v)) - mean;
                second[lane] += weights[v] * (away * away);
            });
        float variance = total(second) / all;
        variance = variance > LEAST_VARIANCE ? variance : LEAST_VARIANCE;
        return {mean, 0.72134752f / variance, all / std::sqrt(variance)};
    }

    void expect(const Gaussian& dark, const Gaussian& light) {
        for (std::size_t i = 0; i < groups_; ++i)
            each([&](std::size_t lane) {
                const std::size_t v = used_[i] + lane;
                const auto value = static_cast<float>(static_cast<std::int32_t>(v));
                const float a = value - dark.mean, b = value - light.mean;
                const float lead = (a * a) * dark.slope - (b * b) * light.slope;
                const float smaller = power_of_two(lead > 0.0f ? -lead : lead);
                const float of_dark = lead > 0.0f ? dark.weight * smaller : dark.weight;
                const float of_light = lead > 0.0f ? light.weight : light.weight * smaller;
                share_[v] = of_dark / (of_dark + of_light);
            });
    }

    // A deviation of less than half a gray value is rounding, not noise.
    static constexpr float LEAST_VARIANCE = 0.25f;

    std::uint32_t counted_[256] = {};
    float number_[256], share_[256], dark_[256], light_[256];
    std::size_t used_[32], groups_ = 0;
};

}  // namespace docbin
