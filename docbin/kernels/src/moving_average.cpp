// Wellner's threshold: a fading sum of the pixels that were passed, forth in one row and back in the next.
#include "moving_average.hpp"

#include "python_arrays.hpp"
#include "table.hpp"

#include <cstring>
#include <stdexcept>
#include <vector>

namespace docbin {

using namespace python;

using Gray = Plane<std::uint8_t>;

// Each pixel fades the sum g by a and adds itself. Four pixels are taken at once, from one g:
// reference_moving_average.py says in which order, which fixes how each sum is rounded.
class FadingSum {
public:
    FadingSum(double fade, double start) : a_(fade), a2_(a_ * a_), a3_(a2_ * a_), a4_(a2_ * a2_), g_(start) {}

    // place(i) is the pixel that is passed as number i of the row.
    template <class Place>
    void pass(const std::uint8_t* row, std::size_t width, const Place& place, double* sums) {
        double g = g_;
        std::size_t i = 0;
        for (; i + 4 <= width; i += 4) {
            double first = row[place(i)], second = a_ * first + row[place(i + 1)];
            double third = a_ * second + row[place(i + 2)], fourth = a_ * third + row[place(i + 3)];
            sums[place(i)] = a_ * g + first;
            sums[place(i + 1)] = a2_ * g + second;
            sums[place(i + 2)] = a3_ * g + third;
            g = a4_ * g + fourth;
            sums[place(i + 3)] = g;
        }
        for (; i < width; ++i) sums[place(i)] = g = a_ * g + row[place(i)];
        g_ = g;
    }

private:
    const double a_, a2_, a3_, a4_;
    double g_;
};

static auto moving_average_bits(Gray gray, std::size_t span, double t) {
    if (span < 1) throw std::invalid_argument("span must be at least 1");
    if (!(t >= 0 && t <= 1)) throw std::invalid_argument("t must be from 0 to 1");
    std::size_t height = gray.shape(0), width = gray.shape(1), bytes = (width + 7) / 8;
    auto bits = blank<std::uint8_t>({height, bytes});
    nb::gil_scoped_release release;
    double pixels = static_cast<double>(span);
    FadingSum sum(1.0 - 1.0 / pixels, 127.0 * pixels);
    double share = (1.0 - t) / (2.0 * pixels);
    std::vector<double> sums(width), above(width);
    std::vector<std::uint8_t> ink(8 * bytes);
    for (std::size_t y = 0; y < height; ++y) {
        const std::uint8_t* row = gray.data() + y * width;
        if (y % 2 == 0) sum.pass(row, width, [](std::size_t i) { return i; }, sums.data());
        else sum.pass(row, width, [width](std::size_t i) { return width - 1 - i; }, sums.data());
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
