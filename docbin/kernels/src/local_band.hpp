// Room for one band of windows that slide down a page.
#pragma once
#include "local_table.hpp"

#include <vector>

namespace docbin {

// Room of one band, see LocalRoom.
class LocalBand {
public:
    LocalBand(std::size_t width, std::size_t radius)
        : nothing_(width + 16),
          sums_(width + 2 * radius + 24),
          hills_(width + 2 * radius + 24),
          count_(width + 16),
          inverse_(width + 16) {}

    LocalRoom room() { return {nothing_.data(), sums_.data(), hills_.data(), count_.data(), inverse_.data()}; }

private:
    std::vector<std::uint8_t> nothing_;
    std::vector<std::uint32_t> sums_, hills_, count_;
    std::vector<float> inverse_;
};

}  // namespace docbin
