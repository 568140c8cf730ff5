// What local minimum and maximum are called with: the task of a page, and the room of a band.
#pragma once
#include "extremes_table.hpp"

#include <algorithm>
#include <vector>

namespace docbin {

// Beyond the page a window finds nothing.
inline ExtremesTask whole_page(const std::uint8_t* gray, std::size_t height, std::size_t width, std::size_t radius) {
    return {gray, height, width, 0, height, height ? std::min(radius, height - 1) : 0,
            width ? std::min(radius, width - 1) : 0};
}

// Room of one band, see ExtremesRoom. A framed line must hold the row, its windows, and whole blocks
// of groups of 64 beyond it.
class ExtremesBand {
public:
    explicit ExtremesBand(const ExtremesTask& task) {
        std::size_t span = 2 * task.radius_y + 1;
        std::size_t stride = (task.width + 63) / 64 * 64, line = task.width + 2 * (2 * task.radius_x + 1) + 256;
        bytes_.resize((2 * span + 5) * stride + 4 * line);
        std::uint8_t* data = bytes_.data();
        room_ = {stride, line, data, data + span * stride, data + 2 * span * stride, data + (2 * span + 5) * stride};
    }
    operator const ExtremesRoom&() const { return room_; }

private:
    std::vector<std::uint8_t> bytes_;
    ExtremesRoom room_;
};

}  // namespace docbin
