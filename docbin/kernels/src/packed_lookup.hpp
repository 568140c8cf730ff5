// Convolutions with weights of one bit by looking up: the four weight bits of a group are an index into the
// group's table, lanes are output channels, tables and weights are shared as widely as registers allow.

// Sums of 60 fit a byte four times, of 8 thirty-one times.
constexpr std::size_t RUN_CODES = 4, RUN_SIGNS = 31;

// Looks tables up for P vectors of pixels and V vectors of output channels. Everything is indexed by
// constants, so that compilers keep it in registers.
template <std::size_t V, std::size_t P, bool PAIR>
struct Run {
    const std::uint8_t* tables;
    const std::uint32_t* offsets;
    const std::uint8_t* weights;
    Bytes sums[P][V];
    Totals totals[P][V];

    template <bool FIRST>
    DOCBIN_INLINE void one() {
        const std::uint8_t* table = tables + *offsets++;
        times<P>([&](auto p) DOCBIN_INLINED {
            Bytes t = PAIR ? load_bytes(table + p * LANES) : spread_bytes(table + p * TABLE);
            times<V>([&](auto v) DOCBIN_INLINED {
                Bytes index = PAIR ? spread_bytes(weights + v * 16) : load_bytes(weights + v * LANES);
                Bytes found = look_up(t, index);
                sums[p][v] = FIRST ? found : sums[p][v] + found;
                in_order(sums[p][v]);
            });
        });
        weights += V * (PAIR ? 16 : LANES);
    }
    DOCBIN_INLINE void end() {
        times<P>([&](auto p) DOCBIN_INLINED { times<V>([&](auto v) DOCBIN_INLINED { take(totals[p][v], sums[p][v]); }); });
    }
    // MOST at a time, four of them without a test where no more fit a byte.
    template <std::size_t MOST>
    DOCBIN_INLINE void all(std::size_t count) {
        times<P>([&](auto p) DOCBIN_INLINED { times<V>([&](auto v) DOCBIN_INLINED { totals[p][v] = no_totals(); }); });
        if (MOST == RUN_CODES)
            for (; count >= RUN_CODES; count -= RUN_CODES) {
                one<true>();
                times<RUN_CODES - 1>([&](auto) DOCBIN_INLINED { one<false>(); });
                end();
            }
        while (count) {
            std::size_t some = count < MOST ? count : MOST;
            count -= some--;
            one<true>();
            for (; some >= 2; some -= 2) {
                one<false>();
                one<false>();
            }
            if (some) one<false>();
            end();
        }
    }
};

// What a call has in its room, and what its chunk looks like.
struct Lookups {
    const PreparedConv& conv;
    const Factors* factors;
    const std::uint32_t* offsets;
    std::size_t count, row_bytes;  // look-ups of an output; bytes of a row of tables
    const std::uint8_t* tables;
    std::int32_t* wide;            // [bases][rows][room columns][padded out], null on the narrow path
    std::size_t wide_row, wide_base;
    int constant;                  // of 1 bit: what all neutral tables add
};

// The columns of a row of output: `sums` of their windows.
struct Outputs {
    std::size_t y, x, count;
    const std::int32_t* sums;
};

// Sums of P pixels, `apart` columns from one to the next, for sixteen channels; `others` are those of the
// second base, null without one.
template <std::size_t P>
static DOCBIN_INLINE void put(const Lookups& work, const End& end, const Outputs& outputs, std::size_t at,
                              std::size_t apart, std::size_t channel, const Sixteen* sums, const Sixteen* others) {
    if (work.wide) {
        for (std::size_t p = 0; p < P && at + p * apart < outputs.count; ++p) {
            std::int32_t* to = work.wide + outputs.y * work.wide_row + (at + p * apart) * end.step + channel;
            add_to_sums(to, sums[p]);
            if (others) add_to_sums(to + work.wide_base, others[p]);
        }
        return;
    }
    Stage<Sixteen> stage(end, outputs.y, channel);
    const Factors& factors = work.factors[channel / 16];
    times<P>([&](auto p) DOCBIN_INLINED {
        if (at + p * apart < outputs.count)
            stage.take(scaled(sums[p], others ? others[p] : sixteen(0), factors, work.conv.shift), outputs.x + at + p * apart);
    });
}

// One block of output channels along a row.
template <std::size_t V, std::size_t P, bool PAIR, bool SIGNS>
static void look_up_block(const Lookups& work, const End& end, const Block& block, const Outputs& outputs,
                          const std::uint8_t* weights) {
    constexpr std::size_t EACH = PAIR ? HALVES : 1;
    const std::uint8_t* row = work.tables + outputs.y * work.conv.step * work.row_bytes;
    for (std::size_t at = 0; at < outputs.count; at += P * EACH) {
        Run<V, P, PAIR> run;
        run.tables = row + at * TABLE;
        run.offsets = work.offsets;
        run.weights = weights;
        run.template all<SIGNS ? RUN_SIGNS : RUN_CODES>(work.count);
        Sixteen sums[HALVES][V][P];
        times<P>([&](auto p) DOCBIN_INLINED {
            times<V>([&](auto v) DOCBIN_INLINED {
                Sixteen found[HALVES];
                finish(run.totals[p][v], found);
                times<HALVES>([&](auto h) DOCBIN_INLINED {
                    // Sums beyond the last column are not used.
                    Sixteen less = sixteen(SIGNS ? work.constant : outputs.sums[at + p * EACH + (PAIR ? h : 0)]);
                    sums[h][v][p] = (SIGNS ? found[h] : doubled(found[h])) - less;
                });
            });
        });
        bool two = work.conv.bases == 2;
        for (std::size_t v = 0; v < (two ? 1 : V); ++v)
            times<HALVES>([&](auto h) DOCBIN_INLINED {
                std::size_t channel = block.channel + v * LANES + (PAIR ? 0 : 16 * h);
                put<P>(work, end, outputs, at + (PAIR ? h : 0), EACH, channel, sums[h][v], two ? sums[h][V - 1] : nullptr);
            });
    }
}

template <bool SIGNS>
static inline void look_up_row(const Lookups& work, const End& end, const Outputs& outputs, const std::uint8_t* weights) {
    Block block;
    for (std::size_t i = 0; block_at(work.conv, i, block); ++i) {
        if (block.pair && block.vectors == 2) look_up_block<2, 2, true, SIGNS>(work, end, block, outputs, weights);
        else if (block.pair) look_up_block<1, 4, true, SIGNS>(work, end, block, outputs, weights);
        else if (block.vectors == 2) look_up_block<2, SIGNS ? 4 : 2, false, SIGNS>(work, end, block, outputs, weights);
        else look_up_block<1, 4, false, SIGNS>(work, end, block, outputs, weights);
        weights += work.count * block.vectors * lane_count(block);
    }
}
