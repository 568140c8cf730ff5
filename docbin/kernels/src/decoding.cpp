// The Python face of the decoders: checks first, pointers afterwards.
#include "decoding.hpp"

#include "png_filters.hpp"
#include "python_arrays.hpp"

#include <stdexcept>

namespace docbin {

using namespace python;

using Rows = nb::ndarray<nb::numpy, std::uint8_t>;

static Rows png_unfilter(Plane<std::uint8_t> raw, Row<std::uint8_t> above, std::size_t pixel_bytes) {
    const std::size_t rows = raw.shape(0), n = above.shape(0);
    if (raw.shape(1) != n + 1) throw std::invalid_argument("raw must have one column more than above");
    if (n == 0 || pixel_bytes == 0 || n % pixel_bytes)
        throw std::invalid_argument("a row must be a whole number of pixels");
    auto out = blank<std::uint8_t>({rows, n});
    bool known = false;
    {
        nb::gil_scoped_release release;
        const auto undo = [&](auto run) { known = run(raw.data(), rows, n, above.data(), out.data()); };
        switch (pixel_bytes) {
            case 1: undo(png::undo<1>); break;
            case 2: undo(png::undo<2>); break;
            case 3: undo(png::undo<3>); break;
            case 4: undo(png::undo<4>); break;
            case 6: undo(png::undo<6>); break;
            case 8: undo(png::undo<8>); break;
            default: break;
        }
    }
    if (!known) throw nb::value_error("a row has a filter that PNG does not know");
    return out;
}

void bind_decoding(nb::module_& m) {
    m.def("png_unfilter", &png_unfilter, nb::arg("raw"), nb::arg("above"), nb::arg("pixel_bytes"));
}

}  // namespace docbin
