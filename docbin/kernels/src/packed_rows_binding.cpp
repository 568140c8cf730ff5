// The Python face of packed networks' row kernels on whole arrays, for tests: checks first.
#include "packed_arrays.hpp"
#include "packed_binding.hpp"
#include "python_arrays.hpp"
#include "table.hpp"

#include <stdexcept>
#include <utility>

namespace docbin {

using namespace python;
using packed_arrays::Rows;

using Stream = nb::ndarray<const std::int16_t, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using Pixels = nb::ndarray<const std::uint8_t, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using Logits = nb::ndarray<const std::int16_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Numbers = nb::ndarray<const std::int16_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

static const NetKernels& net_table() { return chosen_kernels().net; }

static void require(bool good, const char* message) {
    if (!good) throw std::invalid_argument(message);
}

template <class T>
static void check_extents(const T& array, bool even) {
    require(array.shape(0) && array.shape(1) && array.shape(2), "the stream must not be empty");
    require(array.shape(2) <= 1024, "at most 1024 channels");
    require(!even || (array.shape(0) % 2 == 0 && array.shape(1) % 2 == 0), "extents must be even");
}

static Rows<std::int16_t> rows_of(const Stream& stream) {
    return packed_arrays::spread(stream.data(), stream.shape(0), stream.shape(1), stream.shape(2));
}

// Rows of the result, filled by F(rows), as an array.
template <class F>
static auto result(std::size_t height, std::size_t width, std::size_t channels, F f) {
    Rows<std::int16_t> rows(height, width, padded_channels(channels));
    auto found = blank<std::int16_t>({height, width, channels});
    f(rows);
    packed_arrays::gather(rows, height, width, channels, found.data());
    return found;
}

static const std::int16_t* numbers(const net::Block& block) { return reinterpret_cast<const std::int16_t*>(block.get()); }

static net::Block parameters(const Numbers& given, std::size_t channels) {
    require(given.shape(0) == channels, "parameters must be (channels,)");
    return packed_arrays::padded(given.data(), 1, channels);
}

static auto haar_page(Pixels page) {
    check_extents(page, true);
    std::size_t height = page.shape(0) / 2, width = page.shape(1) / 2, channels = page.shape(2);
    require(channels <= 256, "at most 256 channels");
    return result(height, width, 4 * channels, [&](auto& out) {
        const std::uint8_t* top = page.data();
        for (std::size_t y = 0; y < height; ++y, top += 4 * width * channels)
            net_table().haar_page(top, top + 2 * width * channels, width, channels, out.row(y));
    });
}

using PairKernel = void (*)(const std::int16_t*, const std::int16_t*, std::size_t, std::size_t, std::int16_t*);

// Kernels that make a row of two; `by` channels for one.
static auto halved(const Stream& stream, PairKernel kernel, std::size_t by) {
    check_extents(stream, true);
    std::size_t height = stream.shape(0) / 2, width = stream.shape(1) / 2, channels = stream.shape(2);
    require(by * channels <= 1024, "at most 256 channels");
    auto in = rows_of(stream);
    return result(height, width, by * channels, [&](auto& out) {
        for (std::size_t y = 0; y < height; ++y)
            kernel(in.row(2 * y), in.row(2 * y + 1), width, by == 1 ? padded_channels(channels) : channels, out.row(y));
    });
}

static auto unhaar(Stream stream) {
    check_extents(stream, false);
    require(stream.shape(2) % 4 == 0, "channels must be a multiple of 4");
    auto in = rows_of(stream);
    return result(2 * stream.shape(0), 2 * stream.shape(1), stream.shape(2) / 4, [&](auto& out) {
        for (std::size_t y = 0; y < stream.shape(0); ++y)
            net_table().unhaar(in.row(y), stream.shape(1), stream.shape(2), out.row(2 * y), out.row(2 * y + 1));
    });
}

static void check_same(const Stream& a, const Stream& b) {
    require(a.shape(0) == b.shape(0) && a.shape(1) == b.shape(1) && a.shape(2) == b.shape(2), "shapes must be equal");
}

static auto add(Stream a, Stream b) {
    check_extents(a, false);
    check_same(a, b);
    auto first = rows_of(a), second = rows_of(b);
    return result(a.shape(0), a.shape(1), a.shape(2), [&](auto& out) {
        for (std::size_t y = 0; y < a.shape(0); ++y)
            net_table().add(first.row(y), second.row(y), a.shape(1), padded_channels(a.shape(2)), out.row(y));
    });
}

static auto rprelu(Stream stream, Numbers a, Numbers slope, Numbers b) {
    check_extents(stream, false);
    std::size_t channels = stream.shape(2);
    net::Block first = parameters(a, channels), second = parameters(slope, channels), third = parameters(b, channels);
    for (std::size_t c = 0; c < channels; ++c) require(slope.data()[c] >= -32767, "slope must be -32767 or more");
    Rprelu p{numbers(first), numbers(second), numbers(third)};
    auto in = rows_of(stream);
    return result(stream.shape(0), stream.shape(1), channels, [&](auto& out) {
        for (std::size_t y = 0; y < stream.shape(0); ++y)
            net_table().rprelu(in.row(y), stream.shape(1), padded_channels(channels), p, out.row(y));
    });
}

static auto quantise(Stream stream, Numbers shift, Numbers mult, int bits) {
    check_extents(stream, false);
    require(bits == 1 || bits == 4 || bits == 8, "bits must be 1, 4 or 8");
    std::size_t height = stream.shape(0), width = stream.shape(1), channels = stream.shape(2);
    net::Block first = parameters(shift, channels), second = parameters(mult, channels);
    for (std::size_t c = 0; bits != 1 && c < channels; ++c) require(mult.data()[c] >= 1, "mult must be 1 or more");
    Quantiser q{bits, numbers(first), numbers(second)};
    auto in = rows_of(stream);
    auto found = blank<std::uint8_t>({height, width, channels});
    Rows<std::uint64_t> words(height, width, (channels + 63) / 64);
    Rows<std::uint8_t> codes(height, width, padded_channels(channels));
    for (std::size_t y = 0; y < height; ++y)
        net_table().quantise(in.row(y), width, channels, q, bits == 1 ? static_cast<void*>(words.row(y)) : codes.row(y));
    if (bits == 1) packed_arrays::unpack(words, height, width, channels, found.data());
    else packed_arrays::gather(codes, height, width, channels, found.data());
    return found;
}

static auto max3(Stream stream) {
    check_extents(stream, false);
    std::size_t height = stream.shape(0), width = stream.shape(1), channels = stream.shape(2);
    auto in = rows_of(stream);
    return result((height + 1) / 2, (width + 1) / 2, channels, [&](auto& out) {
        for (std::size_t y = 0; y < height; y += 2) {
            const std::int16_t* three[] = {y ? in.row(y - 1) : nullptr, in.row(y), y + 1 < height ? in.row(y + 1) : nullptr};
            net_table().max3(three, width, padded_channels(channels), out.row(y / 2));
        }
    });
}

static auto upsample2(Stream stream) {
    check_extents(stream, false);
    std::size_t height = stream.shape(0), width = stream.shape(1), channels = stream.shape(2);
    auto in = rows_of(stream);
    return result(2 * height, 2 * width, channels, [&](auto& out) {
        for (std::size_t y = 0; y < 2 * height; ++y)
            net_table().upsample2(in.row(y / 2), width, padded_channels(channels), out.row(y));
    });
}

static auto upsample2_add(Stream stream, Stream other) {
    check_extents(stream, false);
    std::size_t height = stream.shape(0), width = stream.shape(1), channels = stream.shape(2);
    require(other.shape(0) == 2 * height && other.shape(1) == 2 * width && other.shape(2) == channels,
            "the other stream must be twice as large");
    auto in = rows_of(stream), more = rows_of(other);
    return result(2 * height, 2 * width, channels, [&](auto& out) {
        for (std::size_t y = 0; y < 2 * height; ++y)
            net_table().upsample2_add(in.row(y / 2), more.row(y), width, padded_channels(channels), out.row(y));
    });
}

static void check_factor(std::size_t factor) { require(factor == 2 || factor == 4 || factor == 8, "factor must be 2, 4 or 8"); }

static auto shuffle(Stream stream, std::size_t factor) {
    check_extents(stream, false);
    check_factor(factor);
    require(stream.shape(2) % (factor * factor) == 0, "channels must be a multiple of the factor's square");
    std::size_t channels = stream.shape(2) / (factor * factor);
    auto in = rows_of(stream);
    return result(factor * stream.shape(0), factor * stream.shape(1), channels, [&](auto& out) {
        for (std::size_t y = 0; y < factor * stream.shape(0); ++y)
            net_table().shuffle(in.row(y / factor), stream.shape(1), channels, factor, y % factor, out.row(y));
    });
}

static auto unshuffle(Stream stream, std::size_t factor) {
    check_extents(stream, false);
    check_factor(factor);
    std::size_t height = stream.shape(0) / factor, width = stream.shape(1) / factor, channels = stream.shape(2);
    require(stream.shape(0) % factor == 0 && stream.shape(1) % factor == 0, "extents must be multiples of the factor");
    require(channels * factor * factor <= 1024, "at most 1024 channels");
    auto in = rows_of(stream);
    return result(height, width, channels * factor * factor, [&](auto& out) {
        for (std::size_t y = 0; y < height; ++y)
            for (std::size_t i = 0; i < factor; ++i)
                net_table().unshuffle(in.row(y * factor + i), width, channels, factor, i, out.row(y));
    });
}

static auto threshold_bits(Logits logits, int threshold) {
    require(threshold >= -32768 && threshold <= 32767, "threshold must fit int16");
    std::size_t height = logits.shape(0), width = logits.shape(1);
    auto bits = blank<std::uint8_t>({height, (width + 7) / 8});
    for (std::size_t y = 0; y < height; ++y)
        net_table().threshold_bits(logits.data() + y * width, width, 1, threshold, bits.data() + y * ((width + 7) / 8));
    return bits;
}

static auto shuffled_bits(Stream stream, std::size_t skip, std::size_t width, int threshold) {
    check_extents(stream, false);
    require(threshold >= -32768 && threshold <= 32767, "threshold must fit int16");
    require(stream.shape(2) == 4, "4 channels are needed");
    require(skip <= 2 * stream.shape(1) && width <= 2 * stream.shape(1) - skip, "the row is not so wide");
    auto in = rows_of(stream);
    std::size_t bytes = (width + 7) / 8;
    auto bits = blank<std::uint8_t>({2 * stream.shape(0), bytes});
    for (std::size_t y = 0; y < 2 * stream.shape(0); ++y)
        net_table().shuffled_bits(in.row(y / 2), skip, width, y % 2, threshold, bits.data() + y * bytes);
    return bits;
}

void bind_packed_rows(nb::module_& m) {
    auto stream = nb::arg("stream").noconvert();
    m.def("packed_haar_page", haar_page, nb::arg("page").noconvert());
    m.def("packed_haar", [](Stream s) { return halved(s, net_table().haar, 4); }, stream);
    m.def("packed_average2", [](Stream s) { return halved(s, net_table().average2, 1); }, stream);
    m.def("packed_max2", [](Stream s) { return halved(s, net_table().max2, 1); }, stream);
    m.def("packed_unhaar", unhaar, stream);
    m.def("packed_add", add, nb::arg("first").noconvert(), nb::arg("second").noconvert());
    m.def("packed_rprelu", rprelu, stream, nb::arg("a").noconvert(), nb::arg("slope").noconvert(), nb::arg("b").noconvert());
    m.def("packed_quantise", quantise, stream, nb::arg("shift").noconvert(), nb::arg("mult").noconvert(), nb::arg("bits"));
    m.def("packed_max3", max3, stream);
    m.def("packed_upsample2", upsample2, stream);
    m.def("packed_upsample2_add", upsample2_add, stream, nb::arg("other").noconvert());
    m.def("packed_shuffle", shuffle, stream, nb::arg("factor"));
    m.def("packed_unshuffle", unshuffle, stream, nb::arg("factor"));
    m.def("packed_threshold_bits", threshold_bits, nb::arg("logits").noconvert(), nb::arg("threshold"));
    m.def("packed_shuffled_bits", shuffled_bits, stream, nb::arg("skip"), nb::arg("width"), nb::arg("threshold"));
}

}  // namespace docbin
