// How a convolution is cut: outputs into blocks of channels, rows into chunks of columns, channels of the
// input into slices whose sums fit 16 bits.

constexpr std::size_t LANES = 16 * HALVES;  // bytes of a vector
constexpr std::size_t MOST_SUM = 32767;

static inline std::size_t taps_of(const PreparedConv& conv) { return conv.kernel * conv.kernel; }
static inline std::size_t ceiling(std::size_t a, std::size_t b) { return (a + b - 1) / b; }
static inline std::size_t line_up(std::size_t bytes) { return ceiling(bytes, 64) * 64; }

// Input channels of a slice, a multiple of 16: all of them where sums have 32 bits.
static inline std::size_t slice_channels(const PreparedConv& conv) {
    std::size_t whole = padded_channels(conv.in_channels);
    if (conv.kind != ConvKind::w1a4 || WIDE_SUMS) return whole;
    std::size_t most = MOST_SUM / (15 * taps_of(conv)) / CHANNEL_STEP * CHANNEL_STEP;
    return whole < most ? whole : most;
}

// Vectors of output channels that are computed together. A pair vector holds the last sixteen channels of
// two neighbouring pixels, where registers have two halves.
struct Block {
    std::size_t channel;  // the first of its output channels
    std::size_t vectors;  // 1 or 2: two bases of the same channels, or two vectors of them
    bool pair;
};

// Block i; false: there are no more.
static inline bool block_at(const PreparedConv& conv, std::size_t i, Block& block) {
    std::size_t step = padded_channels(conv.out_channels), full = step / LANES, each = conv.bases == 2 ? 1 : 2;
    std::size_t vector = i * each;
    if (vector < full) {
        block = {vector * LANES, conv.bases == 2 || vector + 1 < full ? 2u : 1u, false};
        return true;
    }
    block = {full * LANES, conv.bases, true};
    return i == ceiling(full, each) && step % LANES != 0;
}

// Columns of output in a chunk: tables of the rows that one row sees stay in the nearest cache.
static inline std::size_t chunk_columns(const PreparedConv& conv) {
    std::size_t bytes = slice_channels(conv) * 4 * conv.kernel * conv.step;
    std::size_t columns = 24576 / bytes / 8 * 8;
    return columns < 16 ? 16 : columns > 128 ? 128 : columns;
}

// Columns of codes that a chunk sees lie apart by parity for step 2, so that neighbouring outputs see
// neighbouring columns. Spare ones follow: vectors of outputs may reach over the end.
struct Columns {
    std::size_t kernel, step, count, spare, even;

    // For `outputs` columns of output.
    Columns(const PreparedConv& conv, std::size_t outputs)
        : kernel(conv.kernel), step(conv.step), count(step * (outputs - 1) + kernel), spare(16),
          even(step == 1 ? 0 : ceiling(step * (chunk_columns(conv) - 1) + kernel, 2) + spare) {}

    static std::size_t room(const PreparedConv& conv) {
        Columns all(conv, chunk_columns(conv));
        return (all.step == 1 ? all.count + all.spare : 2 * all.even) + 2;
    }
    // Where column i (0 is the leftmost that the first output sees) lies.
    std::size_t place(std::size_t i) const { return step == 1 ? i : (i & 1) * even + (i >> 1); }
};

// The four weight bits of a group for an output channel; 0 for channels added.
static inline std::uint8_t nibble(const PreparedConv& conv, const std::uint8_t* planes, std::size_t base,
                                  std::size_t channel, std::size_t tap, std::size_t group) {
    if (channel >= conv.out_channels) return 0;
    std::size_t bytes = ceiling(conv.in_channels, 8);
    const std::uint8_t* bits = planes + ((base * conv.out_channels + channel) * taps_of(conv) + tap) * bytes;
    return static_cast<std::uint8_t>(bits[group / 2] >> 4 * (group % 2) & 15);
}
