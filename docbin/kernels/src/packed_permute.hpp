// Convolutions with weights of one bit by looking up in four tables at once: a byte permutation finds, for sixteen
// output channels, what four groups of input channels add, and a dot product sums the four in 32 bits.

// Where a step's tables lie from the first of a pixel's, and what its four look-ups count: 0 beyond the stretch.
struct Step {
    std::uint32_t offset, factors;
};

// Where the parts of the room lie; bytes from its beginning.
struct LookupRoom {
    std::size_t columns, pixel, row_bytes, steps, sums, windows, tables, wide, wide_row, wide_base, bytes;

    LookupRoom(const PreparedConv& conv, std::size_t count) {
        std::size_t seen = rows_seen(conv, count), chunk = chunk_columns(conv);
        columns = Columns::room(conv);
        pixel = groups_of(conv) * TABLE;
        row_bytes = line_up(columns * pixel);
        steps = 0;
        sums = line_up(steps_of(conv) * sizeof(Step));
        windows = sums + line_up(seen * columns * sizeof(std::int32_t));
        tables = windows + line_up((chunk + 16) * sizeof(std::int32_t));
        wide = tables + seen * row_bytes + 256;
        wide_row = chunk * padded_channels(conv.out_channels);
        wide_base = count * wide_row;
        bytes = wide + (is_wide(conv) ? line_up(conv.bases * wide_base * sizeof(std::int32_t)) : 0);
    }
};

// What a call has in its room, and what its chunk looks like.
struct Lookups {
    const PreparedConv& conv;
    const LookupRoom& room;
    const Step* steps;
    std::size_t count;  // of steps
    const std::uint8_t* tables;
    std::int32_t* wide;  // [bases][rows][room columns][padded out], null on the narrow path
};

// The columns of a row of output, and what their sums begin with.
struct Outputs {
    std::size_t y, x, count;
    const std::int32_t* begin;
};

// Results that fit 32 bits.
static DOCBIN_INLINE Sixteen scaled_sums(__m512i a, __m512i b, bool two, const Lookups& work, std::size_t channel) {
    const std::int32_t *mult = work.conv.mult + channel, *other = mult + padded_channels(work.conv.out_channels);
    const std::int64_t* bias = work.conv.bias + channel;
    __m512i total = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi64_epi32(_mm512_loadu_si512(bias))),
                                       _mm512_cvtepi64_epi32(_mm512_loadu_si512(bias + 8)), 1);
    total = _mm512_add_epi32(total, _mm512_mullo_epi32(a, _mm512_loadu_si512(mult)));
    if (two) total = _mm512_add_epi32(total, _mm512_mullo_epi32(b, _mm512_loadu_si512(other)));
    return {_mm512_cvtsepi32_epi16(_mm512_sra_epi32(total, _mm_cvtsi32_si128(work.conv.shift)))};
}

// Sums of P pixels for the sixteen channels of a unit, and of the same channels in the second base.
template <std::size_t P, std::size_t V>
static DOCBIN_INLINE void put(const Lookups& work, const End& end, const Outputs& outputs, std::size_t at,
                              std::size_t unit, const __m512i (&sums)[P][V], std::size_t v, std::size_t w) {
    std::size_t channel = unit / work.conv.bases * 16;
    bool two = work.conv.bases == 2;
    if (work.wide) {
        for (std::size_t p = 0; p < P && at + p < outputs.count; ++p) {
            std::int32_t* to = work.wide + outputs.y * work.room.wide_row + (at + p) * end.step + channel;
            _mm512_storeu_si512(to, sums[p][v]);
            if (two) _mm512_storeu_si512(to + work.room.wide_base, sums[p][w]);
        }
        return;
    }
    Stage stage(end, outputs.y, channel);
    times<P>([&](auto p) DOCBIN_INLINED {
        if (at + p < outputs.count) stage.take(scaled_sums(sums[p][v], sums[p][w], two, work, channel), outputs.x + at + p);
    });
}

// V units along a row, P pixels at once. Everything is indexed by constants, so that it stays in registers.
template <std::size_t V, std::size_t P>
static void look_up_block(const Lookups& work, const End& end, std::size_t unit, const Outputs& outputs,
                          const std::uint8_t* weights) {
    std::size_t pixel = work.room.pixel;
    const std::uint8_t* row = work.tables + outputs.y * work.conv.step * work.room.row_bytes;
    for (std::size_t at = 0; at < outputs.count; at += P) {
        __m512i sums[P][V];
        times<P>([&](auto p) DOCBIN_INLINED {
            times<V>([&](auto v) DOCBIN_INLINED { sums[p][v] = _mm512_set1_epi32(outputs.begin[at + p]); });
        });
        const std::uint8_t* first = row + at * pixel;
        for (std::size_t s = 0; s < work.count; ++s) {
            const std::uint8_t* table = first + work.steps[s].offset;
            const __m512i factors = _mm512_set1_epi32(static_cast<int>(work.steps[s].factors));
            __m512i index[V];
            times<V>([&](auto v) DOCBIN_INLINED { index[v] = _mm512_loadu_si512(weights + (s * V + v) * 64); });
            times<P>([&](auto p) DOCBIN_INLINED {
                __m512i four = _mm512_loadu_si512(table + p * pixel);
                in_order(four);  // read once
                times<V>([&](auto v) DOCBIN_INLINED {
                    sums[p][v] = _mm512_dpbusd_epi32(sums[p][v], _mm512_permutexvar_epi8(index[v], four), factors);
                    in_order(sums[p][v]);
                });
            });
        }
        if (work.conv.bases == 2)
            times<V / 2>([&](auto v) DOCBIN_INLINED { put(work, end, outputs, at, unit + 2 * v, sums, 2 * v, 2 * v + 1); });
        else times<V>([&](auto v) DOCBIN_INLINED { put(work, end, outputs, at, unit + v, sums, v, v); });
    }
}

static inline void look_up_row(const Lookups& work, const End& end, const Outputs& outputs, const std::uint8_t* weights) {
    for (std::size_t unit = 0; unit < units_of(work.conv); unit += 4) {
        std::size_t left = units_of(work.conv) - unit;
        if (left >= 4) look_up_block<4, 4>(work, end, unit, outputs, weights);
        else if (left == 3) look_up_block<3, 4>(work, end, unit, outputs, weights);
        else if (left == 2) look_up_block<2, 8>(work, end, unit, outputs, weights);
        else look_up_block<1, 8>(work, end, unit, outputs, weights);
        weights += work.count * 4 * 64;
    }
}

// Of 4 bits A = 2 L - (sum of all codes), of 1 bit L - (what all neutral tables add); sums begin with the latter.
static inline std::uint32_t factor_of(const PreparedConv& conv) { return conv.kind == ConvKind::w1a4 ? 0x02020202u : 0x01010101u; }

static inline void fill_steps(const PreparedConv& conv, const LookupRoom& room, const Columns& columns, Step* steps) {
    for_each_step(conv, [&](std::size_t row, Stretch stretch, std::size_t g, std::size_t left) {
        std::size_t offset = row * room.row_bytes + columns.place(stretch.first) * room.pixel + g * TABLE;
        std::uint32_t counted = left < 4 ? (1u << 8 * left) - 1 : ~0u;
        *steps++ = {static_cast<std::uint32_t>(offset), factor_of(conv) & counted};
    });
}

static inline void look_up_rows(const PreparedConv& conv, const ConvBand& band, const BandEnd& band_end) {
    LookupRoom room(conv, band.count);
    auto* memory = static_cast<std::uint8_t*>(band.room);
    auto* steps = reinterpret_cast<Step*>(memory + room.steps);
    auto* sums = reinterpret_cast<std::int32_t*>(memory + room.sums);
    auto* windows = reinterpret_cast<std::int32_t*>(memory + room.windows);
    auto* wide = is_wide(conv) ? reinterpret_cast<std::int32_t*>(memory + room.wide) : nullptr;
    End end(band_end, conv.out_channels);
    Slice slice(conv, 0);
    std::size_t chunk = chunk_columns(conv), seen = rows_seen(conv, band.count);
    auto neutral = static_cast<std::int32_t>(NEUTRAL * taps_of(conv) * slice.groups);
    for (std::size_t x = 0; x < chunk + 16; ++x) windows[x] = -neutral;
    Lookups work{conv, room, steps, steps_of(conv), memory + room.tables, wide};
    for (std::size_t x = 0; x < band.out_width; x += chunk) {
        std::size_t outputs = band.out_width - x < chunk ? band.out_width - x : chunk;
        Columns columns(conv, outputs);
        fill_steps(conv, room, columns, steps);
        auto left = static_cast<std::ptrdiff_t>(x * conv.step) - static_cast<std::ptrdiff_t>(conv.kernel / 2);
        for (std::size_t r = 0; r < seen; ++r)
            build_row(conv, band.rows[r], left, band.in_width, columns, slice,
                      {memory + room.tables + r * room.row_bytes, room.pixel, TABLE, sums + r * room.columns});
        for (std::size_t y = 0; y < band.count; ++y) {
            if (conv.kind == ConvKind::w1a4) {
                sum_windows(conv, sums + y * conv.step * room.columns, columns, room.columns, outputs, windows);
                for (std::size_t i = 0; i < outputs; ++i) windows[i] = -windows[i];
            }
            look_up_row(work, end, {y, x, outputs, windows}, static_cast<const std::uint8_t*>(conv.data));
        }
        for (std::size_t y = 0; wide && y < band.count; ++y)
            finish_wide(conv, end, wide + y * room.wide_row, room.wide_base, y, x, outputs);
    }
}
