// The Python face of the G4 coder: checks first, pointers afterwards.
#include "coding.hpp"

#include "g4.hpp"
#include "python_arrays.hpp"

#include <algorithm>
#include <stdexcept>

#include <nanobind/stl/pair.h>

namespace docbin {

using namespace python;

using CodedRows = std::pair<nb::ndarray<nb::numpy, std::uint8_t>, std::uint64_t>;

static void check_coding(const Plane<std::uint8_t>& packed, std::int64_t width,
                         const Plane<std::uint8_t>& above, int head, int head_bits) {
    if (width < 1 || width > (1 << 30) || packed.shape(1) != static_cast<std::size_t>((width + 7) / 8))
        throw std::invalid_argument("packed must be (H, ceil(width / 8)) with 1 <= width <= 2^30");
    if (above.shape(0) > 0 && above.shape(1) != packed.shape(1))
        throw std::invalid_argument("above must be as wide as packed");
    if (head_bits < 0 || head_bits > 7 || head < 0 || head > 255)
        throw std::invalid_argument("head must be a byte of which 0 to 7 bits are used");
}

static CodedRows g4_encode(Plane<std::uint8_t> packed, std::int64_t width, Plane<std::uint8_t> above,
                           int head, int head_bits) {
    check_coding(packed, width, above, head, head_bits);
    const std::size_t height = packed.shape(0), stride = packed.shape(1);
    const std::size_t bound = g4::row_bound(static_cast<std::size_t>(width));
    // The guess holds text pages; noise makes it grow. Memory that is not written costs nothing.
    std::size_t capacity = 2 * bound + height * stride / 4;
    std::unique_ptr<std::uint8_t[]> out(new std::uint8_t[capacity]);
    std::uint64_t bits = static_cast<std::uint64_t>(head_bits);
    out[0] = static_cast<std::uint8_t>(head);
    {
        nb::gil_scoped_release release;
        std::unique_ptr<std::int32_t[]> changes(new std::int32_t[2 * (width + 8)]);
        const std::uint8_t* last =
            above.shape(0) ? above.data() + (above.shape(0) - 1) * stride : nullptr;
        for (std::size_t y = 0; y < height;) {
            const std::size_t done =
                g4::encode({packed.data() + y * stride, height - y, stride},
                           static_cast<std::int32_t>(width), last, changes.get(), {out.get(), capacity}, bits);
            y += done;
            if (done) last = packed.data() + (y - 1) * stride;
            if (y == height) break;
            std::unique_ptr<std::uint8_t[]> larger(new std::uint8_t[2 * capacity]);
            std::copy(out.get(), out.get() + (bits + 7) / 8, larger.get());
            out.swap(larger);
            capacity *= 2;
        }
    }
    auto used = static_cast<std::size_t>((bits + 7) / 8);
    auto coded = blank<std::uint8_t>({used});
    std::copy(out.get(), out.get() + used, coded.data());
    return {coded, bits};
}

void bind_coding(nb::module_& m) {
    m.def("g4_encode", &g4_encode, nb::arg("packed"), nb::arg("width"), nb::arg("above"),
          nb::arg("head") = 0, nb::arg("head_bits") = 0);
}

}  // namespace docbin
