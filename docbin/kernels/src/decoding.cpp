// The Python face of the decoders: checks first, pointers afterwards.
#include "decoding.hpp"

#include "png_filters.hpp"
#include "python_arrays.hpp"
#include "unpacking.hpp"

#include <stdexcept>

#include <nanobind/stl/pair.h>

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

template <class T>
using Kept = nb::ndarray<T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Used = std::pair<std::size_t, std::size_t>;

// The strings and the state are ours alone, but a caller may hand over anything.
static void check_lzw(const Kept<std::uint16_t>& prefix, const Kept<std::uint16_t>& length,
                      const Kept<std::uint8_t>& suffix, const Kept<std::int64_t>& state) {
    using namespace unpacking;
    if (prefix.shape(0) != CODES || length.shape(0) != CODES || suffix.shape(0) != CODES ||
        state.shape(0) != STATE_SIZE)
        throw std::invalid_argument("prefix, length and suffix must have 4096 values, state 7");
    const std::int64_t* at = state.data();
    const std::int64_t next = at[NEXT];
    if (at[BIT_COUNT] < 0 || at[BIT_COUNT] > 24 || next < 258 || next > CODES || at[PREVIOUS] < -1 ||
        at[PREVIOUS] >= next || at[PENDING] < -1 || at[PENDING] >= next || at[SENT] < 0)
        throw std::invalid_argument("state is none that this function leaves behind");
    for (int code = 0; code < next; ++code) {
        if (code == CLEAR || code == END) continue;
        const bool root = code < 256;
        if (length.data()[code] < 1 || length.data()[code] > CODES || (root && length.data()[code] != 1) ||
            (!root && (prefix.data()[code] >= code || prefix.data()[code] == CLEAR ||
                       prefix.data()[code] == END ||
                       length.data()[prefix.data()[code]] + 1 != length.data()[code])))
            throw std::invalid_argument("the strings are none that this function leaves behind");
    }
    if (at[PENDING] == CLEAR || at[PENDING] == END || at[PREVIOUS] == CLEAR || at[PREVIOUS] == END ||
        (at[PENDING] >= 0 && at[SENT] > length.data()[at[PENDING]]))
        throw std::invalid_argument("state is none that this function leaves behind");
}

static Used lzw_decode(Row<std::uint8_t> data, Kept<std::uint8_t> out, Kept<std::uint16_t> prefix,
                       Kept<std::uint16_t> length, Kept<std::uint8_t> suffix, Kept<std::int64_t> state) {
    check_lzw(prefix, length, suffix, state);
    unpacking::Progress done{};
    {
        nb::gil_scoped_release release;
        done = unpacking::lzw({data.data(), data.shape(0)}, {out.data(), out.shape(0)},
                              {prefix.data(), length.data(), suffix.data()}, state.data());
    }
    if (!done.sound) throw nb::value_error("a code of LZW has no string yet");
    return {done.consumed, done.produced};
}

static Used packbits_decode(Row<std::uint8_t> data, Kept<std::uint8_t> out) {
    unpacking::Progress done{};
    {
        nb::gil_scoped_release release;
        done = unpacking::packbits({data.data(), data.shape(0)}, {out.data(), out.shape(0)});
    }
    return {done.consumed, done.produced};
}

void bind_decoding(nb::module_& m) {
    m.def("png_unfilter", &png_unfilter, nb::arg("raw"), nb::arg("above"), nb::arg("pixel_bytes"));
    m.def("lzw_decode", &lzw_decode, nb::arg("data"), nb::arg("out"), nb::arg("prefix"), nb::arg("length"),
          nb::arg("suffix"), nb::arg("state"));
    m.def("packbits_decode", &packbits_decode, nb::arg("data"), nb::arg("out"));
}

}  // namespace docbin
