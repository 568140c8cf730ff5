// Kernels of packed networks of one instruction set against plain loops, bit for bit, without Python. The
// last line is a number made of all results: the same on every processor. TARGET names the namespace.
#include "packed_layer.hpp"

#include <cstdio>

namespace docbin::TARGET {
extern const Kernels table;
}
namespace docbin {
const Kernels& chosen_kernels() { return TARGET::table; }
}  // namespace docbin
using namespace docbin;

namespace {

int failures = 0;
std::uint64_t digest = 14695981039346656037u;

void add_to_digest(const void* data, std::size_t bytes) {
    const auto* p = static_cast<const unsigned char*>(data);
    for (std::size_t i = 0; i < bytes; ++i) digest = (digest ^ p[i]) * 1099511628211u;
}

struct Random {
    std::uint32_t state = 1;
    std::uint32_t operator()() {
        state = state * 1664525u + 1013904223u;
        return state >> 8;
    }
    int between(int least, int most) { return least + static_cast<int>((*this)() % (1u + static_cast<unsigned>(most) - static_cast<unsigned>(least))); }
};

struct Case {
    int bits;
    std::size_t height, width, in, out, kernel, step, bases;
    int next_bits, shift, mult;
};

struct Layer {
    Case c;
    std::vector<std::uint8_t> codes;
    std::vector<std::int8_t> signs;  // or weights: [bases][out][taps][in]
    std::vector<std::int32_t> mult;
    std::vector<std::int64_t> bias;
    std::vector<std::int16_t> residual, a, slope, b, shift, scale;
};

std::int16_t sat16(std::int64_t x) { return static_cast<std::int16_t>(x < -32768 ? -32768 : x > 32767 ? 32767 : x); }
std::int64_t round15(std::int64_t x) { return (x + 16384) >> 15; }

std::int64_t sum(const Layer& l, std::size_t base, std::size_t oc, std::size_t y, std::size_t x) {
    const Case& c = l.c;
    std::int64_t total = 0;
    for (std::size_t tap = 0; tap < c.kernel * c.kernel; ++tap) {
        std::size_t v = y * c.step + tap / c.kernel - c.kernel / 2, u = x * c.step + tap % c.kernel - c.kernel / 2;
        if (v >= c.height || u >= c.width) continue;  // also those below 0
        for (std::size_t k = 0; k < c.in; ++k) {
            int code = l.codes[(v * c.width + u) * c.in + k];
            if (c.bits == 1) code = 2 * code - 1;
            total += code * l.signs[((base * c.out + oc) * c.kernel * c.kernel + tap) * c.in + k];
        }
    }
    return total;
}

// The stream and the code of one output.
std::int16_t expected(const Layer& l, std::size_t y, std::size_t x, std::size_t oc, std::size_t place, std::uint8_t& code) {
    const Case& c = l.c;
    std::int64_t total = l.bias[oc];
    for (std::size_t base = 0; base < c.bases; ++base) total += sum(l, base, oc, y, x) * l.mult[base * c.out + oc];
    std::int16_t value = sat16(sat16(total >> c.shift) + l.residual[place]), t = sat16(value - l.a[oc]);
    value = sat16((t > 0 ? t : round15(std::int64_t{t} * l.slope[oc])) + l.b[oc]);
    std::int16_t moved = sat16(value + l.shift[oc]);
    std::int64_t most = (1 << c.next_bits) - 1, scaled = round15(std::int64_t{moved} * l.scale[oc]);
    code = static_cast<std::uint8_t>(c.next_bits == 1 ? moved >= 0 : scaled < 0 ? 0 : scaled > most ? most : scaled);
    return value;
}

Layer make(const Case& c, Random& random) {
    Layer l{c, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
    std::size_t outputs = (c.height + c.step - 1) / c.step * ((c.width + c.step - 1) / c.step) * c.out;
    for (std::size_t i = 0; i < c.height * c.width * c.in; ++i)
        l.codes.push_back(static_cast<std::uint8_t>(random.between(0, (1 << c.bits) - 1)));
    for (std::size_t i = 0; i < c.bases * c.out * c.kernel * c.kernel * c.in; ++i)
        l.signs.push_back(static_cast<std::int8_t>(c.bits == 8 ? random.between(-127, 127) : 2 * random.between(0, 1) - 1));
    for (std::size_t i = 0; i < c.bases * c.out; ++i) l.mult.push_back(random.between(-c.mult, c.mult));
    for (std::size_t i = 0; i < outputs; ++i) l.residual.push_back(static_cast<std::int16_t>(random.between(-32768, 32767)));
    for (std::size_t i = 0; i < c.out; ++i) {
        l.bias.push_back(random.between(-100000, 100000));
        for (auto* list : {&l.a, &l.b, &l.shift}) list->push_back(static_cast<std::int16_t>(random.between(-3000, 3000)));
        l.slope.push_back(static_cast<std::int16_t>(random.between(-32767, 32767)));
        l.scale.push_back(static_cast<std::int16_t>(random.between(1, 32767)));
    }
    return l;
}

std::vector<std::uint8_t> planes(const Layer& l) {
    std::size_t bytes = (l.c.in + 7) / 8, lines = l.signs.size() / l.c.in;
    std::vector<std::uint8_t> found(lines * bytes);
    for (std::size_t i = 0; i < lines; ++i)
        for (std::size_t k = 0; k < l.c.in; ++k)
            if (l.signs[i * l.c.in + k] > 0) found[i * bytes + k / 8] |= static_cast<std::uint8_t>(1 << k % 8);
    return found;
}

void check(const Case& c, Random& random) {
    Layer l = make(c, random);
    PackedLayer layer;
    layer.height = c.height;
    layer.width = c.width;
    PreparedConv& conv = layer.conv;
    conv.kind = c.bits == 8 ? ConvKind::w8a8 : c.bits == 4 ? ConvKind::w1a4 : ConvKind::w1a1;
    conv.in_channels = c.in;
    conv.out_channels = c.out;
    conv.kernel = c.kernel;
    conv.step = c.step;
    conv.bases = c.bases;
    conv.shift = c.shift;
    std::vector<std::uint8_t> bits = planes(l);
    layer.prepare_weights(c.bits == 8 ? static_cast<const void*>(l.signs.data()) : bits.data(), l.mult.data(), l.bias.data());
    layer.set_codes(l.codes.data());
    layer.set_residual(l.residual.data());
    layer.set_rprelu(l.a.data(), l.slope.data(), l.b.data());
    layer.set_quantiser(c.next_bits, l.shift.data(), l.scale.data());
    layer.run(3);
    std::vector<std::int16_t> stream(l.residual.size());
    std::vector<std::uint8_t> codes(stream.size());
    layer.stream(stream.data());
    layer.codes(codes.data());
    bool equal = true;
    for (std::size_t i = 0; i < stream.size(); ++i) {
        std::uint8_t code;
        std::size_t pixel = i / c.out;
        equal &= stream[i] == expected(l, pixel / layer.out_width, pixel % layer.out_width, i % c.out, i, code);
        equal &= codes[i] == code;
    }
    add_to_digest(stream.data(), stream.size() * sizeof stream[0]);
    add_to_digest(codes.data(), codes.size());
    if (equal) return;
    ++failures;
    std::printf("wrong: %d bits, %zu to %zu channels, kernel %zu, step %zu, bases %zu\n", c.bits, c.in, c.out, c.kernel,
                c.step, c.bases);
}

}  // namespace

int main() {
    Random random;
    for (int bits : {1, 4, 8})
        for (std::size_t kernel : {1, 3})
            for (std::size_t step : {1, 2})
                for (std::size_t bases : {1, 2}) {
                    if (bits == 8 && bases == 2) continue;
                    check({bits, 1, 1, 3, 5, kernel, step, bases, 4, 0, 1}, random);
                    check({bits, 5, 7, 24, 40, kernel, step, bases, 1, 12, 9000}, random);
                    check({bits, 4, 35, 33, 65, kernel, step, bases, 8, 12, 9000}, random);
                    check({bits, 3, 6, 300, 16, kernel, step, bases, 4, 30, 2000000000}, random);
                }
    std::printf("%s: %d failures, digest %016llx\n", chosen_kernels().name, failures,
                static_cast<unsigned long long>(digest));
    return failures != 0;
}
