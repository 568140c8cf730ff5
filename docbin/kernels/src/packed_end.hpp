// What follows a convolution, for sixteen channels of a pixel: add, RPReLU, the stream, the next codes.

static inline Sixteen rprelu16(Sixteen x, const Rprelu& p, std::size_t channel) {
    Sixteen t = gap_limited(x, load16(p.a + channel));
    return sum_limited(where_positive(t, t, product15(t, load16(p.slope + channel))), load16(p.b + channel));
}

// Codes of 4 or 8 bits.
static inline Sixteen codes16(Sixteen x, const Quantiser& q, std::size_t channel, Sixteen most) {
    Sixteen t = sum_limited(x, load16(q.shift + channel));
    return smaller(larger(product15(t, load16(q.mult + channel)), sixteen(0)), most);
}

// Sixteen of a word's bits; the last of a pixel clears what is left of its word, and the channels added.
static inline void store_sign_bits(Sixteen t, std::size_t channel, std::size_t channels, std::uint64_t* pixel) {
    std::size_t place = channel % 64;
    std::uint64_t bits = signs(t);
    if (channels - channel < 16) bits &= (std::uint64_t{1} << (channels - channel)) - 1;
    std::uint64_t& word = pixel[channel / 64];
    word = place == 0 ? bits : word | bits << place;
}

static inline Sixteen most_of(const Quantiser* q) { return sixteen(q && q->bits != 1 ? (1 << q->bits) - 1 : 0); }

// Everything that does not change along the rows.
struct End {
    const BandEnd& band;
    std::size_t channels, step, words;
    Sixteen most;

    End(const BandEnd& end, std::size_t out_channels)
        : band(end), channels(out_channels), step(padded_channels(out_channels)), words((out_channels + 63) / 64),
          most(most_of(end.quantiser)) {}

    // Channels of one pixel in ascending order.
    void take(Sixteen value, std::size_t y, std::size_t x, std::size_t channel) const {
        std::size_t place = x * step + channel;
        if (band.residual) value = sum_limited(value, load16(band.residual[y] + place));
        if (band.rprelu) value = rprelu16(value, *band.rprelu, channel);
        if (band.stream) store16(band.stream[y] + place, value);
        if (!band.quantiser) return;
        const Quantiser& q = *band.quantiser;
        if (q.bits != 1) store_codes(static_cast<std::uint8_t*>(band.codes[y]) + place, codes16(value, q, channel, most));
        else store_sign_bits(sum_limited(value, load16(q.shift + channel)), channel, channels,
                             static_cast<std::uint64_t*>(band.codes[y]) + x * words);
    }
};
