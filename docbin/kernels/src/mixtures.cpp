// The Python face of mixtures in windows: checks first, pointers afterwards.
#include "mixtures.hpp"

#include "mixture.hpp"
#include "python_arrays.hpp"
#include "row_bands.hpp"

#include <algorithm>
#include <stdexcept>

namespace docbin {

using namespace python;

namespace {

// A page, what of it takes part (not 0), and windows of 2 radius + 1 pixels around `count` places, clipped at the
// page's borders.
struct MixtureTask {
    const std::uint8_t *gray, *part;
    std::size_t height, width;
    const std::int32_t *y, *x;
    std::size_t count, radius;
    int rounds;
};

// Adds up, over the windows, shares of ink and windows themselves for the rows [top, bottom).
class MixtureRows {
public:
    MixtureRows(const MixtureTask& task, std::size_t top, std::size_t bottom, float* share, std::int32_t* seen)
        : task_(task), top_(top), bottom_(bottom), share_(share), seen_(seen) {}

    void write() {
        std::fill(share_ + top_ * task_.width, share_ + bottom_ * task_.width, 0.0f);
        std::fill(seen_ + top_ * task_.width, seen_ + bottom_ * task_.width, 0);
        for (std::size_t i = 0; i < task_.count; ++i) {
            const auto y = static_cast<std::size_t>(task_.y[i]), x = static_cast<std::size_t>(task_.x[i]);
            if (y + task_.radius < top_ || y >= bottom_ + task_.radius) continue;
            window(y < task_.radius ? 0 : y - task_.radius, std::min(y + task_.radius + 1, task_.height),
                   x < task_.radius ? 0 : x - task_.radius, std::min(x + task_.radius + 1, task_.width));
        }
    }

private:
    void window(std::size_t top, std::size_t bottom, std::size_t left, std::size_t right) {
        mixture_.clear();
        for (std::size_t y = top; y < bottom; ++y)
            for (std::size_t i = y * task_.width + left; i < y * task_.width + right; ++i)
                if (task_.part[i]) mixture_.count(task_.gray[i]);
        const float* shares = mixture_.shares(task_.rounds);
        for (std::size_t y = std::max(top, top_); y < std::min(bottom, bottom_); ++y)
            for (std::size_t i = y * task_.width + left; i < y * task_.width + right; ++i) {
                if (!task_.part[i]) continue;
                share_[i] += shares[task_.gray[i]];
                ++seen_[i];
            }
    }

    const MixtureTask& task_;
    const std::size_t top_, bottom_;
    float* share_;
    std::int32_t* seen_;
    Mixture mixture_;
};

}  // namespace

static auto mixture_shares(Plane<std::uint8_t> gray, Plane<std::uint8_t> part, Row<std::int32_t> y, Row<std::int32_t> x,
                           std::size_t window, int rounds, int threads) {
    const std::size_t height = gray.shape(0), width = gray.shape(1), radius = window / 2;
    if (part.shape(0) != height || part.shape(1) != width)
        throw std::invalid_argument("the page and what takes part must have one shape");
    if (y.shape(0) != x.shape(0)) throw std::invalid_argument("every window needs a row and a column");
    if (window % 2 == 0) throw std::invalid_argument("window must be odd");
    if (rounds < 0) throw std::invalid_argument("rounds must not be negative");
    for (std::size_t i = 0; i < y.shape(0); ++i)
        if (y.data()[i] < 0 || x.data()[i] < 0 || static_cast<std::size_t>(y.data()[i]) >= height ||
            static_cast<std::size_t>(x.data()[i]) >= width)
            throw std::invalid_argument("every window must have its middle on the page");
    const MixtureTask task{gray.data(), part.data(), height, width, y.data(), x.data(), y.shape(0), radius, rounds};
    auto share = blank<float>({height, width});
    auto seen = blank<std::int32_t>({height, width});
    {
        nb::gil_scoped_release release;
        // Windows that reach into two bands are fitted twice.
        for_row_bands(0, height, threads, 64 + 8 * radius, [&](std::size_t top, std::size_t bottom) {
            MixtureRows(task, top, bottom, share.data(), seen.data()).write();
        });
    }
    return nb::make_tuple(share, seen);
}

void bind_mixtures(nb::module_& m) {
    m.def("mixture_shares", mixture_shares, nb::arg("gray"), nb::arg("part"), nb::arg("y"), nb::arg("x"),
          nb::arg("window"), nb::arg("rounds"), nb::arg("threads") = 1);
}

}  // namespace docbin
