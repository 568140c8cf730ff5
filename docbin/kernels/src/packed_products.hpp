// Convolutions with weights and codes of eight bits: sums of PRODUCTS products in 32 bits, exact whatever the
// numbers; lanes are output channels. (Sums of two products of bytes do not fit 16 bits.)

// Codes of a row, [columns][padded channels], where the chunk's columns lie.
static inline std::size_t product_row(const PreparedConv& conv) { return Columns::room(conv) * padded_channels(conv.in_channels); }

static inline std::size_t product_room(const PreparedConv& conv, std::size_t count) {
    return line_up(((count - 1) * conv.step + conv.kernel) * product_row(conv) * sizeof(ProductCode));
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

// Sixteen output channels along a row of a chunk, or the first eight of them.
template <bool WHOLE>
static inline void product_block(const PreparedConv& conv, const End& end, const Columns& columns,
                                 const ProductCode* codes, std::size_t channel, std::size_t y, std::size_t x,
                                 std::size_t count) {
    constexpr std::size_t P = WHOLE && !WIDE_SUMS ? 4 : 8;
    std::size_t products = products_of(conv), each = padded_channels(conv.in_channels), row = product_row(conv);
    const auto* data = static_cast<const ProductWeight*>(conv.data);
    for (std::size_t at = 0; at < count; at += P) {
        Sums sums[P];
        times<P>([&](auto p) DOCBIN_INLINED { sums[p] = no_sums(); });
        const ProductWeight* weights = data + channel * taps_of(conv) * products * PRODUCTS;
        for (std::size_t tap = 0; tap < taps_of(conv); ++tap) {
            const ProductCode* pixel = codes + tap / conv.kernel * row + (columns.place(tap % conv.kernel) + at) * each;
            for (std::size_t k = 0; k < products; ++k, weights += 16 * PRODUCTS)
                times<P>([&](auto p) DOCBIN_INLINED { add_products<WHOLE>(sums[p], pixel + p * each + PRODUCTS * k, weights); });
        }
        Stage stage(end, y, channel);
        for (std::size_t p = 0; p < P && at + p < count; ++p) {
            std::int32_t whole[16];
            store_sums(whole, sums[p]);
            stage.take(scaled_wide(whole, nullptr, conv.mult + channel, conv.mult + channel, conv.bias + channel, conv.shift),
                       x + at + p);
        }
    }
}

static inline void product_part(const PreparedConv& conv, const End& end, const Columns& columns,
                                const ProductCode* codes, std::size_t channel, std::size_t y, std::size_t x,
                                std::size_t count) {
    if (conv.out_channels - channel > 8) product_block<true>(conv, end, columns, codes, channel, y, x, count);
    else product_block<false>(conv, end, columns, codes, channel, y, x, count);
}

static inline void product_rows(const PreparedConv& conv, const ConvBand& band, const BandEnd& band_end) {
    End end(band_end, conv.out_channels);
    auto* codes = static_cast<ProductCode*>(band.room);
    std::size_t chunk = chunk_columns(conv), row = product_row(conv);
    std::size_t seen = (band.count - 1) * conv.step + conv.kernel;
    for (std::size_t x = 0; x < band.out_width; x += chunk) {
        std::size_t outputs = band.out_width - x < chunk ? band.out_width - x : chunk;
        Columns columns(conv, outputs);
        auto left = static_cast<std::ptrdiff_t>(x * conv.step) - static_cast<std::ptrdiff_t>(conv.kernel / 2);
        for (std::size_t r = 0; r < seen; ++r)
            widen_row(conv, static_cast<const std::uint8_t*>(band.rows[r]), left, band.in_width, columns, codes + r * row);
        for (std::size_t channel = 0; channel < end.step; channel += 16)
            for (std::size_t y = 0; y < band.count; ++y)
                product_part(conv, end, columns, codes + y * conv.step * row, channel, y, x, outputs);
    }
}
