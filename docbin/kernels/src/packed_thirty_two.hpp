// Thirty-two channels of a stream in a register of AVX-512, with the operations of Sixteen that follow a convolution.

struct ThirtyTwo {
    __m512i v;
};
static inline void load(ThirtyTwo& to, const std::int16_t* p) { to.v = _mm512_loadu_si512(p); }
static inline void spread(ThirtyTwo& to, int x) { to.v = _mm512_set1_epi16(static_cast<short>(x)); }
static inline void store(std::int16_t* p, ThirtyTwo x) { _mm512_storeu_si512(p, x.v); }
static inline ThirtyTwo sum_limited(ThirtyTwo x, ThirtyTwo y) { return {_mm512_adds_epi16(x.v, y.v)}; }
static inline ThirtyTwo gap_limited(ThirtyTwo x, ThirtyTwo y) { return {_mm512_subs_epi16(x.v, y.v)}; }
static inline ThirtyTwo product15(ThirtyTwo x, ThirtyTwo y) { return {_mm512_mulhrs_epi16(x.v, y.v)}; }
static inline ThirtyTwo larger(ThirtyTwo x, ThirtyTwo y) { return {_mm512_max_epi16(x.v, y.v)}; }
static inline ThirtyTwo smaller(ThirtyTwo x, ThirtyTwo y) { return {_mm512_min_epi16(x.v, y.v)}; }
static inline ThirtyTwo where_positive(ThirtyTwo when, ThirtyTwo x, ThirtyTwo y) {
    return {_mm512_mask_mov_epi16(y.v, _mm512_cmpgt_epi16_mask(when.v, _mm512_setzero_si512()), x.v)};
}
static inline void store_codes(std::uint8_t* p, ThirtyTwo x) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtepi16_epi8(x.v));
}
static inline std::uint64_t signs(ThirtyTwo x) { return static_cast<std::uint32_t>(~_mm512_movepi16_mask(x.v)); }
