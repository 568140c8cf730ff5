// Rows of streams: what changes numbers, sixteen channels at once.

static void add_rows(const std::int16_t* a, const std::int16_t* b, std::size_t width, std::size_t step, std::int16_t* out) {
    for (std::size_t i = 0; i < width * step; i += 16) store16(out + i, sum_limited(load16(a + i), load16(b + i)));
}

static void rprelu_row(const std::int16_t* in, std::size_t width, std::size_t step, const Rprelu& p, std::int16_t* out) {
    for (std::size_t x = 0; x < width; ++x, in += step, out += step)
        for (std::size_t c = 0; c < step; c += 16) store16(out + c, rprelu16(load16(in + c), p, c));
}

static void quantise_row(const std::int16_t* in, std::size_t width, std::size_t channels, const Quantiser& q, void* codes) {
    std::size_t step = padded_channels(channels), words = ceiling(channels, 64);
    Sixteen most = sixteen(q.bits == 1 ? 0 : (1 << q.bits) - 1);
    for (std::size_t x = 0; x < width; ++x, in += step)
        for (std::size_t c = 0; c < step; c += 16) {
            if (q.bits != 1) store_codes(static_cast<std::uint8_t*>(codes) + x * step + c, codes16(load16(in + c), q, c, most));
            else store_sign_bits(sum_limited(load16(in + c), load16(q.shift + c)), c, channels,
                                 static_cast<std::uint64_t*>(codes) + x * words);
        }
}

// F of the four pixels of each square.
template <class F>
static inline void pool_row(const std::int16_t* top, const std::int16_t* bottom, std::size_t width, std::size_t step,
                            std::int16_t* out, F f) {
    for (std::size_t x = 0; x < width; ++x, top += 2 * step, bottom += 2 * step, out += step)
        for (std::size_t c = 0; c < step; c += 16)
            store16(out + c, f(load16(top + c), load16(top + step + c), load16(bottom + c), load16(bottom + step + c)));
}

static void average_row(const std::int16_t* top, const std::int16_t* bottom, std::size_t width, std::size_t step,
                        std::int16_t* out) {
    pool_row(top, bottom, width, step, out, [](Sixteen a, Sixteen b, Sixteen c, Sixteen d) { return mean_of_four(a, b, c, d); });
}

static void largest_row(const std::int16_t* top, const std::int16_t* bottom, std::size_t width, std::size_t step,
                        std::int16_t* out) {
    pool_row(top, bottom, width, step, out,
             [](Sixteen a, Sixteen b, Sixteen c, Sixteen d) { return larger(larger(a, b), larger(c, d)); });
}

static void largest_of_nine(const std::int16_t* const* three, std::size_t in_width, std::size_t step, std::int16_t* out) {
    for (std::size_t x = 0; 2 * x < in_width; ++x, out += step)
        for (std::size_t c = 0; c < step; c += 16) {
            Sixteen most = load16(three[1] + 2 * x * step + c);
            for (int row = 0; row < 3; ++row)
                for (std::size_t u = x ? 2 * x - 1 : 0; three[row] && u < in_width && u <= 2 * x + 1; ++u)
                    most = larger(most, load16(three[row] + u * step + c));
            store16(out + c, most);
        }
}

static void upsample_row(const std::int16_t* in, std::size_t width, std::size_t step, std::int16_t* out) {
    for (std::size_t x = 0; x < width; ++x, in += step, out += 2 * step)
        for (std::size_t c = 0; c < step; c += 16) {
            Sixteen value = load16(in + c);
            store16(out + c, value);
            store16(out + step + c, value);
        }
}

static void upsample_add_row(const std::int16_t* in, const std::int16_t* other, std::size_t width, std::size_t step,
                             std::int16_t* out) {
    for (std::size_t x = 0; x < width; ++x, in += step, other += 2 * step, out += 2 * step)
        for (std::size_t c = 0; c < step; c += 16) {
            Sixteen value = load16(in + c);
            store16(out + c, sum_limited(value, load16(other + c)));
            store16(out + step + c, sum_limited(value, load16(other + step + c)));
        }
}
