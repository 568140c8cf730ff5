// The Python face of filters and walks that show the paper: checks first, pointers afterwards.
#include "backgrounds_binding.hpp"

#include "edge_pairs.hpp"
#include "inpainting.hpp"
#include "local_band.hpp"
#include "python_arrays.hpp"
#include "rank_filter.hpp"
#include "row_bands.hpp"
#include "table.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <vector>

namespace docbin {

using namespace python;

using Bytes = Plane<std::uint8_t>;

static void same_shape(const Bytes& page, const Bytes& marks) {
    if (page.shape(0) != marks.shape(0) || page.shape(1) != marks.shape(1))
        throw std::invalid_argument("the page and its marks must have one shape");
}

static void bind_walks(nb::module_& m) {
    m.def("edge_pairs", [](Bytes gray, Bytes edges, std::size_t bins, int threads) {
        same_shape(gray, edges);
        if (bins == 0) throw std::invalid_argument("bins must be positive");
        auto counts = zeros<std::int64_t>({bins});
        {
            nb::gil_scoped_release release;
            std::mutex adding;
            for_row_bands(0, gray.shape(0), threads, 64, [&](std::size_t top, std::size_t bottom) {
                std::vector<std::int64_t> part(bins);
                EdgePairs pairs(gray.data(), edges.data(), gray.shape(1), bins, part.data());
                for (std::size_t y = top; y < bottom; ++y) pairs.row(y);
                std::lock_guard<std::mutex> guard(adding);
                for (std::size_t i = 0; i < bins; ++i) counts.data()[i] += part[i];
            });
        }
        return counts;
    }, nb::arg("gray"), nb::arg("edges"), nb::arg("bins"), nb::arg("threads") = 1);
    m.def("inpaint", [](Bytes gray, Bytes ink, int threads) {
        same_shape(gray, ink);
        std::size_t height = gray.shape(0), width = gray.shape(1);
        auto paper = blank<std::uint8_t>({height, width});
        {
            nb::gil_scoped_release release;
            std::optional<PaperWalk> walks[4];
            for_row_bands(0, 4, threads, 1, [&](std::size_t first, std::size_t last) {
                for (std::size_t i = first; i < last; ++i)
                    walks[i].emplace(gray.data(), ink.data(), height, width).run(i / 2 == 1, i % 2 == 1);
            });
            for (std::size_t i = 0; i < height * width; ++i) {
                std::uint8_t least = 255;
                for (const auto& walk : walks)
                    if (walk->known[i]) least = std::min(least, walk->values[i]);
                paper.data()[i] = least;
            }
        }
        return paper;
    }, nb::arg("gray"), nb::arg("ink"), nb::arg("threads") = 1);
}

static void bind_depth(nb::module_& m) {
    m.def("depth_threshold", [](Bytes gray, Bytes paper, Row<std::int16_t> limits, int threads) {
        same_shape(gray, paper);
        if (limits.shape(0) != 256) throw std::invalid_argument("limits must be 256 values");
        auto ink = blank<std::uint8_t>({gray.shape(0), gray.shape(1)});
        bool bare = true;
        for (int value = 0; value < 256; ++value) bare = bare && value >= limits.data()[value];
        {
            nb::gil_scoped_release release;
            for_row_bands(0, gray.size(), threads, 1 << 18, [&](std::size_t first, std::size_t last) {
                const std::uint8_t *seen = gray.data(), *shade = paper.data();
                const std::int16_t* limit = limits.data();
                std::uint8_t* out = ink.data();
                std::size_t i = first;
                // Most of a page is its own paper, and that is no ink.
                for (; bare && i + 8 <= last; i += 8) {
                    if (std::memcmp(seen + i, shade + i, 8) == 0) std::memset(out + i, 0, 8);
                    else for (std::size_t k = i; k < i + 8; ++k) out[k] = seen[k] < limit[shade[k]];
                }
                for (; i < last; ++i) out[i] = seen[i] < limit[shade[i]];
            });
        }
        return ink;
    }, nb::arg("gray"), nb::arg("paper"), nb::arg("limits"), nb::arg("threads") = 1);
}

static void bind_rank(nb::module_& m) {
    m.def("rank_filter", [](Bytes gray, std::size_t tall, std::size_t wide, unsigned percent, int threads) {
        if (tall == 0 || wide == 0 || tall > 1u << 20 || wide > 1u << 20)
            throw std::invalid_argument("sides must be from 1 to 1048576");
        if (percent > 100) throw std::invalid_argument("percent must be from 0 to 100");
        std::size_t height = gray.shape(0), width = gray.shape(1);
        auto ranked = blank<std::uint8_t>({height, width});
        if (height && width) {
            nb::gil_scoped_release release;
            for_row_bands(0, height, threads, 16, [&](std::size_t top, std::size_t bottom) {
                RankFilter filter(gray.data(), height, width, tall, wide, percent);
                for (std::size_t y = top; y < bottom; ++y) filter.row(y, ranked.data() + y * width);
            });
        }
        return ranked;
    }, nb::arg("gray"), nb::arg("tall"), nb::arg("wide"), nb::arg("percent"), nb::arg("threads") = 1);
}

static void bind_wiener(nb::module_& m) {
    m.def("wiener", [](Bytes gray, std::size_t window, int threads) {
        if (window % 2 == 0 || window > 13) throw std::invalid_argument("window must be odd and at most 13");
        std::size_t height = gray.shape(0), width = gray.shape(1), radius = window / 2;
        auto out = blank<std::uint8_t>({height, width});
        if (height && width) {
            nb::gil_scoped_release release;
            auto banded = [&](const auto& work) {
                for_row_bands(0, height, threads, 64, [&](std::size_t top, std::size_t bottom) {
                    LocalBand room(width, radius);
                    work(LocalTask{gray.data(), nullptr, height, width, top, bottom, radius}, room.room());
                });
            };
            std::atomic<std::int64_t> total{0};
            banded([&](const LocalTask& band, const LocalRoom& room) {
                total += chosen_kernels().wiener.noise(band, room);
            });
            double pixels = static_cast<double>(height) * static_cast<double>(width);
            auto noise = static_cast<float>(static_cast<double>(total.load()) / 256.0 / pixels);
            banded([&](const LocalTask& band, const LocalRoom& room) {
                chosen_kernels().wiener.filter(band, room, noise, out.data() + band.top * width);
            });
        }
        return out;
    }, nb::arg("gray"), nb::arg("window"), nb::arg("threads") = 1);
}

static void bind_doubling(nb::module_& m) {
    m.def("doubled", [](Bytes gray, int threads) {
        std::size_t height = gray.shape(0), width = gray.shape(1);
        auto out = blank<std::uint8_t>({2 * height, 2 * width});
        if (height && width) {
            nb::gil_scoped_release release;
            for_row_bands_from(0, height, threads, 32, [&] {
                return [&, column = std::vector<std::int16_t>(width + 4)](std::size_t top, std::size_t bottom) mutable {
                    // Beyond the page its border repeats.
                    auto row = [&](std::size_t y, std::size_t step, bool up) {
                        std::size_t at = up ? (y < step ? 0 : y - step) : std::min(y + step, height - 1);
                        return gray.data() + at * width;
                    };
                    for (std::size_t y = top; y < bottom; ++y)
                        for (bool up : {true, false}) {
                            const std::uint8_t* rows[4] = {row(y, 1, !up), row(y, 0, up), row(y, 1, up), row(y, 2, up)};
                            std::uint8_t* line = out.data() + (2 * y + !up) * 2 * width;
                            chosen_kernels().doubled_row(rows, width, column.data(), line);
                        }
                };
            });
        }
        return out;
    }, nb::arg("gray"), nb::arg("threads") = 1);
}

void bind_backgrounds(nb::module_& m) {
    bind_doubling(m);
    bind_walks(m);
    bind_depth(m);
    bind_rank(m);
    bind_wiener(m);
}

}  // namespace docbin
