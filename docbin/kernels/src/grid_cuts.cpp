// The Python face of minimum cuts on grids: checks first, pointers afterwards.
#include "grid_cuts.hpp"

#include "grid_flow.hpp"
#include "python_arrays.hpp"

#include <stdexcept>

namespace docbin {

using namespace python;

using Ints = Plane<std::int32_t>;

// The largest terminal, weight times level, and potential: sums of a few of them stay within 32 bits.
constexpr std::int64_t largest = 1 << 27;

static void check_range(const Ints& values, std::int64_t low, std::int64_t high, const char* message) {
    const std::int32_t* data = values.data();
    bool fine = true;
    for (std::size_t i = 0; i < values.size(); ++i) fine &= data[i] >= low && data[i] <= high;
    if (!fine) throw std::invalid_argument(message);
}

static void check_shape(const Ints& values, const Ints& like) {
    if (values.shape(0) != like.shape(0) || values.shape(1) != like.shape(1))
        throw std::invalid_argument("terminal, right, down and potential must have one shape");
}

static void check_levels(const Row<std::int32_t>& levels) {
    std::int32_t last = 0;
    for (std::size_t i = 0; i < levels.shape(0); ++i) {
        if (levels.data()[i] <= last) throw std::invalid_argument("levels must be positive and rise");
        last = levels.data()[i];
    }
}

static void check_page(const Ints& terminal, const Ints& right, const Ints& down, const Ints& potential,
                       const Row<std::int32_t>& levels) {
    for (const Ints* plane : {&right, &down, &potential}) check_shape(*plane, terminal);
    if ((terminal.shape(0) + 2) * (terminal.shape(1) + 1) >= (std::size_t{1} << 31) - 1)
        throw std::invalid_argument("the page has more than 2^31 pixels");
    check_levels(levels);
    std::int64_t top = levels.shape(0) ? levels.data()[levels.shape(0) - 1] : 1;
    check_range(terminal, -largest, largest, "a terminal is beyond 2^27");
    check_range(potential, -largest, largest, "a potential is beyond 2^27");
    check_range(right, 0, largest / top, "a weight is negative, or beyond 2^27 with the highest level");
    check_range(down, 0, largest / top, "a weight is negative, or beyond 2^27 with the highest level");
}

void bind_grid_cuts(nb::module_& m) {
    m.def("grid_cuts", [](Ints terminal, Ints right, Ints down, Ints potential, Row<std::int32_t> levels) {
        check_page(terminal, right, down, potential, levels);
        std::size_t height = terminal.shape(0), width = terminal.shape(1), count = levels.shape(0);
        std::size_t bytes = (width + 7) / 8;
        auto cuts = zeros<std::uint8_t>({count, height, bytes});
        auto flows = zeros<std::int64_t>({count});
        if (height && width && count) {
            nb::gil_scoped_release release;
            GridFlow flow(height, width, terminal.data(), right.data(), down.data());
            for (std::size_t i = 0; i < count; ++i) {
                flow.raise(levels.data()[i], potential.data());
                flow.fill();
                flow.pack(cuts.data() + i * height * bytes);
                flows.data()[i] = flow.value();
            }
        }
        return nb::make_tuple(cuts, flows);
    }, nb::arg("terminal"), nb::arg("right"), nb::arg("down"), nb::arg("potential"), nb::arg("levels"));
}

}  // namespace docbin
