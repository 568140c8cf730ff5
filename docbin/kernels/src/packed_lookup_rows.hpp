// Look-ups in bands of rows, in chunks of columns.

// Where the parts of the room lie; bytes from its beginning.
struct LookupRoom {
    std::size_t columns, row_bytes, offsets, sums, windows, tables, wide, wide_row, wide_base, bytes;

    LookupRoom(const PreparedConv& conv, std::size_t count) {
        std::size_t groups = ceiling(slice_channels(conv), 8) * 2, seen = rows_seen(conv, count);
        std::size_t chunk = chunk_columns(conv);
        columns = Columns::room(conv);
        row_bytes = line_up(groups * columns * TABLE);
        offsets = 0;
        sums = line_up(taps_of(conv) * groups * sizeof(std::uint32_t));
        windows = sums + line_up(seen * columns * sizeof(std::int32_t));
        tables = windows + line_up((chunk + 16) * sizeof(std::int32_t));
        wide = tables + seen * row_bytes + 64 * LANES;
        wide_row = chunk * padded_channels(conv.out_channels);
        wide_base = count * wide_row;
        bytes = wide + (is_wide(conv) ? line_up(conv.bases * wide_base * sizeof(std::int32_t)) : 0);
    }
};

static inline void fill_offsets(const PreparedConv& conv, const LookupRoom& room, const Columns& columns,
                                std::size_t groups, std::uint32_t* offsets) {
    for (std::size_t tap = 0; tap < taps_of(conv); ++tap)
        for (std::size_t g = 0; g < groups; ++g)
            *offsets++ = static_cast<std::uint32_t>(tap / conv.kernel * room.row_bytes +
                                                    (g * room.columns + columns.place(tap % conv.kernel)) * TABLE);
}

static inline void look_up_rows(const PreparedConv& conv, const ConvBand& band, const BandEnd& band_end) {
    LookupRoom room(conv, band.count);
    auto* memory = static_cast<std::uint8_t*>(band.room);
    auto* offsets = reinterpret_cast<std::uint32_t*>(memory + room.offsets);
    auto* sums = reinterpret_cast<std::int32_t*>(memory + room.sums);
    auto* windows = reinterpret_cast<std::int32_t*>(memory + room.windows);
    auto* wide = is_wide(conv) ? reinterpret_cast<std::int32_t*>(memory + room.wide) : nullptr;
    const auto* data = static_cast<const std::uint8_t*>(conv.data);
    End end(band_end, conv.out_channels);
    bool signs = conv.kind == ConvKind::w1a1;
    std::size_t chunk = chunk_columns(conv), seen = rows_seen(conv, band.count);
    for (std::size_t x = 0; x < band.out_width; x += chunk) {
        std::size_t outputs = band.out_width - x < chunk ? band.out_width - x : chunk;
        Columns columns(conv, outputs);
        auto left = static_cast<std::ptrdiff_t>(x * conv.step) - static_cast<std::ptrdiff_t>(conv.kernel / 2);
        const std::uint8_t* weights = data + factors_bytes(conv);
        if (wide) std::memset(wide, 0, conv.bases * room.wide_base * sizeof(std::int32_t));
        for (std::size_t start = 0; start < conv.in_channels; start += slice_channels(conv)) {
            Slice slice(conv, start);
            std::size_t count = taps_of(conv) * slice.groups;
            fill_offsets(conv, room, columns, slice.groups, offsets);
            for (std::size_t r = 0; r < seen; ++r)
                build_row(conv, band.rows[r], left, band.in_width, columns, slice,
                          {memory + room.tables + r * room.row_bytes, TABLE, room.columns * TABLE, sums + r * room.columns});
            Lookups work{conv, reinterpret_cast<const Factors*>(data), offsets, count, room.row_bytes, memory + room.tables,
                         wide, room.wide_row, room.wide_base, static_cast<int>(NEUTRAL * count)};
            for (std::size_t y = 0; y < band.count; ++y) {
                if (!signs) sum_windows(conv, sums + y * conv.step * room.columns, columns, room.columns, outputs, windows);
                if (signs) look_up_row<true>(work, end, {y, x, outputs, windows}, weights);
                else look_up_row<false>(work, end, {y, x, outputs, windows}, weights);
            }
            weights += count * conv.bases * end.step;
        }
        for (std::size_t y = 0; wide && y < band.count; ++y)
            finish_wide(conv, end, wide + y * room.wide_row, room.wide_base, y, x, outputs);
    }
}
