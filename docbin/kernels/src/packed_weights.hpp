// Weights of the file in the order in which the kernels read them.

// Of eight bits: [outputs / 16][taps][inputs / PRODUCTS][16][PRODUCTS].
static inline std::size_t products_of(const PreparedConv& conv) { return ceiling(conv.in_channels, PRODUCTS); }
static inline std::size_t product_bytes(const PreparedConv& conv) {
    return line_up(padded_channels(conv.out_channels) * taps_of(conv) * products_of(conv) * PRODUCTS * sizeof(ProductWeight));
}

static inline std::size_t conv_bytes(const PreparedConv& conv) {
    return conv.kind == ConvKind::w8a8 ? product_bytes(conv) : index_bytes(conv);
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
    if (conv.kind == ConvKind::w8a8)
        prepare_products(conv, static_cast<const std::int8_t*>(weight), static_cast<ProductWeight*>(data));
    else prepare_indices(conv, static_cast<const std::uint8_t*>(weight), static_cast<std::uint8_t*>(data));
}
