// ITU-T T.6 (Group 4) coding of packed rows.
//
// Rows are bytes, most significant bit first, 1 = ink (black). A row is first turned into the list
// of its colour changes, 64 pixels at a time; the coder then works on two such lists alone. An even
// index in a list is a change to black, an odd one a change to white. There is nothing here for a
// wider instruction set to gain, so the file is compiled once.
#pragma once
#include "g4_codes.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace docbin::g4 {

struct Rows {
    const std::uint8_t* data;
    std::size_t count, stride;
};

struct Buffer {
    std::uint8_t* data;
    std::size_t capacity;
};

inline int leading_zeros(std::uint64_t word) {  // word != 0
#if defined(__GNUC__) || defined(__clang__)
    return __builtin_clzll(word);
#else
    int n = 0;
    for (int step = 32; step; step >>= 1)
        if (!(word >> (64 - step))) {
            n += step;
            word <<= step;
        }
    return n;
#endif
}

inline std::uint64_t load(const std::uint8_t* p) {  // compilers see one swapped load
    return std::uint64_t{p[0]} << 56 | std::uint64_t{p[1]} << 48 | std::uint64_t{p[2]} << 40 |
           std::uint64_t{p[3]} << 32 | std::uint64_t{p[4]} << 24 | std::uint64_t{p[5]} << 16 |
           std::uint64_t{p[6]} << 8 | std::uint64_t{p[7]};
}

// The last pixels of a row, fewer than 64; the bits past the width count as background.
inline std::uint64_t load_rest(const std::uint8_t* p, std::int32_t pixels) {
    std::uint64_t word = 0;
    for (std::int32_t k = 0; k < (pixels + 7) / 8; ++k) word |= std::uint64_t{p[k]} << (56 - 8 * k);
    return word & ~std::uint64_t{0} << (64 - pixels);
}

// Writes the changes of one row and four times `width` after them. Ink up to the edge of a partial
// word leaves a change at `width` too, which is one sentinel more.
inline void find_changes(const std::uint8_t* row, std::int32_t width, std::int32_t* at) {
    std::uint64_t before = 0;
    for (std::int32_t x = 0; x < width; x += 64) {
        const std::uint64_t word =
            width - x >= 64 ? load(row + x / 8) : load_rest(row + x / 8, width - x);
        std::uint64_t change = word ^ (word >> 1 | before << 63);
        before = word & 1;
        while (change) {
            const int n = leading_zeros(change);
            *at++ = x + n;
            change ^= std::uint64_t{1} << (63 - n);
        }
    }
    for (int k = 0; k < 4; ++k) *at++ = width;
}

struct BitWriter {
    std::uint8_t* out;
    std::uint64_t pending;
    int count;  // bits in `pending`, below 32 between calls of put

    void put(Code code) {
        pending = pending << code.count | code.bits;
        count += code.count;
        if (count < 32) return;
        count -= 32;
        const auto word = static_cast<std::uint32_t>(pending >> count);
        for (int k = 0; k < 4; ++k) out[k] = static_cast<std::uint8_t>(word >> (24 - 8 * k));
        out += 4;
    }

    void put_run(std::int32_t length, int colour) {
        for (; length > 2560; length -= 2560) put(runs[colour][103]);
        if (length >= 64) put(runs[colour][63 + length / 64]);
        put(runs[colour][length & 63]);
    }

    void flush() {  // whole bytes and the last partial one, filled up with zeros
        for (; count > 0; count -= 8)
            *out++ = static_cast<std::uint8_t>(count >= 8 ? pending >> (count - 8)
                                                          : pending << (8 - count));
    }
};

inline constexpr Code pass = {1, 4}, horizontal = {1, 3};
inline constexpr Code vertical[7] = {{2, 7}, {2, 6}, {2, 3}, {1, 1}, {3, 3}, {3, 6}, {3, 7}};

// Codes one row. The names are those of T.6: a0 is where coding stands, a1 and a2 are the next
// changes of the row, b1 = above[0] is the first change of the row above that lies right of a0 and
// goes to the same colour as a1, and b2 = above[1] is the one after it.
inline void code_row(const std::int32_t* line, const std::int32_t* above, std::int32_t width,
                     BitWriter& bits) {
    std::int32_t a0 = -1;
    int colour = 0;  // of a0
    const std::int32_t* first = above;
    while (a0 < width) {
        const std::int32_t a1 = line[0];
        while (above[0] <= a0 && above[0] < width) above += 2;
        const std::int32_t apart = a1 - above[0];
        if (above[1] < a1) {
            bits.put(pass);
            a0 = above[1];
        } else if (apart >= -3 && apart <= 3) {
            bits.put(vertical[apart + 3]);
            a0 = a1;
            ++line;
            colour ^= 1;
            above += above > first ? -1 : 1;
        } else {
            const std::int32_t a2 = line[1];
            bits.put(horizontal);
            bits.put_run(a1 - (a0 < 0 ? 0 : a0), colour);
            bits.put_run(a2 - a1, colour ^ 1);
            a0 = a2;
            line += 2;
        }
    }
}

// Bytes that always hold one coded row, the bits pending before it and the last partial word: no
// code spends more than 7 bits a pixel, save for runs of length 0 at the ends of the row.
inline std::size_t row_bound(std::size_t width) { return width + 32; }

// Codes rows while at least row_bound(width) bytes are free in `out`; returns how many it took.
// `above` is the row before, or null for white; `changes` has room for 2 (width + 8) values.
// `bit_count` counts the bits in `out`; the bits of a partial byte stay in it.
inline std::size_t encode(Rows rows, std::int32_t width, const std::uint8_t* above,
                          std::int32_t* changes, Buffer out, std::uint64_t& bit_count) {
    std::int32_t* reference = changes;
    std::int32_t* line = changes + width + 8;
    if (above)
        find_changes(above, width, reference);
    else
        for (int k = 0; k < 4; ++k) reference[k] = width;

    const int partial = static_cast<int>(bit_count % 8);
    BitWriter bits{out.data + bit_count / 8, 0, partial};
    if (partial) bits.pending = bits.out[0] >> (8 - partial);
    const std::uint8_t* end = out.data + out.capacity;
    const std::size_t bound = row_bound(static_cast<std::size_t>(width));
    std::size_t y = 0;
    for (; y < rows.count && static_cast<std::size_t>(end - bits.out) >= bound; ++y) {
        find_changes(rows.data + y * rows.stride, width, line);
        code_row(line, reference, width, bits);
        std::swap(reference, line);
    }
    bit_count = static_cast<std::uint64_t>(bits.out - out.data) * 8 +
                static_cast<std::uint64_t>(bits.count);
    bits.flush();
    return y;
}

}  // namespace docbin::g4
