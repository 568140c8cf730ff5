// Rows of bits as files have them: eight pixels a byte, the first one in the highest bit. Included
// once per instruction set, inside its namespace: no header of the standard library here.

// `ink` holds 8 * bytes values 0 or 1 (zeros beyond the width).
static inline void pack_row(const std::uint8_t* ink, std::size_t bytes, std::uint8_t* bits) {
    for (std::size_t i = 0; i < bytes; ++i) {
        std::uint64_t eight = 0;
        for (int k = 0; k < 8; ++k) eight |= std::uint64_t{ink[8 * i + k]} << (8 * k);  // one load
        // Pixel k stands in bit 8 k; the factor's bit 63 - 9 k moves it to bit 63 - k.
        bits[i] = static_cast<std::uint8_t>((eight * 0x8040201008040201ull) >> 56);
    }
}
