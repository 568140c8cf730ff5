// Rows of packed networks: what every instruction set fills. docs/packed-format.md defines the numbers.
//
// Layout in memory: a row of a stream is int16 [width][stride], stride = channels rounded up to 16; a row of
// codes is uint8 [width][stride] for 4 and 8 bits. The channels added are zero, and kernels keep them so.
// Rows of codes have one pixel of zeros on the left and on the right of what their pointer names, so that a
// window of 3 needs no test; a missing row above or below is a row of zeros. For codes of 1 bit a row is
// uint64 [width][words], and padded pixels are told apart by position, since 0 means -1 there.
#pragma once
#include <cstddef>
#include <cstdint>

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

// What follows a convolution in the same pass: add, rprelu, and one or none of quantise; null where absent.
// `stream` null: nobody else reads the stream.
struct Epilogue {
    const std::int16_t* residual;
    const Rprelu* rprelu;
    const Quantiser* quantiser;
    std::int16_t* stream;
    void* codes;
};

enum class ConvKind { w1a4, w1a1, w8a8 };

// Weights as a kernel wants them, made once at load from the file's planes by `prepare`; `data` is 64-byte aligned.
struct PreparedConv {
    ConvKind kind;
    std::size_t in_channels, out_channels, kernel, step, bases;
    const void* data;
    const std::int32_t* mult;  // [bases][padded out]
    const std::int64_t* bias;  // [padded out]
    int shift;
    bool narrow;  // the fast path of the format page holds
};

// One row of output; `rows` are the kernel's rows of codes, top to bottom.
struct ConvRow {
    const void* const* rows;
    bool above, below;       // rows[0], rows[kernel - 1] lie in the image
    std::size_t in_width, out_width;
    void* room;              // conv_room(conv, in_width) bytes, 64-byte aligned, private to the thread
};

}  // namespace docbin
