// Weights of the file in the order in which the kernels read them.

// Bytes of what stands before the weights: the factors of every sixteen output channels.
static inline std::size_t factors_bytes(const PreparedConv& conv) {
    return line_up(padded_channels(conv.out_channels) / 16 * sizeof(Factors));
}

// Of one bit: indices of tables, [slices][blocks][taps][groups][vectors][lanes]; pair vectors have 16 lanes.
static inline std::size_t lane_count(const Block& block) { return block.pair ? 16 : LANES; }

static inline std::size_t index_bytes(const PreparedConv& conv) {
    return line_up(padded_channels(conv.out_channels) * conv.bases * taps_of(conv) * ceiling(conv.in_channels, 4));
}

// Of eight bits: int16, [outputs / 16][taps][pairs of inputs][16][2].
static inline std::size_t pairs_of(const PreparedConv& conv) { return ceiling(conv.in_channels, 2); }
static inline std::size_t product_bytes(const PreparedConv& conv) {
    return line_up(padded_channels(conv.out_channels) * taps_of(conv) * pairs_of(conv) * 2 * sizeof(std::int16_t));
}

static inline std::size_t conv_bytes(const PreparedConv& conv) {
    return factors_bytes(conv) + (conv.kind == ConvKind::w8a8 ? product_bytes(conv) : index_bytes(conv));
}

// The four weight bits of a group for an output channel; 0 for channels added.
static inline std::uint8_t nibble(const PreparedConv& conv, const std::uint8_t* planes, std::size_t base,
                                  std::size_t channel, std::size_t tap, std::size_t group) {
    if (channel >= conv.out_channels) return 0;
    std::size_t bytes = ceiling(conv.in_channels, 8);
    const std::uint8_t* bits = planes + ((base * conv.out_channels + channel) * taps_of(conv) + tap) * bytes;
    return static_cast<std::uint8_t>(bits[group / 2] >> 4 * (group % 2) & 15);
}

static inline void prepare_indices(const PreparedConv& conv, const std::uint8_t* planes, std::uint8_t* to) {
    Block block;
    for (std::size_t start = 0; start < conv.in_channels; start += slice_channels(conv)) {
        Slice slice(conv, start);
        for (std::size_t i = 0; block_at(conv, i, block); ++i)
            for (std::size_t tap = 0; tap < taps_of(conv); ++tap)
                for (std::size_t group = 0; group < slice.groups; ++group)
                    for (std::size_t v = 0; v < block.vectors; ++v)
                        for (std::size_t lane = 0; lane < lane_count(block); ++lane) {
                            std::size_t base = conv.bases == 2 ? v : 0;
                            std::size_t channel = block.channel + lane + (conv.bases == 2 ? 0 : v * LANES);
                            *to++ = nibble(conv, planes, base, channel, tap, start / 4 + group);
                        }
    }
}

static inline void prepare_products(const PreparedConv& conv, const std::int8_t* weights, std::int16_t* to) {
    std::size_t outputs = padded_channels(conv.out_channels), taps = taps_of(conv);
    for (std::size_t block = 0; block < outputs; block += 16)
        for (std::size_t tap = 0; tap < taps; ++tap)
            for (std::size_t pair = 0; pair < pairs_of(conv); ++pair)
                for (std::size_t k = 0; k < 32; ++k) {
                    std::size_t channel = block + k / 2, in = 2 * pair + k % 2;
                    bool there = channel < conv.out_channels && in < conv.in_channels;
                    *to++ = there ? weights[(channel * taps + tap) * conv.in_channels + in] : std::int16_t{0};
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

static inline void prepare_factors(const PreparedConv& conv, Factors* to) {
    std::size_t step = padded_channels(conv.out_channels);
    for (std::size_t oc = 0; oc < step; ++oc) {
        Factors& f = to[oc / 16];
        std::size_t place = factor_place(oc % 16);
        f.pairs[2 * place] = static_cast<std::int16_t>(conv.mult[oc]);
        f.pairs[2 * place + 1] = static_cast<std::int16_t>(conv.bases == 2 ? conv.mult[step + oc] : 0);
        f.bias[place] = static_cast<std::int32_t>(conv.bias[oc]);
    }
}

static inline void prepare(PreparedConv& conv, const void* weight, void* data) {
    conv.data = data;
    conv.narrow = fits_narrow(conv);
    if (conv.narrow) prepare_factors(conv, static_cast<Factors*>(data));
    auto* to = static_cast<std::uint8_t*>(data) + factors_bytes(conv);
    if (conv.kind == ConvKind::w8a8)
        prepare_products(conv, static_cast<const std::int8_t*>(weight), reinterpret_cast<std::int16_t*>(to));
    else prepare_indices(conv, static_cast<const std::uint8_t*>(weight), to);
}
