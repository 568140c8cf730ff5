// Sauvola's threshold in bands of rows.
#include "gray_band.hpp"
#include "local_band.hpp"
#include "methods.hpp"

namespace docbin::edge {

namespace {

// T = m (1 + k (s / R - 1)) = m (a + b s), a and b rounded once, as docbin/methods/sauvola.py has it.
LocalParameters numbers_of(const Method& method) {
    return {Formula::sauvola, static_cast<float>(1 - method.k), static_cast<float>(method.k / method.r), 0.0f, 0.0f};
}

}  // namespace

void binarize_sauvola(const Method& method, const Rows& rows, int threads, Bits bits) {
    LocalParameters p = numbers_of(method);
    std::size_t radius = method.radius(), bytes = row_bytes(rows.width);
    for_gray_bands(rows, radius, threads, [&] {
        return [&, room = LocalBand(rows.width, radius), packed = std::vector<std::uint8_t>()](
                   const GrayBand& band, std::size_t top, std::size_t bottom) mutable {
            LocalTask task{band.data(), nullptr, band.height(), rows.width, top - band.first(), bottom - band.first(), radius};
            if (bits.stride == bytes) return chosen_kernels().local.threshold(task, room.room(), p, bits.row(top));
            packed.resize((bottom - top) * bytes);
            chosen_kernels().local.threshold(task, room.room(), p, packed.data());
            for (std::size_t y = top; y < bottom; ++y) std::memcpy(bits.row(y), packed.data() + (y - top) * bytes, bytes);
        };
    });
}

}  // namespace docbin::edge
