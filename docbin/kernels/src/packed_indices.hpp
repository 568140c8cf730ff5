// Weights of one bit as packed_lookup.hpp reads them.

// The factors of every sixteen output channels; then indices of tables, [slices][blocks][taps][groups][vectors]
// [lanes]; pair vectors have 16 lanes.
static inline std::size_t lane_count(const Block& block) { return block.pair ? 16 : LANES; }

static inline std::size_t factors_bytes(const PreparedConv& conv) {
    return line_up(padded_channels(conv.out_channels) / 16 * sizeof(Factors));
}

static inline std::size_t index_bytes(const PreparedConv& conv) {
    return factors_bytes(conv) +
           line_up(padded_channels(conv.out_channels) * conv.bases * taps_of(conv) * ceiling(conv.in_channels, 4));
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

static inline void prepare_indices(const PreparedConv& conv, const std::uint8_t* planes, std::uint8_t* to) {
    if (conv.narrow) prepare_factors(conv, reinterpret_cast<Factors*>(to));
    to += factors_bytes(conv);
    Block block;
    for (std::size_t start = 0; start < conv.in_channels; start += slice_channels(conv)) {
        Slice slice(conv, start);
        for (std::size_t i = 0; block_at(conv, i, block); ++i)
            for (std::size_t tap = 0; tap < taps_of(conv); ++tap)
                for (std::size_t group = 0; group < slice.groups; ++group)
                    for (std::size_t v = 0; v < block.vectors; ++v)
                        for (std::size_t lane = 0; lane < lane_count(block); ++lane) {
                            std::size_t base = conv.bases == 2 ? v : 0;
                            std::size_t channel = block.channel + lane + (conv.bases == 2 ? 0 : v * lane_count(block));
                            *to++ = nibble(conv, planes, base, channel, tap, start / 4 + group);
                        }
    }
}
