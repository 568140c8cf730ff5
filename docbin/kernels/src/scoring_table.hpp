// The scoring kernels that every instruction set fills.
//
// A bit plane is one bit a pixel in words of 64, pixel x in bit x % 64 of word x / 64, framed by a
// word of zeros left and right and a row of zeros above and below; `bits` points at the first word
// of the first row of the page, `stride` is the number of words from row to row.
#pragma once
#include <cstddef>
#include <cstdint>

namespace docbin {

// Room that thinning needs beside the plane; see thinning.hpp.
struct ThinningRoom {
    std::uint64_t* doomed;   // 2 rows of words
    std::uint8_t* hit;       // 2 rows of blocks
    std::uint32_t* changed;  // (height + 2) rows of (blocks + 2), all zero
};

// Thins by sub-iterations, at most `limit`; returns the number of the last that deleted something.
using Thinner = std::uint32_t (*)(std::uint64_t* bits, std::size_t height, std::size_t stride, ThinningRoom room,
                                  std::uint32_t limit);

struct ScoringKernels {
    void (*pack_plane)(const std::uint8_t* mask, std::size_t height, std::size_t width, std::size_t stride,
                       std::uint64_t* bits);
    void (*unpack_plane)(const std::uint64_t* bits, std::size_t height, std::size_t width, std::size_t stride,
                         std::uint8_t* mask);
    Thinner thin_guo_hall;
    Thinner thin_zhang_suen;
    void (*drd_counts)(const std::uint64_t* result, const std::uint64_t* truth, std::size_t height, std::size_t width,
                       std::size_t stride, std::int64_t* counts);
    std::int64_t (*mixed_blocks)(const std::uint64_t* truth, std::size_t height, std::size_t width,
                                 std::size_t stride);
    void (*chessboard)(std::uint16_t* distance, std::size_t height, std::size_t width);
};

// Words of 64 pixels in a block whose changes thinning keeps account of.
constexpr std::size_t THINNING_BLOCK = 8;

}  // namespace docbin
