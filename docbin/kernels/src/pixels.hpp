// Per-pixel kernels. Included once per instruction set, inside its namespace: no header of the
// standard library may be used here, or the linker could pick code of the wrong instruction set.

static void rgb_to_gray(const std::uint8_t* rgb, std::size_t count, std::uint8_t* gray) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint8_t* p = rgb + 3 * i;
        gray[i] = static_cast<std::uint8_t>((19595u * p[0] + 38470u * p[1] + 7471u * p[2] + 32768u) >> 16);
    }
}

static void histogram(const std::uint8_t* gray, std::size_t count, std::int64_t* bins) {
    // Four tables: equal neighbours would otherwise wait for each other's store.
    std::uint32_t part[4][256] = {};
    std::size_t i = 0;
    while (i + 4 <= count) {
        // A 32-bit counter holds 2^32 - 1, so flush long before.
        std::size_t stop = count - i > (std::size_t{1} << 30) ? i + (std::size_t{1} << 30) : count;
        for (; i + 4 <= stop; i += 4)
            for (int k = 0; k < 4; ++k) ++part[k][gray[i + k]];
        for (int v = 0; v < 256; ++v)
            for (int k = 0; k < 4; ++k) {
                bins[v] += part[k][v];
                part[k][v] = 0;
            }
    }
    for (; i < count; ++i) ++bins[gray[i]];
}
