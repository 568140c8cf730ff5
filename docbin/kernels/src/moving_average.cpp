// Wellner's threshold: a fading sum of the pixels that were passed, forth in one row and back in the next.
#include "moving_average.hpp"

#include "python_arrays.hpp"
#include "table.hpp"

#include <stdexcept>
#include <vector>

namespace docbin {

using namespace python;

using Gray = Plane<std::uint8_t>;

static auto moving_average_bits(Gray gray, std::size_t span, double t) {
    if (span < 1) throw std::invalid_argument("span must be at least 1");
    if (!(t >= 0 && t <= 1)) throw std::invalid_argument("t must be from 0 to 1");
    std::size_t height = gray.shape(0), width = gray.shape(1), bytes = (width + 7) / 8;
    auto bits = blank<std::uint8_t>({height, bytes});
    nb::gil_scoped_release release;
    double pixels = static_cast<double>(span);
    double fade = 1.0 - 1.0 / pixels, sum = 127.0 * pixels, share = (1.0 - t) / (2.0 * pixels);
    std::vector<double> sums(width), above(width);
    std::vector<std::uint8_t> ink(8 * bytes);
    for (std::size_t y = 0; y < height; ++y) {
        const std::uint8_t* row = gray.data() + y * width;
        sum = chosen_kernels().fading_sums(row, y, width, fade, sum, sums.data());
        chosen_kernels().mean_bits(row, sums.data(), y == 0 ? sums.data() : above.data(), share, width, ink.data(),
                                   bits.data() + y * bytes);
        sums.swap(above);
    }
    return bits;
}

void bind_moving_average(nb::module_& m) {
    m.def("moving_average_bits", moving_average_bits, nb::arg("gray"), nb::arg("span"), nb::arg("t"));
}

}  // namespace docbin
