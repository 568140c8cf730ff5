// Whole streams and codes in rows as the kernels of packed networks want them, for tests and timings.
#pragma once
#include "net_memory.hpp"
#include "net_table.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace docbin::packed_arrays {

// Pixels of `each` numbers; rows begin at multiples of 64 bytes. T int16, uint8 or uint64.
template <class T>
class Rows {
public:
    Rows() = default;
    Rows(std::size_t height, std::size_t width, std::size_t each)
        : height_(height), each_(each), line_(net::aligned(width * each * sizeof(T)) / sizeof(T)),
          memory_(net::make_block(height * line_ * sizeof(T))) {}

    T* row(std::size_t y) const { return reinterpret_cast<T*>(memory_.get()) + y * line_; }
    T* pixel(std::size_t y, std::size_t x) const { return row(y) + x * each_; }
    explicit operator bool() const { return memory_ != nullptr; }
    // Pointers to all rows.
    template <class U>
    std::vector<U> pointers() const {
        std::vector<U> found;
        for (std::size_t y = 0; memory_ && y < height_; ++y) found.push_back(row(y));
        return found;
    }

private:
    std::size_t height_ = 0, each_ = 0, line_ = 0;
    net::Block memory_;
};

// `channels` numbers of each pixel, from an array without gaps into rows whose pixels have more, and back.
template <class T>
Rows<T> spread(const T* data, std::size_t height, std::size_t width, std::size_t channels) {
    Rows<T> rows(height, width, padded_channels(channels));
    for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x, data += channels)
            std::memcpy(rows.pixel(y, x), data, channels * sizeof(T));
    return rows;
}

template <class T>
void gather(const Rows<T>& rows, std::size_t height, std::size_t width, std::size_t channels, T* data) {
    for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x, data += channels)
            std::memcpy(data, rows.pixel(y, x), channels * sizeof(T));
}

// Codes of 1 bit, a byte each, as words of 64, and back.
inline Rows<std::uint64_t> pack(const std::uint8_t* data, std::size_t height, std::size_t width, std::size_t channels) {
    Rows<std::uint64_t> rows(height, width, (channels + 63) / 64);
    for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x, data += channels)
            for (std::size_t c = 0; c < channels; ++c) rows.pixel(y, x)[c / 64] |= std::uint64_t{data[c] != 0} << c % 64;
    return rows;
}

inline void unpack(const Rows<std::uint64_t>& rows, std::size_t height, std::size_t width, std::size_t channels,
                   std::uint8_t* data) {
    for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x, data += channels)
            for (std::size_t c = 0; c < channels; ++c) data[c] = rows.pixel(y, x)[c / 64] >> c % 64 & 1;
}

// Numbers of one node, with zeros up to padded_channels() in each of `lines`.
template <class T>
net::Block padded(const T* data, std::size_t lines, std::size_t channels) {
    std::size_t step = padded_channels(channels);
    net::Block block = net::make_block(lines * step * sizeof(T));
    for (std::size_t i = 0; i < lines; ++i)
        std::memcpy(block.get() + i * step * sizeof(T), data + i * channels, channels * sizeof(T));
    return block;
}

}  // namespace docbin::packed_arrays
