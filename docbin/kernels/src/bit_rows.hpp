// Bit planes (see scoring_table.hpp): from bytes, to bytes, and the neighbours of 64 pixels at once.
// Included once per instruction set, inside its namespace: no header of the standard library here.

using Word = std::uint64_t;

// Bit x of the result is pixel x - 1, x + 1, x - 2 or x + 2 of the row.
static inline Word from_west(const Word* row) { return row[0] << 1 | row[-1] >> 63; }
static inline Word from_east(const Word* row) { return row[0] >> 1 | row[1] << 63; }
static inline Word from_far_west(const Word* row) { return row[0] << 2 | row[-1] >> 62; }
static inline Word from_far_east(const Word* row) { return row[0] >> 2 | row[1] << 62; }

static inline int ones(Word word) {
    word -= word >> 1 & 0x5555555555555555u;
    word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
    word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return static_cast<int>(word * 0x0101010101010101u >> 56);
}

static void pack_plane(const std::uint8_t* mask, std::size_t height, std::size_t width, std::size_t stride,
                       Word* bits) {
    for (std::size_t y = 0; y < height; ++y, mask += width, bits += stride)
        for (std::size_t left = 0; left < width; left += 64) {
            std::size_t count = width - left < 64 ? width - left : 64;
            Word word = 0;
            for (std::size_t k = 0; k < count; ++k) word |= static_cast<Word>(mask[left + k] != 0) << k;
            bits[left / 64] = word;
        }
}

static void unpack_plane(const Word* bits, std::size_t height, std::size_t width, std::size_t stride,
                         std::uint8_t* mask) {
    for (std::size_t y = 0; y < height; ++y, mask += width, bits += stride)
        for (std::size_t x = 0; x < width; ++x) mask[x] = static_cast<std::uint8_t>(bits[x / 64] >> x % 64 & 1);
}
