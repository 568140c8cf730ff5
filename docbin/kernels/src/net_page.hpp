// Pages that a network reads, and where its results go.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin::net {

constexpr std::size_t MOST_EXTENT = std::size_t{1} << 24;

// Rows of gray or RGB pixels, asked for in any order by several threads at once.
struct Page {
    std::size_t height, width, channels;
    void (*read)(const void* context, std::size_t y, std::uint8_t* row);
    const void* context;
};

// Pixels in memory, `step` bytes from a row to the next; the context of `read_pixels`.
struct Pixels {
    const std::uint8_t* data;
    std::size_t bytes, step;  // `bytes` of a row
};

void read_pixels(const void* context, std::size_t y, std::uint8_t* row);

// For a network with a mask: `bits`, rows of (width + 7) / 8 bytes, the first pixel in the highest bit, 1 is
// ink; or `logits`, rows of the width; null where not wanted. For others: of each output its rows, columns
// and channels one after another.
struct Target {
    std::uint8_t* bits = nullptr;
    std::int16_t* logits = nullptr;
    std::vector<std::int16_t*> streams;
};

}  // namespace docbin::net
