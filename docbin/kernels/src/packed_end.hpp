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

// Sixteen of a word's bits, or thirty-two; the last of a pixel clears what is left of its word, and the channels added.
template <class W>
static inline void store_sign_bits(W t, std::size_t channel, std::size_t channels, std::uint64_t* pixel) {
    std::size_t place = channel % 64;
    std::uint64_t bits = signs(t);
    if (channels - channel < sizeof(W) / 2) bits &= (std::uint64_t{1} << (channels - channel)) - 1;
    std::uint64_t& word = pixel[channel / 64];
    word = place == 0 ? bits : word | bits << place;
}

// Everything that does not change along the rows.
struct End {
    const BandEnd& band;
    std::size_t channels, step, words;
    int most;  // code

    End(const BandEnd& end, std::size_t out_channels)
        : band(end), channels(out_channels), step(padded_channels(out_channels)), words((out_channels + 63) / 64),
          most(end.quantiser && end.quantiser->bits != 1 ? (1 << end.quantiser->bits) - 1 : 0) {}
};

// The same for sixteen channels of one row (W: Sixteen), or thirty-two: parameters in registers, for several pixels.
// Of codes of 1 bit the channels of a pixel come in ascending order.
template <class W>
class Stage {
public:
    DOCBIN_INLINE Stage(const End& end, std::size_t y, std::size_t channel)
        : step_(end.step), words_(end.words), channel_(channel), channels_(end.channels) {
        const BandEnd& band = end.band;
        spread(none_, 0);
        most_ = a_ = slope_ = b_ = shift_ = mult_ = none_;
        if (band.residual) residual_ = band.residual[y] + channel;
        if (band.stream) stream_ = band.stream[y] + channel;
        if (band.rprelu) {
            curved_ = true;
            load(a_, band.rprelu->a + channel);
            load(slope_, band.rprelu->slope + channel);
            load(b_, band.rprelu->b + channel);
        }
        if (!band.quantiser) return;
        load(shift_, band.quantiser->shift + channel);
        if (band.quantiser->bits == 1) {
            bits_ = static_cast<std::uint64_t*>(band.codes[y]);
        } else {
            spread(most_, end.most);
            load(mult_, band.quantiser->mult + channel);
            codes_ = static_cast<std::uint8_t*>(band.codes[y]) + channel;
        }
    }

    DOCBIN_INLINE void take(W value, std::size_t x) const {
        if (residual_) {
            W residual;
            load(residual, residual_ + x * step_);
            value = sum_limited(value, residual);
        }
        if (curved_) {
            W t = gap_limited(value, a_);
            value = sum_limited(where_positive(t, t, product15(t, slope_)), b_);
        }
        if (stream_) store(stream_ + x * step_, value);
        if (codes_) {
            store_codes(codes_ + x * step_, smaller(larger(product15(sum_limited(value, shift_), mult_), none_), most_));
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
    W none_, most_, a_, slope_, b_, shift_, mult_;
};
