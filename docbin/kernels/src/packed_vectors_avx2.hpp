// packed_vectors.hpp with the registers of AVX2.

#include "packed_sixteen_avx2.hpp"

constexpr bool WIDE_SUMS = false;
constexpr std::size_t HALVES = 2;
struct Bytes {
    __m256i v;
};
static inline Bytes load_bytes(const std::uint8_t* p) { return {load_256(p)}; }
// The same sixteen in every half.
static inline Bytes spread_bytes(const std::uint8_t* p) { return {_mm256_broadcastsi128_si256(load_128(p))}; }
static inline void store_bytes(std::uint8_t* p, Bytes x) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), x.v); }
// Indices below 16.
static inline Bytes look_up(Bytes table, Bytes index) { return {_mm256_shuffle_epi8(table.v, index.v)}; }
static inline Bytes operator+(Bytes x, Bytes y) { return {_mm256_add_epi8(x.v, y.v)}; }

// Keeps sums in the order they are written in: other orders need more registers than there are.
static DOCBIN_INLINE void in_order(__m256i& x) {
#if defined(__GNUC__) || defined(__clang__)
    __asm__("" : "+x"(x));
#else
    (void)x;
#endif
}
static DOCBIN_INLINE void in_order(Bytes& x) { in_order(x.v); }

// Running totals of bytes, modulo 2¹⁶: even bytes + 256 odd bytes, and odd bytes alone.
struct Totals {
    __m256i all, odd;
};
static inline Totals no_totals() { return {_mm256_setzero_si256(), _mm256_setzero_si256()}; }
static inline void take(Totals& totals, Bytes x) {
    totals.all = _mm256_add_epi16(totals.all, x.v);
    totals.odd = _mm256_add_epi16(totals.odd, _mm256_srli_epi16(x.v, 8));
}
// The sixteen of each half.
static inline void finish(const Totals& totals, Sixteen* out) {
    __m256i even = _mm256_sub_epi16(totals.all, _mm256_slli_epi16(totals.odd, 8));
    __m256i low = _mm256_unpacklo_epi16(even, totals.odd), high = _mm256_unpackhi_epi16(even, totals.odd);
    out[0].v = _mm256_permute2x128_si256(low, high, 0x20);
    out[1].v = _mm256_permute2x128_si256(low, high, 0x31);
}

// Tables of two groups of four codes, for one pixel in each half: T[i] = sum of the codes whose bit is set in
// i = what the two lower bits choose of 0, a, b, a + b, plus the same of the two upper ones.
constexpr std::size_t TABLE_CHANNELS = 8;
// Sums of the codes of each pixel, in the first lane of its half.
struct CodeSums {
    __m256i v;
};
static inline CodeSums no_code_sums() { return {_mm256_setzero_si256()}; }
static inline void store_code_sums(std::int32_t* to, const CodeSums& sums) {
    to[0] = _mm_cvtsi128_si32(_mm256_castsi256_si128(sums.v));
    to[1] = _mm_cvtsi128_si32(_mm256_extracti128_si256(sums.v, 1));
}
static inline void build_tables(const std::uint8_t* const* codes, std::size_t channel, std::uint8_t* first,
                                std::size_t apart, CodeSums& sums) {
    std::uint8_t* second = first + apart;
    auto quads = [](int zero, int one, int both, bool upper) {
        alignas(32) std::uint8_t v[32];
        for (int i = 0; i < 32; ++i) {
            int bits = upper ? i >> 2 & 3 : i & 3;
            v[i] = static_cast<std::uint8_t>(bits == 0 ? 0x80 : bits == 1 ? zero : bits == 2 ? one : both);
        }
        return load_256(v);
    };
    const __m256i low = quads(0, 1, 8, false), high = quads(2, 3, 10, true), four = _mm256_set1_epi8(4);
    __m128i a = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(codes[0] + channel));
    __m128i b = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(codes[1] + channel));
    __m256i eight = _mm256_inserti128_si256(_mm256_castsi128_si256(a), b, 1);
    sums.v = _mm256_add_epi64(sums.v, _mm256_sad_epu8(eight, _mm256_setzero_si256()));
    __m256i both = _mm256_add_epi16(eight, _mm256_srli_epi16(eight, 8));  // even bytes: sums of pairs
    __m256i choice = _mm256_unpacklo_epi64(eight, both);
    __m256i one = _mm256_add_epi8(_mm256_shuffle_epi8(choice, low), _mm256_shuffle_epi8(choice, high));
    __m256i two = _mm256_add_epi8(_mm256_shuffle_epi8(choice, _mm256_add_epi8(low, four)),
                                  _mm256_shuffle_epi8(choice, _mm256_add_epi8(high, four)));
    store_bytes(first, {one});
    store_bytes(second, {two});
}

// Unpacking works within halves of a register: channels lie as 0-3, 8-11, 4-7, 12-15.
constexpr std::size_t factor_place(std::size_t channel) {
    return (channel & 3) | (channel & 8 ? 4u : 0u) | (channel & 4 ? 8u : 0u);
}

// Factors of two bases and the bias of sixteen channels, for sums and results that fit 32 bits.
struct Factors {
    std::int16_t pairs[32];
    std::int32_t bias[16];
};
static inline Sixteen scaled(Sixteen a, Sixteen b, const Factors& f, int shift) {
    __m128i count = _mm_cvtsi32_si128(shift);
    __m256i low = _mm256_madd_epi16(_mm256_unpacklo_epi16(a.v, b.v), load_256(f.pairs));
    __m256i high = _mm256_madd_epi16(_mm256_unpackhi_epi16(a.v, b.v), load_256(f.pairs + 16));
    low = _mm256_sra_epi32(_mm256_add_epi32(low, load_256(f.bias)), count);
    high = _mm256_sra_epi32(_mm256_add_epi32(high, load_256(f.bias + 8)), count);
    return {_mm256_packs_epi32(low, high)};
}

// Products are summed by twos, in 32 bits.
constexpr std::size_t PRODUCTS = 2;
using ProductCode = std::int16_t;
using ProductWeight = std::int16_t;

struct Sums {
    __m256i low, high;
};
static inline Sums no_sums() { return {_mm256_setzero_si256(), _mm256_setzero_si256()}; }
// Adds the products of two codes with their weights, interleaved: [16][2]; WHOLE: of all sixteen, else of
// the first eight.
template <bool WHOLE>
static DOCBIN_INLINE void add_products(Sums& sums, const ProductCode* two, const ProductWeight* weights) {
    int pair;
    std::memcpy(&pair, two, sizeof pair);
    __m256i codes = _mm256_set1_epi32(pair);
    sums.low = _mm256_add_epi32(sums.low, _mm256_madd_epi16(codes, load_256(weights)));
    if (WHOLE) sums.high = _mm256_add_epi32(sums.high, _mm256_madd_epi16(codes, load_256(weights + 16)));
}
// Sixteen codes as numbers of 16 bits.
static inline void widen16(const std::uint8_t* codes, ProductCode* to) { store16(to, {_mm256_cvtepu8_epi16(load_128(codes))}); }
static DOCBIN_INLINE void in_order(Sums& x) {
    in_order(x.low);
    in_order(x.high);
}
static inline void store_sums(std::int32_t* p, const Sums& x) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), x.low);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p + 8), x.high);
}
static inline void add_to_sums(std::int32_t* p, Sixteen x) {
    __m256i low = _mm256_cvtepi16_epi32(_mm256_castsi256_si128(x.v));
    __m256i high = _mm256_cvtepi16_epi32(_mm256_extracti128_si256(x.v, 1));
    store_sums(p, {_mm256_add_epi32(load_256(p), low), _mm256_add_epi32(load_256(p + 8), high)});
}
static inline __m256i four_products(const std::int32_t* a, const std::int32_t* mult) {
    return _mm256_mul_epi32(_mm256_cvtepi32_epi64(load_128(a)), _mm256_cvtepi32_epi64(load_128(mult)));
}
// Four results of 64 bits, limited to int16. Totals stay below 2⁶², so that 2⁶² more make them positive.
static inline __m128i four_scaled(__m256i total, __m128i shift, __m256i offset) {
    const __m256i most = _mm256_set1_epi64x(32767), least = _mm256_set1_epi64x(-32768);
    const __m256i order = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
    total = _mm256_add_epi64(total, _mm256_set1_epi64x(std::int64_t{1} << 62));
    total = _mm256_sub_epi64(_mm256_srl_epi64(total, shift), offset);
    total = _mm256_blendv_epi8(total, most, _mm256_cmpgt_epi64(total, most));
    total = _mm256_blendv_epi8(total, least, _mm256_cmpgt_epi64(least, total));
    return _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(total, order));
}
static inline Sixteen scaled_wide(const std::int32_t* a, const std::int32_t* b, const std::int32_t* mult,
                                  const std::int32_t* other, const std::int64_t* bias, int shift) {
    __m128i count = _mm_cvtsi32_si128(shift), four[4];
    __m256i offset = _mm256_set1_epi64x((std::int64_t{1} << 62) >> shift);
    for (int i = 0; i < 4; ++i) {
        __m256i total = _mm256_add_epi64(load_256(bias + 4 * i), four_products(a + 4 * i, mult + 4 * i));
        if (b) total = _mm256_add_epi64(total, four_products(b + 4 * i, other + 4 * i));
        four[i] = four_scaled(total, count, offset);
    }
    return {_mm256_inserti128_si256(_mm256_castsi128_si256(_mm_packs_epi32(four[0], four[1])),
                                    _mm_packs_epi32(four[2], four[3]), 1)};
}
