// packed_vectors.hpp with AVX-512: look-ups in four tables at once (VBMI) and dot products of bytes (VNNI); see
// packed_permute.hpp. It has no Bytes.
#include "packed_sixteen_avx2.hpp"

// Pixels whose tables are made together.
constexpr std::size_t HALVES = 1;
constexpr bool WIDE_SUMS = true;

// Tables of the four groups of sixteen codes of a pixel: T[i] = sum of the codes whose bit is set in i = what the
// two lower bits choose of 0, a, b, a + b, plus the same of the two upper ones.
constexpr std::size_t TABLE_CHANNELS = 16;
static inline void build_tables(const std::uint8_t* const* codes, std::size_t channel, std::uint8_t* four, std::size_t) {
    const __m512i low = _mm512_setr_epi32(0x08010080, 0x08010080, 0x08010080, 0x08010080,
                                          0x0C050480, 0x0C050480, 0x0C050480, 0x0C050480,
                                          0x08010080, 0x08010080, 0x08010080, 0x08010080,
                                          0x0C050480, 0x0C050480, 0x0C050480, 0x0C050480);
    const int none = static_cast<int>(0x80808080u);
    const __m512i high = _mm512_setr_epi32(none, 0x02020202, 0x03030303, 0x0A0A0A0A,
                                           none, 0x06060606, 0x07070707, 0x0E0E0E0E,
                                           none, 0x02020202, 0x03030303, 0x0A0A0A0A,
                                           none, 0x06060606, 0x07070707, 0x0E0E0E0E);
    __m512i eight = _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 0, 0, 0, 1, 1, 1, 1),
                                             _mm512_castsi128_si512(load_128(codes[0] + channel)));
    // In the upper eight bytes of a quarter, even ones: sums of pairs.
    __m512i choice = _mm512_mask_add_epi16(eight, 0xF0F0F0F0u, eight, _mm512_srli_epi16(eight, 8));
    _mm512_storeu_si512(four, _mm512_add_epi8(_mm512_shuffle_epi8(choice, low), _mm512_shuffle_epi8(choice, high)));
}

// Products of bytes are summed by fours, exact: they fit 32 bits.
constexpr std::size_t PRODUCTS = 4;
using ProductCode = std::uint8_t;
using ProductWeight = std::int8_t;

struct Sums {
    __m512i v;
};
static inline Sums no_sums() { return {_mm512_setzero_si512()}; }
// Adds the products of four codes with their weights, interleaved: [16][4].
template <bool WHOLE>
static DOCBIN_INLINE void add_products(Sums& sums, const ProductCode* four, const ProductWeight* weights) {
    int codes;
    std::memcpy(&codes, four, sizeof codes);
    sums.v = _mm512_dpbusd_epi32(sums.v, _mm512_set1_epi32(codes), _mm512_loadu_si512(weights));
}
// Sixteen codes, as they are.
static inline void widen16(const std::uint8_t* codes, ProductCode* to) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), load_128(codes));
}
static DOCBIN_INLINE void in_order(__m512i& x) {
#if defined(__GNUC__) || defined(__clang__)
    __asm__("" : "+v"(x));
#else
    (void)x;
#endif
}
static DOCBIN_INLINE void in_order(Sums& x) { in_order(x.v); }
static inline void store_sums(std::int32_t* p, const Sums& x) { _mm512_storeu_si512(p, x.v); }
static inline void add_to_sums(std::int32_t* p, Sixteen x) {
    _mm512_storeu_si512(p, _mm512_add_epi32(_mm512_loadu_si512(p), _mm512_cvtepi16_epi32(x.v)));
}
static inline __m512i eight_products(const std::int32_t* a, const std::int32_t* mult) {
    return _mm512_mul_epi32(_mm512_cvtepi32_epi64(load_256(a)), _mm512_cvtepi32_epi64(load_256(mult)));
}
static inline Sixteen scaled_wide(const std::int32_t* a, const std::int32_t* b, const std::int32_t* mult,
                                  const std::int32_t* other, const std::int64_t* bias, int shift) {
    __m128i count = _mm_cvtsi32_si128(shift), eight[2];
    for (int i = 0; i < 2; ++i) {
        __m512i total = _mm512_add_epi64(_mm512_loadu_si512(bias + 8 * i), eight_products(a + 8 * i, mult + 8 * i));
        if (b) total = _mm512_add_epi64(total, eight_products(b + 8 * i, other + 8 * i));
        eight[i] = _mm512_cvtsepi64_epi16(_mm512_sra_epi64(total, count));
    }
    return {_mm256_set_m128i(eight[1], eight[0])};
}
