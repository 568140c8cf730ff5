// Packed networks: what every instruction set fills. docs/packed-format.md defines the numbers, the twins
// in docbin/kernels/reference_packed*.py every kernel.
//
// Layout in memory: a row of a stream is int16 [width][step], step = channels rounded up to 16; a row of
// codes is uint8 [width][step] for 4 and 8 bits, uint64 [width][words] of 64 channels for 1 bit. The channels
// added are zero, and kernels keep them so. Rows may lie anywhere; streams and codes of 4 and 8 bits begin at
// multiples of 16 bytes at least. Nothing is read or written left or right of a row.
//
// Convolutions work on bands: several rows of output in one call, so that look-up tables are built once for
// each row of codes and used by all rows that see it: 4 to 8 rows are best. Once at load, for each of them:
//     fill all of PreparedConv but `data` and `narrow`; get 64-byte aligned memory of conv_bytes(conv);
//     prepare(conv, weight as in the file, memory), which sets those two.
// Then conv_rows(conv, band, end) from any number of threads, each with a room of its own of
// conv_room(conv, band.count) bytes, 64-byte aligned, what is in it does not matter.
#pragma once
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace docbin {

constexpr std::size_t CHANNEL_STEP = 16;
constexpr std::size_t padded_channels(std::size_t channels) {
    return (channels + CHANNEL_STEP - 1) / CHANNEL_STEP * CHANNEL_STEP;
}

// Parameters of one quantise node; arrays of padded_channels(), zero in the channels added.
struct Quantiser {
    int bits;
    const std::int16_t* shift;
    const std::int16_t* mult;
};

struct Rprelu {
    const std::int16_t* a;
    const std::int16_t* slope;
    const std::int16_t* b;
};

enum class ConvKind { w1a4, w1a1, w8a8 };

// A convolution; `data` is what `prepare` made of the file's weights for one instruction set.
struct PreparedConv {
    ConvKind kind;
    std::size_t in_channels, out_channels, kernel, step, bases;
    const void* data;
    const std::int32_t* mult;  // [bases][padded out]
    const std::int64_t* bias;  // [padded out]
    int shift;
    bool narrow;  // the fast path of the format page holds
};

// Rows of output [0, count) of one call. `rows` are the (count - 1) * step + kernel rows of codes that they
// see, top to bottom; null where they lie outside the image.
struct ConvBand {
    const void* const* rows;
    std::size_t count;
    std::size_t in_width, out_width;  // out_width = ceil(in_width / step)
    void* room;
};

// What follows in the same pass: add, rprelu, and one or none of quantise; null where absent. `residual`,
// `stream` and `codes` have a row for each row of the band; without `stream` nobody else reads it.
struct BandEnd {
    const std::int16_t* const* residual;
    const Rprelu* rprelu;
    const Quantiser* quantiser;
    std::int16_t* const* stream;
    void* const* codes;
};

// Operations on rows. `width` is the output's unless said otherwise, `step` padded_channels() of it all.
struct NetKernels {
    std::size_t (*conv_bytes)(const PreparedConv& conv);
    void (*prepare)(PreparedConv& conv, const void* weight, void* data);
    std::size_t (*conv_room)(const PreparedConv& conv, std::size_t count);
    void (*conv_rows)(const PreparedConv& conv, const ConvBand& band, const BandEnd& end);

    // Two rows of gray or RGB pixels, 2 width of them, as they are in a page: Haar's bands of them.
    void (*haar_page)(const std::uint8_t* top, const std::uint8_t* bottom, std::size_t width, std::size_t channels,
                      std::int16_t* out);
    // `channels` of the input.
    void (*haar)(const std::int16_t* top, const std::int16_t* bottom, std::size_t width, std::size_t channels,
                 std::int16_t* out);
    // `width` and `channels` of the input; both rows of its squares.
    void (*unhaar)(const std::int16_t* in, std::size_t width, std::size_t channels, std::int16_t* top,
                   std::int16_t* bottom);
    void (*add)(const std::int16_t* a, const std::int16_t* b, std::size_t width, std::size_t step, std::int16_t* out);
    void (*rprelu)(const std::int16_t* in, std::size_t width, std::size_t step, const Rprelu& p, std::int16_t* out);
    // `codes`: uint8 or, of 1 bit, uint64.
    void (*quantise)(const std::int16_t* in, std::size_t width, std::size_t channels, const Quantiser& q, void* codes);
    void (*average2)(const std::int16_t* top, const std::int16_t* bottom, std::size_t width, std::size_t step,
                     std::int16_t* out);
    void (*max2)(const std::int16_t* top, const std::int16_t* bottom, std::size_t width, std::size_t step,
                 std::int16_t* out);
    // Rows above, at and below the even row, null outside the image; `in_width` of the input.
    void (*max3)(const std::int16_t* const* three, std::size_t in_width, std::size_t step, std::int16_t* out);
    // `width` of the input.
    void (*upsample2)(const std::int16_t* in, std::size_t width, std::size_t step, std::int16_t* out);
    // Each pixel of `in` (`width` of them) twice, plus `other` of twice the width.
    void (*upsample2_add)(const std::int16_t* in, const std::int16_t* other, std::size_t width, std::size_t step,
                          std::int16_t* out);
    // Row i of the squares of factor² pixels; `width` of the input, `channels` of the output.
    void (*shuffle)(const std::int16_t* in, std::size_t width, std::size_t channels, std::size_t factor, std::size_t i,
                    std::int16_t* out);
    // Puts row i of the squares in its channels; `channels` of the input. Channels added are not touched.
    void (*unshuffle)(const std::int16_t* in, std::size_t width, std::size_t channels, std::size_t factor,
                      std::size_t i, std::int16_t* out);
    // Bits logit >= threshold of `width` pixels, `step` numbers apart; the first pixel highest, (width + 7) / 8 bytes.
    void (*threshold_bits)(const std::int16_t* logits, std::size_t width, std::size_t step, int threshold,
                           std::uint8_t* bits);
    // The same of row i of squares of 4 pixels that `shuffle` of factor 2 would make of 4 channels: `width` of the
    // page, of which `skip` pixels are left out first.
    void (*shuffled_bits)(const std::int16_t* in, std::size_t skip, std::size_t width, std::size_t i, int threshold,
                          std::uint8_t* bits);

    // For timings: what look-ups reach in registers alone, and products in their innermost loop. They return
    // how many multiplications they stand for; `result` has 256 bytes.
    std::size_t (*look_up_peak)(std::size_t rounds, std::uint8_t* result);
    std::size_t (*product_peak)(std::size_t rounds, std::uint8_t* result);
};

}  // namespace docbin
