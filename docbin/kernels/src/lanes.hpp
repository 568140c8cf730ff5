// Eight floats at once. Every operation rounds to single precision as IEEE 754 says, so that all
// instruction sets and numpy agree bit for bit. Included inside the namespace of an instruction set.
#if defined(__AVX2__)
struct Lanes {
    __m256 v;
};
static inline Lanes all(float x) { return {_mm256_set1_ps(x)}; }
static inline Lanes operator+(Lanes x, Lanes y) { return {_mm256_add_ps(x.v, y.v)}; }
static inline Lanes operator-(Lanes x, Lanes y) { return {_mm256_sub_ps(x.v, y.v)}; }
static inline Lanes operator*(Lanes x, Lanes y) { return {_mm256_mul_ps(x.v, y.v)}; }
static inline Lanes operator/(Lanes x, Lanes y) { return {_mm256_div_ps(x.v, y.v)}; }
static inline Lanes root(Lanes x) { return {_mm256_sqrt_ps(x.v)}; }
static inline Lanes larger(Lanes x, Lanes y) { return {_mm256_max_ps(x.v, y.v)}; }
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
#else
struct Lanes {
    float v[8];
};
#define DOCBIN_EACH_LANE for (int i = 0; i < 8; ++i)
static inline Lanes all(float x) { Lanes r; DOCBIN_EACH_LANE r.v[i] = x; return r; }
static inline Lanes operator+(Lanes x, Lanes y) { DOCBIN_EACH_LANE x.v[i] += y.v[i]; return x; }
static inline Lanes operator-(Lanes x, Lanes y) { DOCBIN_EACH_LANE x.v[i] -= y.v[i]; return x; }
static inline Lanes operator*(Lanes x, Lanes y) { DOCBIN_EACH_LANE x.v[i] *= y.v[i]; return x; }
static inline Lanes operator/(Lanes x, Lanes y) { DOCBIN_EACH_LANE x.v[i] /= y.v[i]; return x; }
static inline Lanes root(Lanes x) { DOCBIN_EACH_LANE x.v[i] = __builtin_sqrtf(x.v[i]); return x; }
static inline Lanes larger(Lanes x, Lanes y) { DOCBIN_EACH_LANE x.v[i] = x.v[i] > y.v[i] ? x.v[i] : y.v[i]; return x; }
static inline Lanes where_positive(Lanes when, Lanes x, Lanes y) {
    DOCBIN_EACH_LANE x.v[i] = when.v[i] > 0.0f ? x.v[i] : y.v[i];
    return x;
}
static inline Lanes rounded_down(Lanes x) {
    DOCBIN_EACH_LANE {
        float whole = static_cast<float>(static_cast<std::int32_t>(x.v[i]));
        x.v[i] = whole > x.v[i] ? whole - 1.0f : whole;
    }
    return x;
}
static inline Lanes scaled(Lanes x, Lanes n) {
    DOCBIN_EACH_LANE {
        std::int32_t exponent = (static_cast<std::int32_t>(n.v[i]) + 127) << 23;
        float power;
        std::memcpy(&power, &exponent, sizeof power);
        x.v[i] *= power;
    }
    return x;
}
static inline Lanes from_bytes(const std::uint8_t* p) { Lanes r; DOCBIN_EACH_LANE r.v[i] = p[i]; return r; }
static inline Lanes from_memory(const float* p) { Lanes r; DOCBIN_EACH_LANE r.v[i] = p[i]; return r; }
static inline void store(float* p, Lanes x) { DOCBIN_EACH_LANE p[i] = x.v[i]; }
static inline unsigned at_most(Lanes x, Lanes y) {
    unsigned bits = 0;
    DOCBIN_EACH_LANE bits |= static_cast<unsigned>(x.v[i] <= y.v[i]) << i;
    return bits;
}
#undef DOCBIN_EACH_LANE
#endif
