// Rows of a page at twice its size, by Keys' cubic a quarter pixel beside the old pixels. Included once per
// instruction set, inside its namespace: no header of the standard library here.

// In 128ths; of a pixel before, the two that it lies between, and the one after.
static constexpr std::int16_t CUBIC[4] = {-9, 111, 29, -3};

// rows: one for each tap. column: room for width + 4. out: 2 width bytes.
static void doubled_row(const std::uint8_t* const* rows, std::size_t width, std::int16_t* column, std::uint8_t* out) {
    const std::uint8_t *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
    // Less 128, so that it fits in 16 bits: the taps' sizes add up to 152.
    for (std::size_t x = 0; x < width; ++x)
        column[x + 2] = static_cast<std::int16_t>(CUBIC[0] * (a[x] - 128) + CUBIC[1] * (b[x] - 128) +
                                                  CUBIC[2] * (c[x] - 128) + CUBIC[3] * (d[x] - 128));
    column[0] = column[1] = column[2];
    column[width + 2] = column[width + 3] = column[width + 1];
    for (std::size_t x = 0; x < width; ++x) {
        const std::int16_t* near = column + x;
        // Rounded once, at the end.
        std::int32_t left = near[3] * CUBIC[0] + near[2] * CUBIC[1] + near[1] * CUBIC[2] + near[0] * CUBIC[3];
        std::int32_t right = near[1] * CUBIC[0] + near[2] * CUBIC[1] + near[3] * CUBIC[2] + near[4] * CUBIC[3];
        left = (left + (128 << 14) + (1 << 13)) >> 14;
        right = (right + (128 << 14) + (1 << 13)) >> 14;
        out[2 * x] = static_cast<std::uint8_t>(left < 0 ? 0 : left > 255 ? 255 : left);
        out[2 * x + 1] = static_cast<std::uint8_t>(right < 0 ? 0 : right > 255 ? 255 : right);
    }
}
