// Room for one band of windows that slide down a page.
#pragma once
#include "local_table.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace docbin {

// Zeros from the start of a cache line on: reads of whole registers then seldom touch two.
template <class T>
class Aligned {
public:
    void resize(std::size_t count) { values_.resize(count + LINE / sizeof(T)); }
    T* data() {
        auto address = reinterpret_cast<std::uintptr_t>(values_.data());
        return values_.data() + (LINE - address % LINE) % LINE / sizeof(T);
    }

private:
    static constexpr std::size_t LINE = 64;
    std::vector<T> values_;
};

// Room of one band, see LocalRoom.
class LocalBand {
public:
    LocalBand(std::size_t width, std::size_t radius) : segment_(segment_of(width, radius)), slots_(2 * radius + 2) {
        const std::size_t whole = 8 * segment_;
        nothing_.resize(width + 16);
        sums_.resize(std::max(8 * (segment_ + slots_), width + slots_ + 24));
        hills_.resize(std::max(8 * (segment_ + slots_), width + slots_ + 24));
        count_.resize(std::max(width + 16, whole));
        inverse_.resize(std::max(width + 16, whole));
        across_.resize(whole);
        woven_.resize((slots_ + 2) * whole + segment_);
    }

    LocalRoom room() {
        const std::size_t whole = 8 * segment_;
        std::uint8_t *rows = woven_.data(), *single = rows + slots_ * whole;
        return {nothing_.data(), sums_.data(),   hills_.data(), count_.data(),  inverse_.data(),   segment_,
                rows,            across_.data(), single,        single + whole, single + 2 * whole};
    }

private:
    // Rows are cut where little is repeated beyond the segments, and where the rows within a window do
    // not take too much room.
    static std::size_t segment_of(std::size_t width, std::size_t radius) {
        const std::size_t length = (width + 63) / 64 * 8;
        return width >= 64 && radius <= 2 * length && radius * length < (1 << 20) ? length : 0;
    }

    std::size_t segment_, slots_;
    std::vector<std::uint8_t> nothing_;
    Aligned<std::uint8_t> woven_;
    Aligned<std::uint32_t> sums_, hills_, count_, across_;
    Aligned<float> inverse_;
};

}  // namespace docbin
