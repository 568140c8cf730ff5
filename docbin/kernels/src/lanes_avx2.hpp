// lanes.hpp with the registers of AVX2.

struct Lanes {
    __m256 v;
};
static inline Lanes all(float x) { return {_mm256_set1_ps(x)}; }
static inline Lanes operator+(Lanes x, Lanes y) { return {_mm256_add_ps(x.v, y.v)}; }
static inline Lanes operator-(Lanes x, Lanes y) { return {_mm256_sub_ps(x.v, y.v)}; }
static inline Lanes operator*(Lanes x, Lanes y) { return {_mm256_mul_ps(x.v, y.v)}; }
static inline Lanes operator/(Lanes x, Lanes y) { return {_mm256_div_ps(x.v, y.v)}; }
static inline Lanes root(Lanes x) { return {_mm256_sqrt_ps(x.v)}; }
// The root of positive numbers, good to 4e-4 of it.
static inline Lanes rough_root(Lanes x) { return {_mm256_mul_ps(x.v, _mm256_rsqrt_ps(x.v))}; }
// x - a b, rounded once or twice: where last digits do not matter.
static inline Lanes roughly_less(Lanes x, Lanes a, Lanes b) { return {_mm256_fnmadd_ps(a.v, b.v, x.v)}; }
static inline Lanes magnitude(Lanes x) { return {_mm256_andnot_ps(_mm256_set1_ps(-0.0f), x.v)}; }
static inline Lanes larger(Lanes x, Lanes y) { return {_mm256_max_ps(x.v, y.v)}; }
static inline Lanes smaller(Lanes x, Lanes y) { return {_mm256_min_ps(x.v, y.v)}; }
// x where `when` is positive, else y.
static inline Lanes where_positive(Lanes when, Lanes x, Lanes y) {
    return {_mm256_blendv_ps(y.v, x.v, _mm256_cmp_ps(when.v, _mm256_setzero_ps(), _CMP_GT_OQ))};
}
// 2 to the whole number n, from -126 to 127, times x.
static inline Lanes scaled(Lanes x, Lanes n) {
    __m256i exponent = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n.v), _mm256_set1_epi32(127)), 23);
    return {_mm256_mul_ps(x.v, _mm256_castsi256_ps(exponent))};
}
static inline Lanes rounded_down(Lanes x) { return {_mm256_floor_ps(x.v)}; }
static inline Lanes from_bytes(const std::uint8_t* p) {
    return {_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))))};
}
static inline Lanes from_memory(const float* p) { return {_mm256_loadu_ps(p)}; }
static inline void store(float* p, Lanes x) { _mm256_storeu_ps(p, x.v); }
// One bit for each lane: x <= y, the first lane lowest.
static inline unsigned at_most(Lanes x, Lanes y) {
    return static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(x.v, y.v, _CMP_LE_OQ)));
}
static inline bool all_above(Lanes x, Lanes y) {
    return _mm256_movemask_ps(_mm256_cmp_ps(x.v, y.v, _CMP_GT_OQ)) == 0xFF;
}

struct Whole {
    __m256i v;
};
static inline Whole operator+(Whole x, Whole y) { return {_mm256_add_epi32(x.v, y.v)}; }
static inline Whole operator-(Whole x, Whole y) { return {_mm256_sub_epi32(x.v, y.v)}; }
// Of products the lower 32 bits.
static inline Whole operator*(Whole x, Whole y) { return {_mm256_mullo_epi32(x.v, y.v)}; }
static inline Whole whole(std::uint32_t x) { return {_mm256_set1_epi32(static_cast<int>(x))}; }
static inline Whole whole(const std::uint32_t* p) {
    return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))};
}
static inline Whole whole(const std::uint8_t* p) {
    return {_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)))};
}
static inline void store(std::uint32_t* p, Whole x) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), x.v); }
// The low byte of each lane below 256.
static inline void store_bytes(std::uint8_t* p, Whole x) {
    __m256i pairs = _mm256_packus_epi32(x.v, x.v), bytes = _mm256_packus_epi16(pairs, pairs);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p),
                     _mm_unpacklo_epi32(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1)));
}
static inline Whole low_half(Whole x) { return {_mm256_and_si256(x.v, _mm256_set1_epi32(0xFFFF))}; }
static inline Whole high_half(Whole x) { return {_mm256_srli_epi32(x.v, 16)}; }
// Eight bytes that enter and eight that leave, in pairs of 16 bits.
struct Exchange {
    Exchange(const std::uint8_t* enters, const std::uint8_t* leaves)
        : pairs_(_mm256_cvtepu8_epi16(_mm_unpacklo_epi8(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(enters)),
                                                        _mm_loadl_epi64(reinterpret_cast<const __m128i*>(leaves))))) {}
    Whole gap() const { return {_mm256_madd_epi16(pairs_, signs())}; }
    // p (256 - p) of what enters, less that of what leaves.
    Whole hill_gap() const {
        __m256i rest = _mm256_sub_epi16(_mm256_set1_epi16(256), pairs_);
        return {_mm256_madd_epi16(pairs_, _mm256_sign_epi16(rest, signs()))};
    }

private:
    static __m256i signs() { return _mm256_set1_epi32(static_cast<int>(0xFFFF0001)); }
    __m256i pairs_;
};
// The lanes 1 to 7 of eight numbers, then 0; and 0, then their lanes 0 to 6.
static inline Whole next_lanes(const std::uint32_t* p) {
    const __m256i seven = _mm256_setr_epi32(-1, -1, -1, -1, -1, -1, -1, 0);
    return {_mm256_maskload_epi32(reinterpret_cast<const int*>(p) + 1, seven)};
}
static inline Whole previous_lanes(const std::uint32_t* p) {
    const __m256i x = _mm256_permutevar8x32_epi32(whole(p).v, _mm256_setr_epi32(0, 0, 1, 2, 3, 4, 5, 6));
    return {_mm256_blend_epi32(x, _mm256_setzero_si256(), 1)};
}
// Twice `bits`, and 1 where x <= y.
static inline Whole with_bits(Whole bits, Lanes x, Lanes y) {
    const __m256i less = _mm256_castps_si256(_mm256_cmp_ps(x.v, y.v, _CMP_LE_OQ));
    return {_mm256_sub_epi32(_mm256_add_epi32(bits.v, bits.v), less)};
}
// Eight bytes of each of eight rows that lie `apart` from each other, byte by byte.
static inline void weave_eight(const std::uint8_t* rows, std::size_t apart, std::uint8_t* out) {
    auto row = [&](std::size_t i) { return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(rows + i * apart)); };
    auto put = [&](int i, __m128i v) { _mm_storeu_si128(reinterpret_cast<__m128i*>(out) + i, v); };
    const __m128i a = _mm_unpacklo_epi8(row(0), row(1)), b = _mm_unpacklo_epi8(row(2), row(3));
    const __m128i c = _mm_unpacklo_epi8(row(4), row(5)), d = _mm_unpacklo_epi8(row(6), row(7));
    const __m128i ab = _mm_unpacklo_epi16(a, b), cd = _mm_unpacklo_epi16(c, d);
    const __m128i ab_high = _mm_unpackhi_epi16(a, b), cd_high = _mm_unpackhi_epi16(c, d);
    put(0, _mm_unpacklo_epi32(ab, cd));
    put(1, _mm_unpackhi_epi32(ab, cd));
    put(2, _mm_unpacklo_epi32(ab_high, cd_high));
    put(3, _mm_unpackhi_epi32(ab_high, cd_high));
}
// Lane i becomes the sum of the lanes 0 to i.
static inline Whole running(Whole x) {
    __m256i v = _mm256_add_epi32(x.v, _mm256_slli_si256(x.v, 4));
    v = _mm256_add_epi32(v, _mm256_slli_si256(v, 8));
    __m256i half = _mm256_shuffle_epi32(v, 0xFF);
    return {_mm256_add_epi32(v, _mm256_permute2x128_si256(half, half, 0x08))};
}
static inline Whole last(Whole x) { return {_mm256_permutevar8x32_epi32(x.v, _mm256_set1_epi32(7))}; }
// fl(x) below 2³¹.
static inline Lanes single(Whole x) { return {_mm256_cvtepi32_ps(x.v)}; }

// Numbers from 0 to below 2³¹, rounded down.
static inline Whole truncated(Lanes x) { return {_mm256_cvttps_epi32(x.v)}; }

// The even and the odd lanes, doubles, as eight floats.
static inline Lanes woven(__m256d even, __m256d odd) {
    __m256 apart = _mm256_set_m128(_mm256_cvtpd_ps(odd), _mm256_cvtpd_ps(even));
    return {_mm256_permutevar8x32_ps(apart, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7))};
}
static inline __m256d magic(std::int64_t bits) { return _mm256_castsi256_pd(_mm256_set1_epi64x(bits)); }
// Whole numbers below 2⁵², as the fraction of a double.
static inline __m256d below_52(__m256i v) {
    __m256d two_52 = magic(0x4330000000000000);
    return _mm256_sub_pd(_mm256_or_pd(_mm256_castsi256_pd(v), two_52), two_52);
}
// Whole numbers below 2⁶³, rounded once.
static inline __m256d below_63(__m256i v) {
    __m256d high = _mm256_or_pd(_mm256_castsi256_pd(_mm256_srli_epi64(v, 32)), magic(0x4530000000000000));
    __m256i low = _mm256_blend_epi32(v, _mm256_set1_epi64x(0x4330000000000000), 0xAA);
    return _mm256_add_pd(_mm256_sub_pd(high, magic(0x4530000000100000)), _mm256_castsi256_pd(low));
}
static inline __m256i odd_lanes(__m256i v) { return _mm256_srli_epi64(v, 32); }

// Even lanes of sums, as numbers of 64 bits: U of p (256 - p) is `low`, or low + 65536 high.
static inline __m256i joined(__m256i low) { return _mm256_and_si256(low, _mm256_set1_epi64x(0xFFFFFFFF)); }
static inline __m256i joined(__m256i low, __m256i high) {
    return _mm256_add_epi64(joined(low), _mm256_slli_epi64(joined(high), 16));
}
// fl(Q), Q = 256 S - U with the sum S of p.
template <class... U>
static inline __m256d even_squares(__m256i s, U... u) {
    return below_52(_mm256_sub_epi64(_mm256_slli_epi64(joined(s), 8), joined(u...)));
}
template <class... U>
static inline Lanes squares(Whole s, U... u) {
    return woven(even_squares(s.v, u.v...), even_squares(odd_lanes(s.v), odd_lanes(u.v)...));
}

// Eight n Q - S² = S (256 n - S) - n U as doubles, rounded once at most, in no certain order.
struct Gaps {
    __m256d even, odd;
};
static inline __m256d even_gaps(__m256i n, __m256i s, __m256i rest, __m256i u) {
    return below_52(_mm256_sub_epi64(_mm256_mul_epu32(s, rest), _mm256_mul_epu32(n, u)));
}
static inline __m256d even_gaps(__m256i n, __m256i s, __m256i rest, __m256i low, __m256i high) {
    __m256i most = _mm256_slli_epi64(_mm256_mul_epu32(n, high), 16);
    return below_63(_mm256_sub_epi64(_mm256_sub_epi64(_mm256_mul_epu32(s, rest), _mm256_mul_epu32(n, low)), most));
}
template <class... U>
static inline Gaps gaps(Whole n, Whole s, U... u) {
    __m256i rest = _mm256_sub_epi32(_mm256_slli_epi32(n.v, 8), s.v);
    return {even_gaps(n.v, s.v, rest, u.v...),
            even_gaps(odd_lanes(n.v), odd_lanes(s.v), odd_lanes(rest), odd_lanes(u.v)...)};
}
// The largest.
static inline double largest(Gaps x) {
    double four[4], most = 0.0;
    _mm256_storeu_pd(four, _mm256_max_pd(x.even, x.odd));
    for (double gap : four) most = gap > most ? gap : most;
    return most;
}
// n Q - S², rounded to a double and then to a float.
template <class... U>
static inline Lanes spread(Whole n, Whole s, U... u) {
    Gaps g = gaps(n, s, u...);
    return woven(g.even, g.odd);
}
