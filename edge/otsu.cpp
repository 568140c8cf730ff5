// Otsu's threshold in exact whole numbers: of equal maxima the smallest wins on every machine.
#include "gray_band.hpp"
#include "histogram_part.hpp"
#include "methods.hpp"

#include <mutex>

namespace docbin::edge {

namespace {

// Whole numbers below 2²⁵⁶. With up to 2³¹ pixels, the largest here is below 2²⁰².
class Wide {
public:
    Wide(std::uint64_t value = 0) {
        limbs_[0] = static_cast<std::uint32_t>(value);
        limbs_[1] = static_cast<std::uint32_t>(value >> 32);
    }

    friend Wide operator*(const Wide& x, const Wide& y) {
        Wide product;
        for (std::size_t i = 0; i < LIMBS; ++i) {
            std::uint64_t carry = 0;
            for (std::size_t j = 0; i + j < LIMBS; ++j) {
                carry += std::uint64_t{x.limbs_[i]} * y.limbs_[j] + product.limbs_[i + j];
                product.limbs_[i + j] = static_cast<std::uint32_t>(carry);
                carry >>= 32;
            }
        }
        return product;
    }

    // x - y for x not below y.
    friend Wide operator-(const Wide& x, const Wide& y) {
        Wide difference;
        std::uint64_t borrow = 0;
        for (std::size_t i = 0; i < LIMBS; ++i) {
            std::uint64_t limb = std::uint64_t{x.limbs_[i]} - y.limbs_[i] - borrow;
            difference.limbs_[i] = static_cast<std::uint32_t>(limb);
            borrow = limb >> 63;
        }
        return difference;
    }

    friend bool operator<(const Wide& x, const Wide& y) {
        for (std::size_t i = LIMBS; i-- > 0;)
            if (x.limbs_[i] != y.limbs_[i]) return x.limbs_[i] < y.limbs_[i];
        return false;
    }

private:
    static constexpr std::size_t LIMBS = 8;
    std::uint32_t limbs_[LIMBS] = {};
};

Wide distance(const Wide& x, const Wide& y) { return x < y ? y - x : x - y; }

}  // namespace

int otsu_threshold(const Counts& counts) {
    std::uint64_t total = 0, moment = 0, values = 0;
    for (std::size_t v = 0; v < 256; ++v) {
        total += static_cast<std::uint64_t>(counts[v]);
        moment += v * static_cast<std::uint64_t>(counts[v]);
        values += counts[v] != 0;
    }
    if (values < 2) return -1;
    int best = 0;
    Wide best_gap = 0, best_scale = 1;
    std::uint64_t weight = 0, part = 0;
    for (std::size_t v = 0; v < 256; ++v) {
        weight += static_cast<std::uint64_t>(counts[v]);
        part += v * static_cast<std::uint64_t>(counts[v]);
        if (weight == 0 || weight == total) continue;
        Wide gap = distance(Wide(moment) * weight, Wide(part) * total), scale = Wide(weight) * (total - weight);
        gap = gap * gap;
        if (!(best_gap * scale < gap * best_scale)) continue;
        best = static_cast<int>(v);
        best_gap = gap;
        best_scale = scale;
    }
    return best;
}

namespace {

Counts histogram(const Rows& rows, int threads) {
    Counts counts{};
    std::mutex adding;
    for_gray_bands(rows, 0, threads, [&] {
        // The pairs pay off in a page that is one piece.
        return [part = HistogramPart(counts.data(), adding, rows.plane != nullptr),
                &rows](const GrayBand& band, std::size_t top, std::size_t bottom) mutable {
            part.count(band.row(top), (bottom - top) * rows.width);
        };
    });
    return counts;
}

}  // namespace

void binarize_otsu(const Rows& rows, int threads, Bits bits) {
    int level = otsu_threshold(histogram(rows, threads));
    for_gray_bands(rows, 0, threads, [&] {
        return [&](const GrayBand& band, std::size_t top, std::size_t bottom) {
            for (std::size_t y = top; y < bottom; ++y) {
                if (level < 0) std::memset(bits.row(y), 0, row_bytes(rows.width));
                else chosen_kernels().threshold_row(band.row(y), rows.width, static_cast<std::uint8_t>(level), bits.row(y));
            }
        };
    });
}

}  // namespace docbin::edge
