// A page as rows that are asked for in any order, by several threads at once: an image in memory, or a file.
#pragma once
#include "table.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin::edge {

struct Rows {
    std::size_t height, width;
    std::size_t channels;  // 1, gray, or 3, RGB
    void (*read)(const void* context, std::size_t y, std::uint8_t* row);
    const void* context;
    const std::uint8_t* plane;  // the page where it is gray and one row lies after another in memory; else null
};

// Reads rows as gray; one for each thread.
class GrayReader {
public:
    explicit GrayReader(const Rows& rows) : rows_(rows), colour_(rows.channels == 3 ? 3 * rows.width : 0) {}

    void read(std::size_t y, std::uint8_t* gray) {
        rows_.read(rows_.context, y, rows_.channels == 3 ? colour_.data() : gray);
        if (rows_.channels == 3) chosen_kernels().rgb_to_gray(colour_.data(), rows_.width, gray);
    }

private:
    const Rows& rows_;
    std::vector<std::uint8_t> colour_;
};

// Rows of bits: MSB first, 1 = ink.
struct Bits {
    std::uint8_t* data;
    std::size_t stride;

    std::uint8_t* row(std::size_t y) const { return data + y * stride; }
};

inline std::size_t row_bytes(std::size_t width) { return (width + 7) / 8; }

}  // namespace docbin::edge
