// The kernels of one instruction set against plain loops, bit for bit, without Python: built for
// processors that this machine does not have and run by an emulator. TARGET names the namespace.
#include "local_band.hpp"
#include "table.hpp"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

namespace docbin::TARGET {
extern const Kernels table;
}
using namespace docbin;
using docbin::TARGET::table;

namespace {

int failures = 0;

void expect(bool good, const char* what, std::size_t height, std::size_t width, std::size_t window) {
    if (good) return;
    ++failures;
    std::printf("%s: wrong on %zu x %zu pixels, window %zu\n", what, height, width, window);
}

struct Random {
    std::uint32_t state = 1;
    std::uint8_t operator()() {
        state = state * 1664525u + 1013904223u;
        return static_cast<std::uint8_t>(state >> 24);
    }
};

// kind 0: noise, 1: white, 2: 254 and 255, 3: two flat halves
std::vector<std::uint8_t> page(std::size_t height, std::size_t width, int kind) {
    Random random;
    std::vector<std::uint8_t> values(height * width);
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::uint8_t noise = random();
        values[i] = kind == 0 ? noise : kind == 1 ? 255 : kind == 2 ? 254 + noise % 2 : i < values.size() / 2 ? 7 : 200;
    }
    return values;
}

struct Plain {
    std::uint64_t n = 0, s = 0, q = 0;
};

Plain sums(const LocalTask& t, std::size_t y, std::size_t x) {
    Plain p;
    for (std::size_t v = y < t.radius ? 0 : y - t.radius; v <= y + t.radius && v < t.height; ++v)
        for (std::size_t u = x < t.radius ? 0 : x - t.radius; u <= x + t.radius && u < t.width; ++u) {
            std::uint64_t value = t.gray[v * t.width + u];
            ++p.n;
            p.s += value;
            p.q += value * value;
        }
    return p;
}

float power_of_two(float x) {
    x = x > -126.0f ? x : -126.0f;
    float whole = std::floor(x), rest = x - whole, sum = 1.8775767e-3f;
    for (float factor : {8.9893397e-3f, 5.5826318e-2f, 2.4015361e-1f, 6.9315308e-1f, 9.9999994e-1f})
        sum = sum * rest + factor;
    return std::ldexp(sum, static_cast<int>(whole));
}

float level(Formula formula, const LocalParameters& p, float m, float s, float square, float gray, float extra) {
    switch (formula) {
        case Formula::niblack: return s > 0 ? m + p.a * s : -1.0f;
        case Formula::sauvola: return m * (p.a + p.b * s);
        case Formula::wolf: return m - (p.a - p.b * s) * (m - p.c);
        case Formula::nick: return m + p.a * std::sqrt(square);
        case Formula::phansalkar: return s > 0 ? m * (p.a + p.b * s + p.c * power_of_two(p.d * m)) : -1.0f;
        case Formula::singh: {
            float e = (gray - m) * p.c;
            return m * (p.a + p.b * (e / (1.0f - e)));
        }
        case Formula::wan: return (extra + m) * 0.5f * (p.a + p.b * s);
        case Formula::bradley: return m * p.a;
    }
    return 0.0f;
}

const LocalParameters EACH[] = {
    {Formula::niblack, -0.2f, 0, 0, 0},
    {Formula::sauvola, 0.8f, 0.2f / 128, 0, 0},
    {Formula::wolf, 0.5f, 0.5f / 61.7f, 12, 0},
    {Formula::nick, -0.2f, 0, 0, 0},
    {Formula::phansalkar, 0.75f, 0.25f / 127.5f, 2, -0.0565774f},
    {Formula::singh, 0.94f, 0.06f, 1.0f / 255, 0},
    {Formula::wan, 0.8f, 0.2f / 128, 0, 0},
    {Formula::bradley, 0.85f, 0, 0, 0},
};

void local(std::size_t height, std::size_t width, std::size_t window, int kind) {
    std::vector<std::uint8_t> gray = page(height, width, kind), extra = page(height, width, 0);
    std::size_t radius = window / 2, bytes = (width + 7) / 8;
    std::vector<float> levels(height * width), expected(height * width);
    LocalBand band(width, radius);
    LocalRoom room = band.room();
    LocalTask task{gray.data(), extra.data(), height, width, 0, height, radius};
    std::vector<Plain> known;
    for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x) known.push_back(sums(task, y, x));
    float most = 0.0f;
    std::vector<double> mean(known.size()), variance(known.size());
    table.local.statistics(task, room, mean.data(), variance.data());
    for (const LocalParameters& p : EACH) {
        std::vector<std::uint8_t> bits(height * bytes, 0xAA), wanted(height * bytes);
        bool equal = true;
        for (std::size_t i = 0; i < known.size(); ++i) {
            const Plain& k = known[i];
            float inv = 1.0f / static_cast<float>(k.n), m = static_cast<float>(k.s) * inv;
            std::uint64_t spread = k.n * k.q - k.s * k.s;
            float s = std::sqrt(static_cast<float>(static_cast<double>(spread))) * inv;
            most = s > most ? s : most;
            expected[i] = level(p.formula, p, m, s, static_cast<float>(k.q) * inv, gray[i], extra[i]);
            if (gray[i] <= expected[i]) wanted[i / width * bytes + i % width / 8] |= 0x80 >> (i % width % 8);
            equal &= mean[i] == static_cast<double>(k.s) / static_cast<double>(k.n);
            equal &= variance[i] == static_cast<double>(spread) / static_cast<double>(k.n * k.n);
        }
        table.local.levels(task, room, p, levels.data());
        table.local.threshold(task, room, p, bits.data());
        expect(equal, "statistics", height, width, window);
        expect(std::memcmp(levels.data(), expected.data(), levels.size() * sizeof(float)) == 0, "levels", height,
               width, window);
        expect(bits == wanted, "bits", height, width, window);
    }
    expect(table.local.deviation(task, room) == most, "deviation", height, width, window);
}

void pixels(std::size_t count) {
    std::vector<std::uint8_t> rgb = page(3, count, 0), gray(count);
    table.rgb_to_gray(rgb.data(), count, gray.data());
    bool equal = true;
    std::int64_t bins[256] = {}, wanted[256] = {};
    for (std::size_t i = 0; i < count; ++i) {
        unsigned value = 19595u * rgb[3 * i] + 38470u * rgb[3 * i + 1] + 7471u * rgb[3 * i + 2] + 32768u;
        equal &= gray[i] == value >> 16;
        ++wanted[gray[i]];
    }
    std::vector<std::uint32_t> pairs(PAIR_CELLS);
    std::int64_t each[256] = {};
    table.histogram(gray.data(), count, pairs.data(), bins);
    table.sum_pairs(pairs.data(), bins);
    table.histogram(gray.data(), count, nullptr, each);
    std::vector<std::uint8_t> bits((count + 7) / 8, 0xAA), ink((count + 7) / 8);
    table.threshold_row(gray.data(), count, 100, bits.data());
    for (std::size_t i = 0; i < count; ++i)
        if (gray[i] <= 100) ink[i / 8] |= 0x80 >> (i % 8);
    expect(bits == ink, "threshold", 1, count, 0);
    expect(equal, "gray", 1, count, 0);
    expect(std::memcmp(bins, wanted, sizeof bins) == 0, "histogram by pairs", 1, count, 0);
    expect(std::memcmp(each, wanted, sizeof each) == 0, "histogram", 1, count, 0);
}

}  // namespace

int main() {
    for (std::size_t window : {3, 15, 75, 361, 363, 601, 4095})
        for (int kind = 0; kind < 4; ++kind) {
            local(1, 1, window, kind);
            local(5, 7, window, kind);
            local(13, 41, window, kind);
        }
    local(30, 97, 15, 0);
    local(9, 300, 257, 0);
    local(40, 90, 75, 3);
    local(40, 128, 9, 0);
    local(4, 1500, 363, 0);
    local(4, 1500, 401, 2);
    for (std::size_t count : {1, 7, 16, 33, 1000, 600000}) pixels(count);
    std::printf("%s: %d failures\n", table.name, failures);
    return failures != 0;
}
