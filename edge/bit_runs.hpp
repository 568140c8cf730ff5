// Runs of ink in a row of bits, most significant bit first.
#pragma once
#include <cstddef>
#include <cstdint>

namespace docbin::edge {

struct BitRun {
    std::size_t start, stop;  // stop is exclusive
};

class BitRuns {
public:
    // Bits beyond the width are 0.
    BitRuns(const std::uint8_t* row, std::size_t width) : row_(row), width_(width) {}

    // The next run; false: there is none.
    bool next(BitRun& run) {
        run.start = find(at_, 0xFF);
        if (run.start >= width_) return false;
        run.stop = at_ = find(run.start, 0);
        return true;
    }

private:
    // The first pixel from x on that is ink (wanted 0xFF) or paper (0), at most the width.
    std::size_t find(std::size_t x, unsigned wanted) const {
        while (x < width_) {
            unsigned left = ~(row_[x / 8] ^ wanted) & (0xFFu >> (x % 8)) & 0xFFu;
            if (left) {
                std::size_t found = x / 8 * 8;
                for (unsigned bit = 0x80; !(left & bit); bit >>= 1) ++found;
                return found < width_ ? found : width_;
            }
            x = x / 8 * 8 + 8;
        }
        return width_;
    }

    const std::uint8_t* row_;
    std::size_t width_, at_ = 0;
};

// The bits of a byte from pixel start on, up to before pixel stop, where these lie in it.
inline unsigned byte_mask(std::size_t byte, const BitRun& run) {
    unsigned mask = 0xFF;
    if (run.start > 8 * byte) mask &= 0xFFu >> (run.start - 8 * byte);
    if (run.stop < 8 * byte + 8) mask &= 0xFFu << (8 * byte + 8 - run.stop);
    return mask;
}

inline bool meets(const std::uint8_t* row, const BitRun& run) {
    for (std::size_t byte = run.start / 8; byte <= (run.stop - 1) / 8; ++byte)
        if (row[byte] & byte_mask(byte, run)) return true;
    return false;
}

inline void clear(std::uint8_t* row, const BitRun& run) {
    for (std::size_t byte = run.start / 8; byte <= (run.stop - 1) / 8; ++byte)
        row[byte] = static_cast<std::uint8_t>(row[byte] & ~byte_mask(byte, run));
}

}  // namespace docbin::edge
