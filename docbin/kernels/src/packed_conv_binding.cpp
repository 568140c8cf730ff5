// The Python face of packed convolutions on whole arrays, for tests and timings: checks first.
#include "packed_binding.hpp"
#include "packed_layer.hpp"
#include "python_arrays.hpp"

#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include <nanobind/stl/vector.h>

namespace docbin {

using namespace python;

template <class T, int D>
using Array = nb::ndarray<const T, nb::ndim<D>, nb::c_contig, nb::device::cpu>;
using Numbers = Array<std::int16_t, 1>;

static void require(bool good, const char* message) {
    if (!good) throw std::invalid_argument(message);
}

static std::size_t most_channels(std::size_t channels) {
    require(channels >= 1 && channels <= 1024, "channels must be 1 to 1024");
    return channels;
}

// Extents and kind of the convolution; `in` is what the weights say of the channels.
static void set_shape(PackedLayer& layer, const Array<std::uint8_t, 3>& codes, std::size_t bases, std::size_t outputs,
                      std::size_t taps, int bits, std::size_t stride, int shift) {
    layer.height = codes.shape(0);
    layer.width = codes.shape(1);
    require(layer.height && layer.width, "codes must not be empty");
    require(taps == 1 || taps == 9, "weight must have 1 or 9 taps");
    require(stride == 1 || stride == 2, "stride must be 1 or 2");
    require(shift >= 0 && shift <= 46, "shift must be 0 to 46");
    require(bases == 1 || bases == 2, "weight must have 1 or 2 bases");
    layer.conv.kind = bits == 8 ? ConvKind::w8a8 : bits == 4 ? ConvKind::w1a4 : ConvKind::w1a1;
    layer.conv.in_channels = most_channels(codes.shape(2));
    layer.conv.out_channels = most_channels(outputs);
    layer.conv.kernel = taps == 9 ? 3 : 1;
    layer.conv.step = stride;
    layer.conv.bases = bases;
    layer.conv.shift = shift;
    for (std::size_t i = 0; i < codes.size(); ++i) require(codes.data()[i] < 1 << bits, "codes do not fit their bits");
}

static void set_weights(PackedLayer& layer, const Array<std::uint8_t, 3>& codes, const void* weight,
                        const Array<std::int32_t, 2>& mult, const Array<std::int64_t, 1>& bias) {
    const PreparedConv& conv = layer.conv;
    require(mult.shape(0) == conv.bases && mult.shape(1) == conv.out_channels, "mult must be (bases, outputs)");
    require(bias.shape(0) == conv.out_channels, "bias must be (outputs,)");
    double most = static_cast<double>(conv.kernel * conv.kernel * conv.in_channels) *
                  (conv.kind == ConvKind::w8a8 ? 255 * 127 : conv.kind == ConvKind::w1a4 ? 15 : 1);
    for (std::size_t oc = 0; oc < conv.out_channels; ++oc) {
        double total = std::abs(static_cast<double>(bias.data()[oc]));
        for (std::size_t base = 0; base < conv.bases; ++base)
            total += most * std::abs(static_cast<double>(mult.data()[base * conv.out_channels + oc]));
        require(total < 4611686018427387904.0, "mult and bias could overflow");
    }
    layer.prepare_weights(weight, mult.data(), bias.data());
    layer.set_codes(codes.data());
}

static void set_end(PackedLayer& layer, const std::vector<Numbers>& rprelu, int bits, const std::vector<Numbers>& next) {
    std::size_t channels = layer.conv.out_channels;
    for (const auto& arrays : {rprelu, next})
        for (const Numbers& numbers : arrays) require(numbers.shape(0) == channels, "parameters must be (outputs,)");
    require(rprelu.empty() || rprelu.size() == 3, "rprelu must be a, slope, b");
    if (!rprelu.empty()) {
        for (std::size_t c = 0; c < channels; ++c) require(rprelu[1].data()[c] >= -32767, "slope must be -32767 or more");
        layer.set_rprelu(rprelu[0].data(), rprelu[1].data(), rprelu[2].data());
    }
    if (bits == 0) return;
    require(bits == 1 || bits == 4 || bits == 8, "bits must be 1, 4 or 8");
    require(next.size() == (bits == 1 ? 1u : 2u), "quantise must be shift, mult; of 1 bit shift alone");
    for (std::size_t c = 0; bits != 1 && c < channels; ++c) require(next[1].data()[c] >= 1, "mult must be 1 or more");
    layer.set_quantiser(bits, next[0].data(), bits == 1 ? nullptr : next[1].data());
}

void bind_packed_conv(nb::module_& m) {
    m.def("packed_peak", [](bool look_ups, std::size_t rounds) {
        alignas(64) std::uint8_t result[256] = {};
        const NetKernels& net = chosen_kernels().net;
        return (look_ups ? net.look_up_peak : net.product_peak)(rounds, result);
    }, nb::arg("look_ups"), nb::arg("rounds"));
    using Codes = Array<std::uint8_t, 3>;
    nb::class_<PackedLayer>(m, "PackedLayer")
        .def("__init__", [](PackedLayer* self, Codes codes, Array<std::uint8_t, 4> weight, Array<std::int32_t, 2> mult,
                            Array<std::int64_t, 1> bias, int bits, std::size_t stride, int shift) {
            auto layer = std::make_unique<PackedLayer>();
            require(bits == 1 || bits == 4, "bits must be 1 or 4 with weights of one bit");
            set_shape(*layer, codes, weight.shape(0), weight.shape(1), weight.shape(2), bits, stride, shift);
            require(weight.shape(3) == (codes.shape(2) + 7) / 8, "weight must have a byte for 8 channels");
            set_weights(*layer, codes, weight.data(), mult, bias);
            new (self) PackedLayer(std::move(*layer));
        }, nb::arg("codes").noconvert(), nb::arg("weight").noconvert(), nb::arg("mult").noconvert(),
           nb::arg("bias").noconvert(), nb::arg("bits"), nb::arg("stride"), nb::arg("shift"))
        .def("__init__", [](PackedLayer* self, Codes codes, Array<std::int8_t, 4> weight, Array<std::int32_t, 2> mult,
                            Array<std::int64_t, 1> bias, int bits, std::size_t stride, int shift) {
            auto layer = std::make_unique<PackedLayer>();
            require(bits == 8 && weight.shape(0) == 1, "weights of eight bits need codes of eight, and one base");
            set_shape(*layer, codes, 1, weight.shape(1), weight.shape(2), bits, stride, shift);
            require(weight.shape(3) == codes.shape(2), "weight must have the channels of the codes");
            for (std::size_t i = 0; i < weight.size(); ++i) require(weight.data()[i] != -128, "weights must be -127 or more");
            set_weights(*layer, codes, weight.data(), mult, bias);
            new (self) PackedLayer(std::move(*layer));
        }, nb::arg("codes").noconvert(), nb::arg("weight").noconvert(), nb::arg("mult").noconvert(),
           nb::arg("bias").noconvert(), nb::arg("bits"), nb::arg("stride"), nb::arg("shift"))
        .def("then", [](PackedLayer& self, std::vector<Array<std::int16_t, 3>> residual, std::vector<Numbers> rprelu,
                        int bits, std::vector<Numbers> quantise) {
            set_end(self, rprelu, bits, quantise);
            if (residual.empty()) return;
            require(residual[0].shape(0) == self.out_height && residual[0].shape(1) == self.out_width &&
                    residual[0].shape(2) == self.conv.out_channels, "residual must have the shape of the result");
            self.set_residual(residual[0].data());
        }, nb::arg("residual"), nb::arg("rprelu"), nb::arg("bits"), nb::arg("quantise"))
        .def("run", [](PackedLayer& self, std::size_t band_rows) {
            require(band_rows >= 1 && band_rows <= 64, "band_rows must be 1 to 64");
            nb::gil_scoped_release release;
            self.run(band_rows);
        }, nb::arg("band_rows") = 8)
        .def("stream", [](const PackedLayer& self) {
            auto found = blank<std::int16_t>({self.out_height, self.out_width, self.conv.out_channels});
            self.stream(found.data());
            return found;
        })
        .def("codes", [](const PackedLayer& self) {
            require(self.has_codes(), "there is no quantise");
            auto found = blank<std::uint8_t>({self.out_height, self.out_width, self.conv.out_channels});
            self.codes(found.data());
            return found;
        });
}

}  // namespace docbin
