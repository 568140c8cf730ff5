// The gray rows of a band and its neighbours: the page itself where it lies so in memory, else a copy.
#pragma once
#include "row_bands.hpp"
#include "rows.hpp"

#include <algorithm>

namespace docbin::edge {

class GrayBand {
public:
    explicit GrayBand(const Rows& rows) : rows_(rows), reader_(rows) {}

    // Makes the rows [top - radius, bottom + radius), as far as the page goes, those that are seen.
    void see(std::size_t top, std::size_t bottom, std::size_t radius) {
        first_ = rows_.plane || top < radius ? 0 : top - radius;
        last_ = rows_.plane ? rows_.height : std::min(rows_.height, bottom + radius);
        if (rows_.plane) return;
        copy_.resize((last_ - first_) * rows_.width);
        for (std::size_t y = first_; y < last_; ++y) reader_.read(y, copy_.data() + (y - first_) * rows_.width);
    }

    const std::uint8_t* data() const { return rows_.plane ? rows_.plane : copy_.data(); }
    const std::uint8_t* row(std::size_t y) const { return data() + (y - first_) * rows_.width; }
    std::size_t first() const { return first_; }
    std::size_t height() const { return last_ - first_; }

private:
    const Rows& rows_;
    GrayReader reader_;
    std::vector<std::uint8_t> copy_;
    std::size_t first_ = 0, last_ = 0;
};

// Rows of a piece: few enough for little memory, many beside the rows that two pieces share.
inline std::size_t piece_rows(std::size_t radius) { return std::max<std::size_t>(64, 4 * radius); }

// Calls start() on every thread, and what it returns with (band, top, bottom) for pieces that together are the
// page; of each, `radius` rows more are seen above and below.
template <class Start>
void for_gray_bands(const Rows& rows, std::size_t radius, int threads, const Start& start) {
    std::size_t least = std::max<std::size_t>(64, 2 * radius);
    for_row_bands_from(0, rows.height, threads, least, [&] {
        return [&, band = GrayBand(rows), work = start()](std::size_t first, std::size_t last) mutable {
            std::size_t step = rows.plane ? last - first : piece_rows(radius);
            for (std::size_t top = first; top < last; top += step) {
                std::size_t bottom = std::min(last, top + step);
                band.see(top, bottom, radius);
                work(band, top, bottom);
            }
        };
    });
}

}  // namespace docbin::edge
