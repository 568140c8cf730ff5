// Weights of the file in the order in which the kernels read them.

static inline std::size_t conv_bytes(const PreparedConv& conv) {
    if (conv.kind != ConvKind::w8a8) return index_bytes(conv);
#if defined(DOCBIN_PERMUTE)
    if (is_few(conv)) return few_bytes(conv);
#endif
    return product_bytes(conv);
}

// Whether sums fit 16 bits, factors 14 and results 31.
static inline bool fits_narrow(const PreparedConv& conv) {
    std::int64_t most = static_cast<std::int64_t>(taps_of(conv) * conv.in_channels) *
                        (conv.kind == ConvKind::w8a8 ? 255 * 127 : conv.kind == ConvKind::w1a4 ? 15 : 1);
    std::size_t step = padded_channels(conv.out_channels);
    if (most > 32767) return false;
    for (std::size_t oc = 0; oc < conv.out_channels; ++oc) {
        std::int64_t total = conv.bias[oc] < 0 ? -conv.bias[oc] : conv.bias[oc];
        for (std::size_t base = 0; base < conv.bases; ++base) {
            std::int64_t mult = conv.mult[base * step + oc];
            mult = mult < 0 ? -mult : mult;
            if (mult >= 1 << 14) return false;
            total += most * mult;
        }
        if (total >= std::int64_t{1} << 31) return false;
    }
    return true;
}

static inline void prepare(PreparedConv& conv, const void* weight, void* data) {
    conv.data = data;
    conv.narrow = fits_narrow(conv);
    if (conv.kind != ConvKind::w8a8)
        return prepare_indices(conv, static_cast<const std::uint8_t*>(weight), static_cast<std::uint8_t*>(data));
    const auto* weights = static_cast<const std::int8_t*>(weight);
    auto* to = static_cast<ProductWeight*>(data);
#if defined(DOCBIN_PERMUTE)
    if (is_few(conv)) return prepare_few(conv, weights, to);
#endif
    prepare_products(conv, weights, to);
}
