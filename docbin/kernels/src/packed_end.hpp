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
};

// The same for sixteen channels of one row: parameters in registers, for several pixels. Of codes of 1 bit
// the channels of a pixel come in ascending order.
class Stage {
public:
    DOCBIN_INLINE Stage(const End& end, std::size_t y, std::size_t channel)
        : step_(end.step), words_(end.words), channel_(channel), channels_(end.channels), most_(end.most) {
        const BandEnd& band = end.band;
        if (band.residual) residual_ = band.residual[y] + channel;
        if (band.stream) stream_ = band.stream[y] + channel;
        if (band.rprelu) {
            curved_ = true;
            a_ = load16(band.rprelu->a + channel);
            slope_ = load16(band.rprelu->slope + channel);
            b_ = load16(band.rprelu->b + channel);
        }
        if (!band.quantiser) return;
        shift_ = load16(band.quantiser->shift + channel);
        if (band.quantiser->bits == 1) {
            bits_ = static_cast<std::uint64_t*>(band.codes[y]);
        } else {
            mult_ = load16(band.quantiser->mult + channel);
            codes_ = static_cast<std::uint8_t*>(band.codes[y]) + channel;
        }
    }

    DOCBIN_INLINE void take(Sixteen value, std::size_t x) const {
        if (residual_) value = sum_limited(value, load16(residual_ + x * step_));
        if (curved_) {
            Sixteen t = gap_limited(value, a_);
            value = sum_limited(where_positive(t, t, product15(t, slope_)), b_);
        }
        if (stream_) store16(stream_ + x * step_, value);
        if (codes_) {
            Sixteen t = product15(sum_limited(value, shift_), mult_);
            store_codes(codes_ + x * step_, smaller(larger(t, sixteen(0)), most_));
        } else if (bits_) {
            store_sign_bits(sum_limited(value, shift_), channel_, channels_, bits_ + x * words_);
        }
    }

private:
    std::size_t step_, words_, channel_, channels_;
    const std::int16_t* residual_ = nullptr;
    std::int16_t* stream_ = nullptr;
    std::uint8_t* codes_ = nullptr;
    std::uint64_t* bits_ = nullptr;
    bool curved_ = false;
    Sixteen most_, a_ = sixteen(0), slope_ = a_, b_ = a_, shift_ = a_, mult_ = a_;
};
