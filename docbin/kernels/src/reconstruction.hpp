// The components of ink that meet a seed. Bands of rows are joined each by itself, then their roots across the
// seams: which ink stays does not depend on where the seams are.
#pragma once
#include "joined_runs.hpp"
#include "row_bands.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

namespace docbin {

class Reconstruction {
public:
    Reconstruction(const std::uint8_t* ink, const std::uint8_t* seed, std::size_t height, std::size_t width, int reach,
                   int threads)
        : width_(width), threads_(threads), tops_(tops_of(height, threads)), bands_(tops_.size() - 1),
          met_(bands_.size()), firsts_(bands_.size() + 1) {
        each_band([&](std::size_t band) {
            const std::size_t top = tops_[band];
            bands_[band] = std::make_unique<JoinedRuns>(ink + top * width, tops_[band + 1] - top, width, reach);
            meet(band, seed + top * width);
        });
        for (std::size_t band = 0; band < bands_.size(); ++band)
            firsts_[band + 1] = firsts_[band] + static_cast<std::int32_t>(bands_[band]->count());
        join_seams(reach);
    }

    // Paints 1 over what stays.
    void paint(std::uint8_t* kept) {
        each_band([&](std::size_t band) {
            JoinedRuns& runs = *bands_[band];
            runs.for_each([&](std::int32_t y, const Run& run) {
                if (met_[band][runs.root(run.label)])
                    std::memset(kept + (tops_[band] + y) * width_ + run.start, 1, run.stop - run.start);
            });
        });
    }

private:
    static std::vector<std::size_t> tops_of(std::size_t height, int threads) {
        const std::size_t most = std::max<std::size_t>(1, height / 64);
        const std::size_t count = threads < 2 ? 1 : std::min(BANDS_PER_THREAD * static_cast<std::size_t>(threads), most);
        std::vector<std::size_t> tops;
        for (std::size_t band = 0; band <= count; ++band) tops.push_back(height * band / count);
        return tops;
    }

    template <class Work>
    void each_band(const Work& work) {
        for_row_bands(0, bands_.size(), threads_, 1, [&](std::size_t first, std::size_t last) {
            for (std::size_t band = first; band < last; ++band) work(band);
        });
    }

    // Which roots of a band have a pixel of the seed.
    void meet(std::size_t band, const std::uint8_t* seed) {
        JoinedRuns& runs = *bands_[band];
        std::vector<std::uint8_t> met(runs.count());
        runs.for_each([&](std::int32_t y, const Run& run) {
            std::uint8_t& known = met[runs.root(run.label)];
            if (!known) known = any(seed + static_cast<std::size_t>(y) * width_ + run.start, run.stop - run.start);
        });
        met_[band] = std::move(met);
    }

    static bool any(const std::uint8_t* values, std::int32_t count) {
        for (std::int32_t i = 0; i < count; ++i)
            if (values[i]) return true;
        return false;
    }

    // Roots that touch across a seam are one component: met if one of them is.
    void join_seams(int reach) {
        std::vector<std::int32_t> parent, roots;
        if (bands_.size() > 1) parent.assign(firsts_.back(), -1);
        auto known = [&](std::size_t band, const Run& run) {
            const std::int32_t root = firsts_[band] + bands_[band]->root(run.label);
            if (parent[root] < 0) {
                parent[root] = root;
                roots.push_back(root);
            }
            return root_of(parent, root);
        };
        for (std::size_t band = 1; band < bands_.size(); ++band) {
            const JoinedRuns &above = *bands_[band - 1], &below = *bands_[band];
            const std::size_t last = above.height() - 1;
            for_touching(above.begin_of(last), above.end_of(last), below.begin_of(0), below.end_of(0), reach,
                         [&](const Run& a, const Run& b) {
                             const std::int32_t p = known(band - 1, a), q = known(band, b);
                             parent[std::max(p, q)] = std::min(p, q);
                         });
        }
        for (std::int32_t root : roots)
            if (met_at(root)) met_at(root_of(parent, root)) = 1;
        for (std::int32_t root : roots) met_at(root) = met_at(root_of(parent, root));
    }

    std::uint8_t& met_at(std::int32_t root) {
        const std::size_t band = std::upper_bound(firsts_.begin(), firsts_.end(), root) - firsts_.begin() - 1;
        return met_[band][root - firsts_[band]];
    }

    const std::size_t width_;
    const int threads_;
    const std::vector<std::size_t> tops_;
    std::vector<std::unique_ptr<JoinedRuns>> bands_;
    std::vector<std::vector<std::uint8_t>> met_;
    std::vector<std::int32_t> firsts_;
};

}  // namespace docbin
