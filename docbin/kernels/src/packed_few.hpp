#if defined(DOCBIN_PERMUTE)
// The same with four output channels at most, as in heads: lanes of sixteen outputs would stand idle. Vectors hold
// FEW_CODES codes of neighbouring pixels, which lie side by side: [row][codes / FEW_CODES][column][FEW_CODES].
constexpr std::size_t FEW = 4;  // output channels, and pixels whose results make sixteen

static inline bool is_few(const PreparedConv& conv) { return conv.out_channels <= FEW; }

static inline std::size_t few_parts(const PreparedConv& conv) { return ceiling(conv.in_channels, FEW_CODES); }

// [taps][parts][FEW outputs][FEW_CODES].
static inline std::size_t few_bytes(const PreparedConv& conv) {
    return line_up(taps_of(conv) * few_parts(conv) * FEW * FEW_CODES * sizeof(ProductWeight));
}

static inline void prepare_few(const PreparedConv& conv, const std::int8_t* weights, ProductWeight* to) {
    std::size_t taps = taps_of(conv);
    for (std::size_t tap = 0; tap < taps; ++tap)
        for (std::size_t part = 0; part < few_parts(conv); ++part)
            for (std::size_t k = 0; k < FEW * FEW_CODES; ++k) {
                std::size_t channel = k / FEW_CODES, in = part * FEW_CODES + k % FEW_CODES;
                bool there = channel < conv.out_channels && in < conv.in_channels;
                *to++ = there ? weights[(channel * taps + tap) * conv.in_channels + in] : ProductWeight{0};
            }
}

// Factors and bias of sixteen results: those of FEW channels, over and over.
struct FewScale {
    std::int32_t mult[16];
    std::int64_t bias[16];
    int shift;

    explicit FewScale(const PreparedConv& conv) : shift(conv.shift) {
        for (std::size_t i = 0; i < 16; ++i) {
            mult[i] = conv.mult[i % FEW];
            bias[i] = conv.bias[i % FEW];
        }
    }
    // Of FEW pixels, [pixel][channel].
    DOCBIN_INLINE Sixteen of(const std::int32_t* sums) const { return scaled_wide(sums, nullptr, mult, mult, bias, shift); }
};

// A row of output in a chunk, 2 FEW pixels at once.
static DOCBIN_APART void few_row(const PreparedConv& conv, const End& end, const Columns& columns, const ProductCode* codes,
                                 std::size_t y, std::size_t x, std::size_t count) {
    std::size_t parts = few_parts(conv), part = Columns::room(conv) * FEW_CODES, row = product_row(conv);
    FewScale scale(conv);
    Stage<Sixteen> stage(end, y, 0);
    for (std::size_t at = 0; at < count; at += 2 * FEW) {
        FewSums sums[2][FEW];
        times<2>([&](auto g) DOCBIN_INLINED { times<FEW>([&](auto o) DOCBIN_INLINED { sums[g][o] = no_few_sums(); }); });
        const auto* weights = static_cast<const ProductWeight*>(conv.data);
        for (std::size_t tap = 0; tap < taps_of(conv); ++tap) {
            const ProductCode* pixel = codes + tap / conv.kernel * row + (columns.place(tap % conv.kernel) + at) * FEW_CODES;
            for (std::size_t k = 0; k < parts; ++k, pixel += part, weights += FEW * FEW_CODES)
                times<FEW>([&](auto o) DOCBIN_INLINED {
                    times<2>([&](auto g) DOCBIN_INLINED {
                        add_few(sums[g][o], pixel + g * FEW * FEW_CODES, weights + o * FEW_CODES);
                    });
                });
        }
        times<2>([&](auto g) DOCBIN_INLINED {
            std::int32_t whole[16];
            store_few(whole, sums[g]);
            std::int16_t results[FEW][FEW];
            store16(results[0], scale.of(whole));
            for (std::size_t p = 0; p < FEW && at + g * FEW + p < count; ++p)
                stage.take(first_four(results[p]), x + at + g * FEW + p);
        });
    }
}

static inline void widen_few(const PreparedConv& conv, const std::uint8_t* row, std::ptrdiff_t left, std::size_t width,
                             const Columns& columns, ProductCode* to) {
    std::size_t step = padded_channels(conv.in_channels), part = Columns::room(conv) * FEW_CODES;
    for (std::size_t i = 0; i < columns.count; ++i) {
        std::ptrdiff_t u = left + static_cast<std::ptrdiff_t>(i);
        ProductCode* pixel = to + columns.place(i) * FEW_CODES;
        const std::uint8_t* codes = NO_CODES;
        if (row && u >= 0 && u < static_cast<std::ptrdiff_t>(width)) codes = row + static_cast<std::size_t>(u) * step;
        for (std::size_t c = 0; c < few_parts(conv); ++c) widen16(codes + c * FEW_CODES, pixel + c * part);
    }
}

static inline void few_rows(const PreparedConv& conv, const ConvBand& band, const BandEnd& band_end) {
    End end(band_end, conv.out_channels);
    for_each_chunk(conv, band, widen_few, [&](const Columns& columns, const ProductCode* codes, std::size_t y, std::size_t x,
                                              std::size_t outputs) { few_row(conv, end, columns, codes, y, x, outputs); });
}
#endif
