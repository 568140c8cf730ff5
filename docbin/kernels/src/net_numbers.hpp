// Numbers out of the bytes of a file, which are little-endian and aligned to nothing.
#pragma once
#include "net_graph.hpp"

#include <cstring>

namespace docbin::net {

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "packed networks are read on little-endian processors only"
#endif

template <class T>
T number_at(const Tensor& tensor, std::size_t index) {
    T value;
    std::memcpy(&value, tensor.data + index * sizeof(T), sizeof(T));
    return value;
}

inline std::uint64_t magnitude(std::int64_t value) {
    return value < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

// max|A| of a convolution whose tensors have their shapes: 4-bit codes reach 15, 1-bit codes 1,
// 8-bit codes 255 with weights up to 127.
inline std::uint64_t largest_sum(std::uint64_t taps, std::uint64_t channels, int bits) {
    return taps * channels * (bits == 1 ? 1u : bits == 4 ? 15u : 255u * 127u);
}

}  // namespace docbin::net
