// A bit plane (see scoring_table.hpp) that owns its words.
#pragma once
#include "table.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin {

class BitPlane {
public:
    BitPlane(std::size_t height, std::size_t width)
        : height_(height), width_(width), stride_((width + 63) / 64 + 2), words_((height + 2) * stride_) {}

    BitPlane(const std::uint8_t* mask, std::size_t height, std::size_t width) : BitPlane(height, width) {
        chosen_kernels().scoring.pack_plane(mask, height, width, stride_, data());
    }

    std::size_t height() const { return height_; }
    std::size_t width() const { return width_; }
    std::size_t stride() const { return stride_; }
    std::size_t words() const { return stride_ - 2; }
    std::uint64_t* data() { return words_.data() + stride_ + 1; }
    const std::uint64_t* data() const { return words_.data() + stride_ + 1; }
    std::uint64_t* row(std::size_t y) { return data() + y * stride_; }
    const std::uint64_t* row(std::size_t y) const { return data() + y * stride_; }

    bool has(std::size_t x, std::size_t y) const { return row(y)[x / 64] >> x % 64 & 1; }
    void put(std::size_t x, std::size_t y) { row(y)[x / 64] |= std::uint64_t{1} << x % 64; }
    void drop(std::size_t x, std::size_t y) { row(y)[x / 64] &= ~(std::uint64_t{1} << x % 64); }

    void unpack(std::uint8_t* mask) const {
        chosen_kernels().scoring.unpack_plane(data(), height_, width_, stride_, mask);
    }

    // Thin to the fix point by one of the rules of the table, or for `limit` sub-iterations;
    // returns the number of the last that deleted something.
    std::uint32_t thin(Thinner rule, std::uint32_t limit = ~std::uint32_t{0}) {
        std::size_t blocks = (words() + THINNING_BLOCK - 1) / THINNING_BLOCK;
        std::vector<std::uint64_t> doomed(2 * words());
        std::vector<std::uint8_t> hit(2 * blocks);
        std::vector<std::uint32_t> changed((height_ + 2) * (blocks + 2));
        return rule(data(), height_, stride_, {doomed.data(), hit.data(), changed.data()}, limit);
    }

private:
    std::size_t height_, width_, stride_;
    std::vector<std::uint64_t> words_;
};

}  // namespace docbin
