// A convolution on a whole image with all that may follow it, for tests and timings of the kernels.
#pragma once
#include "packed_arrays.hpp"
#include "table.hpp"

#include <algorithm>
#include <memory>
#include <vector>

namespace docbin {

class PackedLayer {
public:
    std::size_t height, width, out_height, out_width;
    PreparedConv conv{};

    // `weight` as in the file.
    void prepare_weights(const void* weight, const std::int32_t* mult, const std::int64_t* bias) {
        mult_ = packed_arrays::padded(mult, conv.bases, conv.out_channels);
        bias_ = packed_arrays::padded(bias, 1, conv.out_channels);
        conv.mult = reinterpret_cast<const std::int32_t*>(mult_.get());
        conv.bias = reinterpret_cast<const std::int64_t*>(bias_.get());
        data_ = net::make_block(chosen_kernels().net.conv_bytes(conv));
        chosen_kernels().net.prepare(conv, weight, data_.get());
        out_height = (height + conv.step - 1) / conv.step;
        out_width = (width + conv.step - 1) / conv.step;
        stream_ = {out_height, out_width, padded_channels(conv.out_channels)};
    }
    void set_codes(const std::uint8_t* codes) {
        if (conv.kind == ConvKind::w1a1) in_bits_ = packed_arrays::pack(codes, height, width, conv.in_channels);
        else in_ = packed_arrays::spread(codes, height, width, conv.in_channels);
    }
    void set_residual(const std::int16_t* stream) {
        residual_ = packed_arrays::spread(stream, out_height, out_width, conv.out_channels);
    }
    void set_rprelu(const std::int16_t* a, const std::int16_t* slope, const std::int16_t* b) {
        rprelu_ = {keep(a), keep(slope), keep(b)};
        has_rprelu_ = true;
    }
    void set_quantiser(int bits, const std::int16_t* shift, const std::int16_t* mult) {
        quantiser_ = {bits, keep(shift), bits == 1 ? nullptr : keep(mult)};
        if (bits == 1) out_bits_ = {out_height, out_width, (conv.out_channels + 63) / 64};
        else out_ = {out_height, out_width, padded_channels(conv.out_channels)};
    }

    // Bands of `count` rows.
    void run(std::size_t count) {
        if (count != room_rows_) room_ = net::make_block(chosen_kernels().net.conv_room(conv, count));
        room_rows_ = count;
        auto seen = in_.pointers<const void*>();
        if (in_bits_) seen = in_bits_.pointers<const void*>();
        auto residual = residual_.pointers<const std::int16_t*>();
        auto stream = stream_.pointers<std::int16_t*>();
        auto codes = out_bits_ ? out_bits_.pointers<void*>() : out_.pointers<void*>();
        for (std::size_t y = 0; y < out_height; y += count) {
            std::size_t rows = std::min(count, out_height - y);
            std::vector<const void*> band;
            for (std::size_t i = 0; i < (rows - 1) * conv.step + conv.kernel; ++i) {
                std::size_t u = y * conv.step + i, half = conv.kernel / 2;
                band.push_back(u < half || u - half >= height ? nullptr : seen[u - half]);
            }
            BandEnd end{residual.empty() ? nullptr : residual.data() + y, has_rprelu_ ? &rprelu_ : nullptr,
                        codes.empty() ? nullptr : &quantiser_, stream.data() + y, codes.empty() ? nullptr : codes.data() + y};
            chosen_kernels().net.conv_rows(conv, {band.data(), rows, width, out_width, room_.get()}, end);
        }
    }
    void stream(std::int16_t* to) const { packed_arrays::gather(stream_, out_height, out_width, conv.out_channels, to); }
    bool has_codes() const { return out_ || out_bits_; }
    void codes(std::uint8_t* to) const {
        if (out_bits_) packed_arrays::unpack(out_bits_, out_height, out_width, conv.out_channels, to);
        else packed_arrays::gather(out_, out_height, out_width, conv.out_channels, to);
    }

private:
    const std::int16_t* keep(const std::int16_t* numbers) {
        kept_.push_back(packed_arrays::padded(numbers, 1, conv.out_channels));
        return reinterpret_cast<const std::int16_t*>(kept_.back().get());
    }

    packed_arrays::Rows<std::uint8_t> in_, out_;
    packed_arrays::Rows<std::uint64_t> in_bits_, out_bits_;
    packed_arrays::Rows<std::int16_t> residual_, stream_;
    net::Block mult_, bias_, data_, room_;
    std::size_t room_rows_ = 0;
    std::vector<net::Block> kept_;
    Rprelu rprelu_{};
    Quantiser quantiser_{};
    bool has_rprelu_ = false;
};

}  // namespace docbin
