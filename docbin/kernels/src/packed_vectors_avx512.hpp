// packed_vectors.hpp with AVX-512: look-ups in four tables at once (VBMI) and dot products of bytes (VNNI); see
// packed_permute.hpp. It has no Bytes.
#include "packed_sixteen_avx2.hpp"
#include "packed_thirty_two.hpp"

// Pixels whose tables are made together.
constexpr std::size_t HALVES = 1;
constexpr bool WIDE_SUMS = true;

// Tables of the four groups of sixteen codes of a pixel: T[i] = sum of the codes whose bit is set in i = what the
// two lower bits choose of 0, a, b, a + b, plus the same of the two upper ones.
constexpr std::size_t TABLE_CHANNELS = 16;
// Sums of the codes of eight channels and of the other eight.
struct CodeSums {
    __m128i v;
};
static inline CodeSums no_code_sums() { return {_mm_setzero_si128()}; }
static inline void store_code_sums(std::int32_t* to, const CodeSums& sums) {
    *to = _mm_cvtsi128_si32(_mm_add_epi32(sums.v, _mm_unpackhi_epi64(sums.v, sums.v)));
}
static inline void build_tables(const std::uint8_t* const* codes, std::size_t channel, std::uint8_t* four, std::size_t,
                                CodeSums& sums) {
    const __m512i low = _mm512_setr_epi32(0x08010080, 0x08010080, 0x08010080, 0x08010080,
                                          0x0C050480, 0x0C050480, 0x0C050480, 0x0C050480,
                                          0x08010080, 0x08010080, 0x08010080, 0x08010080,
                                          0x0C050480, 0x0C050480, 0x0C050480, 0x0C050480);
    const int none = static_cast<int>(0x80808080u);
    const __m512i high = _mm512_setr_epi32(none, 0x02020202, 0x03030303, 0x0A0A0A0A,
                                           none, 0x06060606, 0x07070707, 0x0E0E0E0E,
                                           none, 0x02020202, 0x03030303, 0x0A0A0A0A,
                                           none, 0x06060606, 0x07070707, 0x0E0E0E0E);
    __m128i sixteen = load_128(codes[0] + channel);
    sums.v = _mm_add_epi64(sums.v, _mm_sad_epu8(sixteen, _mm_setzero_si128()));
    __m512i eight = _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 0, 0, 0, 1, 1, 1, 1), _mm512_castsi128_si512(sixteen));
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

// Four pixels of sixteen codes with the weights of one output: four sums for each pixel.
constexpr std::size_t FEW_CODES = 16;
struct FewSums {
    __m512i v;
};
static inline FewSums no_few_sums() { return {_mm512_setzero_si512()}; }
static DOCBIN_INLINE void add_few(FewSums& sums, const ProductCode* pixels, const ProductWeight* weights) {
    __m128i same;
    std::memcpy(&same, weights, sizeof same);
    sums.v = _mm512_dpbusd_epi32(sums.v, _mm512_loadu_si512(pixels), _mm512_broadcast_i32x4(same));
}
// Of four outputs: [pixel][output].
static DOCBIN_INLINE void store_few(std::int32_t* to, const FewSums (&sums)[4]) {
    __m512i a = _mm512_add_epi32(_mm512_unpacklo_epi32(sums[0].v, sums[1].v), _mm512_unpackhi_epi32(sums[0].v, sums[1].v));
    __m512i b = _mm512_add_epi32(_mm512_unpacklo_epi32(sums[2].v, sums[3].v), _mm512_unpackhi_epi32(sums[2].v, sums[3].v));
    _mm512_storeu_si512(to, _mm512_add_epi32(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b)));
}

// The first four of sixteen channels; the others are 0.
static inline Sixteen first_four(const std::int16_t* p) {
    return {_mm256_zextsi128_si256(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)))};
}

// Sixteen channels of 32 bits, and their neighbours, limited to int16.
static DOCBIN_INLINE void limited(__m512i x, Sixteen& to) { to.v = _mm512_cvtsepi32_epi16(x); }
static DOCBIN_INLINE void limited(__m512i low, __m512i high, ThirtyTwo& to) {
    const __m512i order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
    to.v = _mm512_permutexvar_epi64(order, _mm512_packs_epi32(low, high));
}

// (A mult + B other + bias) >> shift for sixteen channels, where sums fit 16 bits, factors 14 and results 31.
class NarrowScale {
public:
    DOCBIN_INLINE NarrowScale(const std::int32_t* mult, const std::int32_t* other, const std::int64_t* bias, int shift)
        : shift_(_mm_cvtsi32_si128(shift)) {
        // Products of the lower halves alone.
        const __m512i lower = _mm512_set1_epi32(0xFFFF);
        mult_ = _mm512_and_si512(_mm512_loadu_si512(mult), lower);
        other_ = _mm512_and_si512(_mm512_loadu_si512(other), lower);
        bias_ = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi64_epi32(_mm512_loadu_si512(bias))),
                                   _mm512_cvtepi64_epi32(_mm512_loadu_si512(bias + 8)), 1);
    }
    DOCBIN_INLINE __m512i of(__m512i a) const {
        return _mm512_sra_epi32(_mm512_add_epi32(bias_, _mm512_madd_epi16(a, mult_)), shift_);
    }
    DOCBIN_INLINE __m512i of(__m512i a, __m512i b) const {
        __m512i total = _mm512_add_epi32(bias_, _mm512_madd_epi16(a, mult_));
        return _mm512_sra_epi32(_mm512_add_epi32(total, _mm512_madd_epi16(b, other_)), shift_);
    }

private:
    __m512i mult_, other_, bias_;
    __m128i shift_;
};

// The same of one sum, of any size; results are limited to int16, in 32 bits.
class WideScale {
public:
    DOCBIN_INLINE WideScale(const std::int32_t* mult, const std::int64_t* bias, int shift)
        : shift_(_mm_cvtsi32_si128(shift)) {
        even_ = _mm512_loadu_si512(mult);
        odd_ = _mm512_srli_epi64(even_, 32);
        __m512i low = _mm512_loadu_si512(bias), high = _mm512_loadu_si512(bias + 8);
        even_bias_ = _mm512_permutex2var_epi64(low, _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14), high);
        odd_bias_ = _mm512_permutex2var_epi64(low, _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15), high);
    }
    DOCBIN_INLINE __m512i of(__m512i sums) const {
        __m512i even = scaled(sums, even_, even_bias_), odd = scaled(_mm512_srli_epi64(sums, 32), odd_, odd_bias_);
        return _mm512_mask_mov_epi32(even, 0xAAAA, _mm512_slli_epi64(odd, 32));
    }

private:
    DOCBIN_INLINE __m512i scaled(__m512i sums, __m512i mult, __m512i bias) const {
        __m512i total = _mm512_sra_epi64(_mm512_add_epi64(bias, _mm512_mul_epi32(sums, mult)), shift_);
        return _mm512_min_epi64(_mm512_max_epi64(total, _mm512_set1_epi64(-32768)), _mm512_set1_epi64(32767));
    }
    __m512i even_, odd_, even_bias_, odd_bias_;
    __m128i shift_;
};
