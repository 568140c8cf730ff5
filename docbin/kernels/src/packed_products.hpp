// Convolutions with weights and codes of eight bits: sums of PRODUCTS products in 32 bits, exact whatever the
// numbers; lanes are output channels. (Sums of two products of bytes do not fit 16 bits.)

// Weights: [outputs / 16][taps][inputs / PRODUCTS][16][PRODUCTS].
static inline std::size_t products_of(const PreparedConv& conv) { return ceiling(conv.in_channels, PRODUCTS); }
static inline std::size_t product_bytes(const PreparedConv& conv) {
    return line_up(padded_channels(conv.out_channels) * taps_of(conv) * products_of(conv) * PRODUCTS * sizeof(ProductWeight));
}

static inline void prepare_products(const PreparedConv& conv, const std::int8_t* weights, ProductWeight* to) {
    std::size_t outputs = padded_channels(conv.out_channels), taps = taps_of(conv);
    for (std::size_t block = 0; block < outputs; block += 16)
        for (std::size_t tap = 0; tap < taps; ++tap)
            for (std::size_t i = 0; i < products_of(conv); ++i)
                for (std::size_t k = 0; k < 16 * PRODUCTS; ++k) {
                    std::size_t channel = block + k / PRODUCTS, in = PRODUCTS * i + k % PRODUCTS;
                    bool there = channel < conv.out_channels && in < conv.in_channels;
                    *to++ = there ? weights[(channel * taps + tap) * conv.in_channels + in] : ProductWeight{0};
                }
}

// Codes of a row, [columns][padded channels], where the chunk's columns lie.
static inline std::size_t product_row(const PreparedConv& conv) { return Columns::room(conv) * padded_channels(conv.in_channels); }

static inline std::size_t product_room(const PreparedConv& conv, std::size_t count) {
    return line_up(rows_seen(conv, count) * product_row(conv) * sizeof(ProductCode));
}

static inline void widen_row(const PreparedConv& conv, const std::uint8_t* row, std::ptrdiff_t left, std::size_t width,
                             const Columns& columns, ProductCode* to) {
    std::size_t step = padded_channels(conv.in_channels);
    for (std::size_t i = 0; i < columns.count; ++i) {
        std::ptrdiff_t u = left + static_cast<std::ptrdiff_t>(i);
        ProductCode* pixel = to + columns.place(i) * step;
        const std::uint8_t* codes = NO_CODES;
        if (row && u >= 0 && u < static_cast<std::ptrdiff_t>(width)) codes = row + static_cast<std::size_t>(u) * step;
        for (std::size_t c = 0; c < step; c += 16) widen16(codes + c, pixel + c);
    }
}

// U times sixteen output channels along a row of a chunk; not WHOLE: the first eight of sixteen are enough.
template <std::size_t U, bool WHOLE>
static DOCBIN_APART void product_block(const PreparedConv& conv, const End& end, const Columns& columns,
                                       const ProductCode* codes, std::size_t channel, std::size_t y, std::size_t x,
                                       std::size_t count) {
    constexpr std::size_t P = WHOLE && !WIDE_SUMS ? 4 : 8;
    std::size_t products = products_of(conv), each = padded_channels(conv.in_channels), row = product_row(conv);
    std::size_t unit = taps_of(conv) * products * 16 * PRODUCTS;
    const auto* data = static_cast<const ProductWeight*>(conv.data) + channel / 16 * unit;
    ProductScale<U> scale(conv, channel);
    for (std::size_t at = 0; at < count; at += P) {
        Sums sums[P][U];
        times<P>([&](auto p) DOCBIN_INLINED { times<U>([&](auto u) DOCBIN_INLINED { sums[p][u] = no_sums(); }); });
        const ProductWeight* weights = data;
        for (std::size_t tap = 0; tap < taps_of(conv); ++tap) {
            const ProductCode* pixel = codes + tap / conv.kernel * row + (columns.place(tap % conv.kernel) + at) * each;
            for (std::size_t k = 0; k < products; ++k, weights += 16 * PRODUCTS)
                times<P>([&](auto p) DOCBIN_INLINED {
                    times<U>([&](auto u) DOCBIN_INLINED {
                        add_products<WHOLE>(sums[p][u], pixel + p * each + PRODUCTS * k, weights + u * unit);
                    });
                });
        }
        Stage<Several<U>> stage(end, y, channel);
        if constexpr (WIDE_SUMS)  // sums stay in registers
            times<P>([&](auto p) DOCBIN_INLINED {
                if (at + p < count) stage.take(scale.of(sums[p]), x + at + p);
            });
        else
            for (std::size_t p = 0; p < P && at + p < count; ++p) stage.take(scale.of(sums[p]), x + at + p);
    }
}

// Returns how many channels that were.
static inline std::size_t product_part(const PreparedConv& conv, const End& end, const Columns& columns,
                                       const ProductCode* codes, std::size_t channel, std::size_t y, std::size_t x,
                                       std::size_t count) {
    constexpr std::size_t U = PRODUCT_UNITS;
    if (U > 1 && end.step - channel >= U * 16) {
        product_block<U, true>(conv, end, columns, codes, channel, y, x, count);
        return U * 16;
    }
    if (conv.out_channels - channel > 8) product_block<1, true>(conv, end, columns, codes, channel, y, x, count);
    else product_block<1, false>(conv, end, columns, codes, channel, y, x, count);
    return 16;
}

// Codes of the rows that a chunk sees, by widen(conv, row, left, width, columns, to); then finish(the chunk's columns,
// codes of the first row seen, y, x, outputs) for every row of the band.
template <class Widen, class Finish>
static inline void for_each_chunk(const PreparedConv& conv, const ConvBand& band, Widen widen, Finish finish) {
    auto* codes = static_cast<ProductCode*>(band.room);
    std::size_t chunk = chunk_columns(conv), row = product_row(conv), seen = rows_seen(conv, band.count);
    for (std::size_t x = 0; x < band.out_width; x += chunk) {
        std::size_t outputs = band.out_width - x < chunk ? band.out_width - x : chunk;
        Columns columns(conv, outputs);
        auto left = static_cast<std::ptrdiff_t>(x * conv.step) - static_cast<std::ptrdiff_t>(conv.kernel / 2);
        for (std::size_t r = 0; r < seen; ++r)
            widen(conv, static_cast<const std::uint8_t*>(band.rows[r]), left, band.in_width, columns, codes + r * row);
        for (std::size_t y = 0; y < band.count; ++y) finish(columns, codes + y * conv.step * row, y, x, outputs);
    }
}

static inline void product_rows(const PreparedConv& conv, const ConvBand& band, const BandEnd& band_end) {
    End end(band_end, conv.out_channels);
    for_each_chunk(conv, band, widen_row, [&](const Columns& columns, const ProductCode* codes, std::size_t y, std::size_t x,
                                              std::size_t outputs) {
        for (std::size_t channel = 0; channel < end.step;)
            channel += product_part(conv, end, columns, codes, channel, y, x, outputs);
    });
}
