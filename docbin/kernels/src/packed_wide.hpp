// What both ways to look up share: sums of 32 bits, and sums of codes.

// Results of sums of 32 bits, for the rows and columns of a chunk.
static inline void finish_wide(const PreparedConv& conv, const End& end, const std::int32_t* sums, std::size_t base,
                               std::size_t y, std::size_t x, std::size_t count) {
    for (std::size_t c = 0; c < end.step; c += 16) {
        Stage<Sixteen> stage(end, y, c);
        const std::int32_t* other = conv.mult + (conv.bases - 1) * end.step + c;
        for (std::size_t i = 0; i < count; ++i) {
            const std::int32_t* first = sums + i * end.step + c;
            const std::int32_t* second = conv.bases == 2 ? first + base : nullptr;
            stage.take(scaled_wide(first, second, conv.mult + c, other, conv.bias + c, conv.shift), x + i);
        }
    }
}

static inline std::size_t rows_seen(const PreparedConv& conv, std::size_t count) {
    return (count - 1) * conv.step + conv.kernel;
}

static inline bool is_wide(const PreparedConv& conv) {
    return !conv.narrow || slice_channels(conv) < conv.in_channels;
}

// Sums of all codes in the window of each output.
static inline void sum_windows(const PreparedConv& conv, const std::int32_t* sums, const Columns& columns,
                               std::size_t row, std::size_t count, std::int32_t* windows) {
    for (std::size_t x = 0; x < count; ++x) windows[x] = 0;
    for (std::size_t i = 0; i < conv.kernel; ++i)
        for (std::size_t j = 0; j < conv.kernel; ++j) {
            const std::int32_t* seen = sums + i * row + columns.place(j);
            for (std::size_t x = 0; x < count; ++x) windows[x] += seen[x];
        }
}
