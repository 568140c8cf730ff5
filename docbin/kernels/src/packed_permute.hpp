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

// Where the sums of P pixels go, from column `at` on, that are those of `unit` and the following.
template <std::size_t V, std::size_t P>
class Target {
public:
    DOCBIN_INLINE Target(const Lookups& work, const End& end, const Outputs& outputs, std::size_t at, std::size_t unit)
        : work_(work), end_(end), outputs_(outputs), at_(at), channel_(unit / work.conv.bases * 16) {}

    DOCBIN_INLINE void put(const __m512i (&sums)[P][V]) const {
        if (work_.wide) keep(sums);
        else if (work_.conv.bases == 1) finish(sums);
        else if constexpr (V % 2 == 0) finish_two(sums);
    }

private:
    DOCBIN_INLINE NarrowScale scale(std::size_t channel) const {
        const PreparedConv& conv = work_.conv;
        const std::int32_t* other = conv.mult + (conv.bases - 1) * end_.step;
        return {conv.mult + channel, other + channel, conv.bias + channel, conv.shift};
    }
    // result(p, to) for every pixel there is.
    template <class W, class F>
    DOCBIN_INLINE void each(std::size_t channel, F result) const {
        Stage<W> stage(end_, outputs_.y, channel);
        times<P>([&](auto p) DOCBIN_INLINED {
            if (at_ + p >= outputs_.count) return;
            W value;
            result(p, value);
            stage.take(value, outputs_.x + at_ + p);
        });
    }
    DOCBIN_INLINE void finish(const __m512i (&sums)[P][V]) const {
        times<V / 2>([&](auto i) DOCBIN_INLINED {
            constexpr std::size_t v = 2 * i;
            std::size_t channel = channel_ + 16 * v;
            NarrowScale low = scale(channel), high = scale(channel + 16);
            each<ThirtyTwo>(channel, [&](auto p, ThirtyTwo& to) DOCBIN_INLINED {
                limited(low.of(sums[p][v]), high.of(sums[p][v + 1]), to);
            });
        });
        if constexpr (V % 2 == 1) {
            std::size_t channel = channel_ + 16 * (V - 1);
            NarrowScale only = scale(channel);
            each<Sixteen>(channel, [&](auto p, Sixteen& to) DOCBIN_INLINED { limited(only.of(sums[p][V - 1]), to); });
        }
    }
    // Of two bases, which lie side by side.
    DOCBIN_INLINE void finish_two(const __m512i (&sums)[P][V]) const {
        NarrowScale low = scale(channel_);
        if constexpr (V == 4) {
            NarrowScale high = scale(channel_ + 16);
            each<ThirtyTwo>(channel_, [&](auto p, ThirtyTwo& to) DOCBIN_INLINED {
                limited(low.of(sums[p][0], sums[p][1]), high.of(sums[p][2], sums[p][3]), to);
            });
        } else {
            each<Sixteen>(channel_, [&](auto p, Sixteen& to) DOCBIN_INLINED { limited(low.of(sums[p][0], sums[p][1]), to); });
        }
    }
    DOCBIN_INLINE void keep(const __m512i (&sums)[P][V]) const {
        std::int32_t* row = work_.wide + outputs_.y * work_.room.wide_row + channel_;
        std::size_t bases = work_.conv.bases;
        times<V>([&](auto v) DOCBIN_INLINED {
            std::int32_t* to = row + v / bases * 16 + v % bases * work_.room.wide_base;
            for (std::size_t p = 0; p < P && at_ + p < outputs_.count; ++p)
                _mm512_storeu_si512(to + (at_ + p) * end_.step, sums[p][v]);
        });
    }

    const Lookups& work_;
    const End& end_;
    const Outputs& outputs_;
    std::size_t at_, channel_;
};

// V units along a row, P pixels at once. Everything is indexed by constants, so that it stays in registers, of which
// a caller takes none.
template <std::size_t V, std::size_t P>
static DOCBIN_APART void look_up_block(const Lookups& work, const End& end, std::size_t unit, const Outputs& outputs,
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
        Target<V, P>(work, end, outputs, at, unit).put(sums);
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
