// Bits of pixels against means that are sums of doubles. Included once per instruction set, inside its
// namespace: no header of the standard library here.

// Bits of gray <= (sums + above) share, the first pixel of a byte highest. A pixel is not above a number
// from 0 to 255 if it is not above that number rounded down. `ink` holds 8 * bytes zeros. The loops are
// plain; compilers vectorise them.
static void mean_bits(const std::uint8_t* __restrict gray, const double* __restrict sums,
                      const double* __restrict above, double share, std::size_t width, std::uint8_t* __restrict ink,
                      std::uint8_t* __restrict bits) {
    std::int32_t level[256];
    for (std::size_t start = 0; start < width; start += 256) {
        const std::size_t count = width - start < 256 ? width - start : 256;
        for (std::size_t i = 0; i < count; ++i)
            level[i] = static_cast<std::int32_t>((sums[start + i] + above[start + i]) * share);
        for (std::size_t i = 0; i < count; ++i) ink[start + i] = gray[start + i] <= level[i];
    }
    pack_row(ink, (width + 7) / 8, bits);
}
