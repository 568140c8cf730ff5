// Sixteen channels of a stream in a register of AVX2, which AVX-512 works with, too.

struct Sixteen {
    __m256i v;
};
static inline __m256i load_256(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
static inline __m128i load_128(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
static inline Sixteen sixteen(int x) { return {_mm256_set1_epi16(static_cast<short>(x))}; }
static inline Sixteen load16(const std::int16_t* p) { return {load_256(p)}; }
static inline void store16(std::int16_t* p, Sixteen x) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), x.v); }
static inline Sixteen sum_limited(Sixteen x, Sixteen y) { return {_mm256_adds_epi16(x.v, y.v)}; }
static inline Sixteen gap_limited(Sixteen x, Sixteen y) { return {_mm256_subs_epi16(x.v, y.v)}; }
static inline Sixteen operator-(Sixteen x, Sixteen y) { return {_mm256_sub_epi16(x.v, y.v)}; }
static inline Sixteen doubled(Sixteen x) { return {_mm256_add_epi16(x.v, x.v)}; }
// Exact: one of the factors is never -32768.
static inline Sixteen product15(Sixteen x, Sixteen y) { return {_mm256_mulhrs_epi16(x.v, y.v)}; }
static inline Sixteen larger(Sixteen x, Sixteen y) { return {_mm256_max_epi16(x.v, y.v)}; }
static inline Sixteen smaller(Sixteen x, Sixteen y) { return {_mm256_min_epi16(x.v, y.v)}; }
static inline Sixteen where_positive(Sixteen when, Sixteen x, Sixteen y) {
#if defined(__AVX512VL__) && defined(__AVX512BW__)
    return {_mm256_mask_mov_epi16(y.v, _mm256_cmpgt_epi16_mask(when.v, _mm256_setzero_si256()), x.v)};
#else
    return {_mm256_blendv_epi8(y.v, x.v, _mm256_cmpgt_epi16(when.v, _mm256_setzero_si256()))};
#endif
}
// Sums of pairs in 32 bits, shifted and packed again in the same order.
static inline Sixteen mean_of_four(Sixteen a, Sixteen b, Sixteen c, Sixteen d) {
    const __m256i one = _mm256_set1_epi16(1), two = _mm256_set1_epi32(2);
    __m256i low = _mm256_add_epi32(_mm256_madd_epi16(_mm256_unpacklo_epi16(a.v, b.v), one),
                                   _mm256_madd_epi16(_mm256_unpacklo_epi16(c.v, d.v), one));
    __m256i high = _mm256_add_epi32(_mm256_madd_epi16(_mm256_unpackhi_epi16(a.v, b.v), one),
                                    _mm256_madd_epi16(_mm256_unpackhi_epi16(c.v, d.v), one));
    return {_mm256_packs_epi32(_mm256_srai_epi32(_mm256_add_epi32(low, two), 2),
                               _mm256_srai_epi32(_mm256_add_epi32(high, two), 2))};
}
// Of numbers from 0 to 255.
static inline void store_codes(std::uint8_t* p, Sixteen x) {
    __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(x.v), _mm256_extracti128_si256(x.v, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), bytes);
}
// Bit i: lane i is not negative.
static inline unsigned signs(Sixteen x) {
    __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(x.v), _mm256_extracti128_si256(x.v, 1));
    return static_cast<unsigned>(_mm_movemask_epi8(bytes)) ^ 0xFFFFu;
}
