// Rows of streams: Haar's steps, what moves numbers between pixels and channels, and bits of the logit.

static inline std::int16_t limit16(int x) { return static_cast<std::int16_t>(x < -32768 ? -32768 : x > 32767 ? 32767 : x); }

// `apart` numbers from a pixel to the next; `channels` of the input.
template <class T>
static inline void haar_squares(const T* top, const T* bottom, std::size_t width, std::size_t channels, std::size_t apart,
                                std::int16_t* out) {
    std::size_t step = padded_channels(4 * channels);
    for (std::size_t x = 0; x < width; ++x, top += 2 * apart, bottom += 2 * apart, out += step) {
        for (std::size_t i = 0; i < channels; ++i) {
            int left = top[i] + bottom[i], right = top[apart + i] + bottom[apart + i];
            int up = top[i] - bottom[i], other = top[apart + i] - bottom[apart + i];
            out[i] = limit16(left + right);
            out[channels + i] = limit16(left - right);
            out[2 * channels + i] = limit16(up + other);
            out[3 * channels + i] = limit16(up - other);
        }
        for (std::size_t i = 4 * channels; i < step; ++i) out[i] = 0;
    }
}

static void haar_page(const std::uint8_t* top, const std::uint8_t* bottom, std::size_t width, std::size_t channels,
                      std::int16_t* out) {
    if (channels == 3) haar_squares(top, bottom, width, 3, 3, out);
    else haar_squares(top, bottom, width, channels, channels, out);
}

static void haar_row(const std::int16_t* top, const std::int16_t* bottom, std::size_t width, std::size_t channels,
                     std::int16_t* out) {
    haar_squares(top, bottom, width, channels, padded_channels(channels), out);
}

static void unhaar_rows(const std::int16_t* in, std::size_t width, std::size_t channels, std::int16_t* top,
                        std::int16_t* bottom) {
    std::size_t apart = padded_channels(channels), quarter = channels / 4, step = padded_channels(quarter);
    for (std::size_t x = 0; x < width; ++x, in += apart, top += 2 * step, bottom += 2 * step) {
        for (std::size_t i = 0; i < quarter; ++i) {
            int s = in[i] + 2, h = in[quarter + i], v = in[2 * quarter + i], d = in[3 * quarter + i];
            top[i] = limit16((s + h + v + d) >> 2);
            top[step + i] = limit16((s - h + v - d) >> 2);
            bottom[i] = limit16((s + h - v - d) >> 2);
            bottom[step + i] = limit16((s - h - v + d) >> 2);
        }
        for (std::size_t i = quarter; i < step; ++i) top[i] = top[step + i] = bottom[i] = bottom[step + i] = 0;
    }
}

static void shuffle_row(const std::int16_t* in, std::size_t width, std::size_t channels, std::size_t factor, std::size_t i,
                        std::int16_t* out) {
    std::size_t area = factor * factor, apart = padded_channels(channels * area), step = padded_channels(channels);
    for (std::size_t x = 0; x < width; ++x, in += apart)
        for (std::size_t j = 0; j < factor; ++j, out += step) {
            for (std::size_t c = 0; c < channels; ++c) out[c] = in[c * area + i * factor + j];
            for (std::size_t c = channels; c < step; ++c) out[c] = 0;
        }
}

static void unshuffle_row(const std::int16_t* in, std::size_t width, std::size_t channels, std::size_t factor,
                          std::size_t i, std::int16_t* out) {
    std::size_t area = factor * factor, step = padded_channels(channels * area), apart = padded_channels(channels);
    for (std::size_t x = 0; x < width; ++x, out += step)
        for (std::size_t j = 0; j < factor; ++j, in += apart)
            for (std::size_t c = 0; c < channels; ++c) out[c * area + i * factor + j] = in[c];
}

// Bits of `ink(pixel)`, the first pixel highest.
template <class F>
static inline void pack_bits(std::size_t width, std::uint8_t* bits, F ink) {
    for (std::size_t left = 0; left < width; left += 8) {
        unsigned byte = 0;
        for (std::size_t k = 0; k < 8; ++k) byte = byte << 1 | unsigned{left + k < width && ink(left + k)};
        bits[left / 8] = static_cast<std::uint8_t>(byte);
    }
}

static void threshold_bits(const std::int16_t* logits, std::size_t width, std::size_t step, int threshold,
                           std::uint8_t* bits) {
    pack_bits(width, bits, [=](std::size_t x) { return logits[x * step] >= threshold; });
}

static void shuffled_bits(const std::int16_t* in, std::size_t skip, std::size_t width, std::size_t i, int threshold,
                          std::uint8_t* bits) {
    pack_bits(width, bits, [=](std::size_t x) {
        std::size_t at = x + skip;
        return in[at / 2 * CHANNEL_STEP + 2 * i + at % 2] >= threshold;
    });
}
