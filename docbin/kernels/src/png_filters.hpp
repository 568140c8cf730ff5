// The five filters of PNG undone (ISO/IEC 15948, clause 9). The byte to the left of x is x - BPP,
// zero before the row; all sums are modulo 256.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace docbin::png {

using Byte = std::uint8_t;

// The one of left a, above b and upper left c that is nearest to a + b - c; of equals the first.
// With lo and hi of a and b and t = 3c - (a + b): hi <= t says that lo is nearest, t <= lo that
// hi is, else c lies between and is nearest itself.
inline Byte nearest(int a, int b, int c) {
    const int lo = a < b ? a : b, hi = a < b ? b : a, t = 3 * c - (a + b);
    const int low_or_c = hi <= t ? lo : c;
    return static_cast<Byte>(t <= lo ? hi : low_or_c);
}

template <std::size_t BPP>
void undo_sub(const Byte* in, std::size_t n, Byte* out) {
    Byte left[BPP] = {};
    for (std::size_t x = 0; x + BPP <= n; x += BPP)
        for (std::size_t k = 0; k < BPP; ++k) out[x + k] = left[k] = static_cast<Byte>(in[x + k] + left[k]);
}

inline void undo_up(const Byte* in, const Byte* above, std::size_t n, Byte* out) {
    for (std::size_t x = 0; x < n; ++x) out[x] = static_cast<Byte>(in[x] + above[x]);
}

template <std::size_t BPP>
void undo_average(const Byte* in, const Byte* above, std::size_t n, Byte* out) {
    Byte left[BPP] = {};
    for (std::size_t x = 0; x + BPP <= n; x += BPP)
        for (std::size_t k = 0; k < BPP; ++k)
            out[x + k] = left[k] = static_cast<Byte>(in[x + k] + (left[k] + above[x + k]) / 2);
}

template <std::size_t BPP>
void undo_paeth(const Byte* in, const Byte* above, std::size_t n, Byte* out) {
    int left[BPP] = {}, corner[BPP] = {};
    for (std::size_t x = 0; x + BPP <= n; x += BPP)
        for (std::size_t k = 0; k < BPP; ++k) {
            const int up = above[x + k];
            left[k] = static_cast<Byte>(in[x + k] + nearest(left[k], up, corner[k]));
            corner[k] = up;
            out[x + k] = static_cast<Byte>(left[k]);
        }
}

// A row and the one below it, both by Paeth: the lower runs one pixel behind, so that two chains
// of dependent operations overlap.
template <std::size_t BPP>
void undo_paeth_pair(const Byte* in0, const Byte* in1, const Byte* above, std::size_t n, Byte* out0, Byte* out1) {
    int left0[BPP] = {}, corner0[BPP] = {}, left1[BPP] = {}, corner1[BPP] = {};
    for (std::size_t x = 0; x < n + BPP; x += BPP)
        for (std::size_t k = 0; k < BPP; ++k) {
            if (x >= BPP) {
                const int up = left0[k];
                left1[k] = static_cast<Byte>(in1[x - BPP + k] + nearest(left1[k], up, corner1[k]));
                corner1[k] = up;
                out1[x - BPP + k] = static_cast<Byte>(left1[k]);
            }
            if (x < n) {
                const int up = above[x + k];
                left0[k] = static_cast<Byte>(in0[x + k] + nearest(left0[k], up, corner0[k]));
                corner0[k] = up;
                out0[x + k] = static_cast<Byte>(left0[k]);
            }
        }
}

// Undo the filters of `rows` rows of 1 + n bytes; false where a filter is unknown.
template <std::size_t BPP>
bool undo(const Byte* in, std::size_t rows, std::size_t n, const Byte* above, Byte* out) {
    for (std::size_t y = 0; y < rows; ++y, in += n + 1, above = out, out += n) {
        switch (in[0]) {
            case 0: std::memcpy(out, in + 1, n); break;
            case 1: undo_sub<BPP>(in + 1, n, out); break;
            case 2: undo_up(in + 1, above, n, out); break;
            case 3: undo_average<BPP>(in + 1, above, n, out); break;
            case 4:
                if (y + 1 < rows && in[n + 1] == 4) {
                    undo_paeth_pair<BPP>(in + 1, in + n + 2, above, n, out, out + n);
                    ++y, in += n + 1, out += n;
                } else {
                    undo_paeth<BPP>(in + 1, above, n, out);
                }
                break;
            default: return false;
        }
    }
    return true;
}

}  // namespace docbin::png
