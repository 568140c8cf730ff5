// How far apart the two sides of strokes are, along rows.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace docbin {

// Counts distances in half pixels between the middles of a run of edge pixels across which the row
// darkens and of the next run, if it brightens there. The pixels beside a run say which; at the page's
// border the run's own end does.
class EdgePairs {
public:
    EdgePairs(const std::uint8_t* gray, const std::uint8_t* edges, std::size_t width, std::size_t bins,
              std::int64_t* counts)
        : gray_(gray), edges_(edges), width_(width), bins_(bins), counts_(counts) {}

    void row(std::size_t y) {
        const std::uint8_t *gray = gray_ + y * width_, *edges = edges_ + y * width_;
        std::size_t dark = 0;
        bool open = false;
        for (std::size_t x = 0; (x = next_edge(edges, x)) < width_;) {
            std::size_t start = x;
            while (x < width_ && edges[x] != 0) ++x;
            std::uint8_t before = gray[start > 0 ? start - 1 : 0], after = gray[std::min(x, width_ - 1)];
            std::size_t middle = start + x;
            if (open && after > before) ++counts_[std::min(middle - dark, bins_ - 1)];
            open = before > after;
            dark = middle;
        }
    }

private:
    // The first edge pixel from x on; most are none, and eight of them are passed at once.
    std::size_t next_edge(const std::uint8_t* edges, std::size_t x) const {
        for (std::uint64_t eight; x + 8 <= width_; x += 8) {
            std::memcpy(&eight, edges + x, 8);
            if (eight != 0) break;
        }
        while (x < width_ && edges[x] == 0) ++x;
        return x;
    }

    const std::uint8_t *gray_, *edges_;
    std::size_t width_, bins_;
    std::int64_t* counts_;
};

}  // namespace docbin
