// The byte codes of TIFF undone: LZW (TIFF 6.0, section 13) and PackBits (section 9).
//
// Both take a piece of the code and fill a piece of the output, and go on where they stopped.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace docbin::unpacking {

struct Coded {
    const std::uint8_t* data;
    std::size_t size;
};

struct Room {
    std::uint8_t* data;
    std::size_t size;
};

struct Progress {
    std::size_t consumed, produced;
    bool sound;
};

// The strings of the codes: all but the last byte are those of `prefix`.
struct Strings {
    std::uint16_t* prefix;
    std::uint16_t* length;
    std::uint8_t* suffix;
};

// What is kept between pieces; see reference_unpacking.py for the order.
enum State { BITS, BIT_COUNT, NEXT, PREVIOUS, PENDING, SENT, ENDED, STATE_SIZE };

inline constexpr int CLEAR = 256, END = 257, CODES = 4096;

inline void spell(const Strings& strings, int code, std::uint8_t* out) {
    for (int at = strings.length[code] - 1; at >= 0; --at) {
        out[at] = strings.suffix[code];
        code = strings.prefix[code];
    }
}

inline std::uint8_t first_byte(const Strings& strings, int code) {
    while (strings.length[code] > 1) code = strings.prefix[code];
    return strings.suffix[code];
}

// Writes what is left of the pending string, as far as there is room.
inline std::size_t send(const Strings& strings, std::int64_t* state, Room out) {
    std::uint8_t whole[CODES];
    const int code = static_cast<int>(state[PENDING]);
    const auto length = static_cast<std::size_t>(strings.length[code]);
    const auto sent = static_cast<std::size_t>(state[SENT]);
    const std::size_t count = std::min(length - sent, out.size);
    if (sent == 0 && count == length) {
        spell(strings, code, out.data);
    } else {
        spell(strings, code, whole);
        std::memcpy(out.data, whole + sent, count);
    }
    state[SENT] += static_cast<std::int64_t>(count);
    if (sent + count == length) state[PENDING] = -1;
    return count;
}

// Learns the string of `code`; false where it cannot be a code yet.
inline bool learn(const Strings& strings, std::int64_t* state, int code) {
    const int next = static_cast<int>(state[NEXT]), previous = static_cast<int>(state[PREVIOUS]);
    if (previous < 0) return code < 256;
    if (code > next || (code == next && next == CODES)) return false;
    if (next < CODES) {
        strings.prefix[next] = static_cast<std::uint16_t>(previous);
        strings.length[next] = static_cast<std::uint16_t>(strings.length[previous] + 1);
        strings.suffix[next] = first_byte(strings, code == next ? previous : code);
        ++state[NEXT];
    }
    return true;
}

inline int code_bits(std::int64_t next) { return next < 511 ? 9 : next < 1023 ? 10 : next < 2047 ? 11 : 12; }

inline Progress lzw(Coded in, Room out, const Strings& strings, std::int64_t* state) {
    std::size_t used = 0, made = 0;
    while (!state[ENDED]) {
        if (state[PENDING] >= 0) {
            made += send(strings, state, {out.data + made, out.size - made});
            if (state[PENDING] >= 0) break;
        }
        if (made == out.size) break;
        const int width = code_bits(state[NEXT]);
        while (state[BIT_COUNT] < width && used < in.size) {
            state[BITS] = (state[BITS] << 8 | in.data[used++]) & 0xFFFFFF;
            state[BIT_COUNT] += 8;
        }
        if (state[BIT_COUNT] < width) break;
        state[BIT_COUNT] -= width;
        const int code = static_cast<int>(state[BITS] >> state[BIT_COUNT]) & ((1 << width) - 1);
        if (code == END) {
            state[ENDED] = 1;
        } else if (code == CLEAR) {
            state[NEXT] = 258;
            state[PREVIOUS] = -1;
        } else {
            if (!learn(strings, state, code)) return {used, made, false};
            state[PREVIOUS] = state[PENDING] = code;
            state[SENT] = 0;
        }
    }
    return {used, made, true};
}

// Stops before a run that is not whole in the input or does not fit.
inline Progress packbits(Coded in, Room out) {
    std::size_t used = 0, made = 0;
    while (used < in.size) {
        const int head = in.data[used];
        if (head == 128) {
            ++used;
            continue;
        }
        const std::size_t count = head < 128 ? head + 1 : 257 - head;
        const std::size_t taken = head < 128 ? count + 1 : 2;
        if (taken > in.size - used || count > out.size - made) break;
        if (head < 128)
            std::memcpy(out.data + made, in.data + used + 1, count);
        else
            std::memset(out.data + made, in.data[used + 1], count);
        used += taken;
        made += count;
    }
    return {used, made, true};
}

}  // namespace docbin::unpacking
