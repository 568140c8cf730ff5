// Weights of one bit as packed_permute.hpp reads them. The tables of a pixel lie one after another, and so do
// neighbouring pixels: a row of the kernel sees one stretch of tables (two with step 2, where columns lie apart by
// parity). A step looks up in four tables, 64 bytes.

constexpr std::size_t STEP_GROUPS = 4;

// Tables of a pixel; of 4 bits they are made by sixteen channels, of which the upper eight may be left out.
static inline std::size_t groups_of(const PreparedConv& conv) {
    return conv.kind == ConvKind::w1a4 ? 2 * ceiling(conv.in_channels, 8) : ceiling(conv.in_channels, 4);
}

// Neighbouring columns that a row of the kernel sees: first, first + conv.step, ...
struct Stretch {
    std::size_t first, columns;
};
static inline std::size_t stretches_of(const PreparedConv& conv) { return conv.kernel == 1 ? 1 : conv.step; }
static inline Stretch stretch_at(const PreparedConv& conv, std::size_t i) {
    return {i, ceiling(conv.kernel - i, conv.step)};
}

// f(row of the kernel, stretch, first table of the step within the stretch, tables left in it) for every step.
template <class F>
static inline void for_each_step(const PreparedConv& conv, F f) {
    std::size_t groups = groups_of(conv);
    for (std::size_t row = 0; row < conv.kernel; ++row)
        for (std::size_t i = 0; i < stretches_of(conv); ++i) {
            Stretch stretch = stretch_at(conv, i);
            for (std::size_t g = 0; g < stretch.columns * groups; g += STEP_GROUPS)
                f(row, stretch, g, stretch.columns * groups - g);
        }
}
static inline std::size_t steps_of(const PreparedConv& conv) {
    std::size_t count = 0;
    for_each_step(conv, [&](std::size_t, Stretch, std::size_t, std::size_t) { ++count; });
    return count;
}

// Sixteen output channels of one base, four of which share the steps: block i has the units [4 i, 4 i + 4) of
// (channels, base), the bases of the same channels side by side.
static inline std::size_t units_of(const PreparedConv& conv) { return padded_channels(conv.out_channels) / 16 * conv.bases; }

// [blocks][steps][units of the block][16 channels][4 groups]: 16 x group + the four weight bits.
static inline std::size_t index_bytes(const PreparedConv& conv) { return units_of(conv) * steps_of(conv) * 64; }

static inline void prepare_indices(const PreparedConv& conv, const std::uint8_t* planes, std::uint8_t* to) {
    std::size_t groups = groups_of(conv), inside = ceiling(conv.in_channels, 4);
    for (std::size_t first = 0; first < units_of(conv); first += 4)
        for_each_step(conv, [&](std::size_t row, Stretch stretch, std::size_t g, std::size_t left) {
            for (std::size_t unit = first; unit < units_of(conv) && unit < first + 4; ++unit)
                for (std::size_t k = 0; k < 64; ++k) {
                    std::size_t channel = unit / conv.bases * 16 + k / 4, place = g + k % 4, group = place % groups;
                    std::size_t tap = row * conv.kernel + stretch.first + place / groups * conv.step;
                    bool there = k % 4 < left && group < inside;
                    std::uint8_t bits = there ? nibble(conv, planes, unit % conv.bases, channel, tap, group) : std::uint8_t{0};
                    *to++ = static_cast<std::uint8_t>(k % 4 << 4 | bits);
                }
        });
}
