// packed_vectors.hpp with the registers of NEON.

constexpr bool WIDE_SUMS = false;
constexpr std::size_t HALVES = 1;
constexpr std::size_t factor_place(std::size_t channel) { return channel; }

struct Sixteen {
    int16x8_t low, high;
};
static inline Sixteen sixteen(int x) { return {vdupq_n_s16(static_cast<std::int16_t>(x)), vdupq_n_s16(static_cast<std::int16_t>(x))}; }
static inline Sixteen load16(const std::int16_t* p) { return {vld1q_s16(p), vld1q_s16(p + 8)}; }
static inline void store16(std::int16_t* p, Sixteen x) {
    vst1q_s16(p, x.low);
    vst1q_s16(p + 8, x.high);
}
static inline Sixteen sum_limited(Sixteen x, Sixteen y) { return {vqaddq_s16(x.low, y.low), vqaddq_s16(x.high, y.high)}; }
static inline Sixteen gap_limited(Sixteen x, Sixteen y) { return {vqsubq_s16(x.low, y.low), vqsubq_s16(x.high, y.high)}; }
static inline Sixteen operator-(Sixteen x, Sixteen y) { return {vsubq_s16(x.low, y.low), vsubq_s16(x.high, y.high)}; }
static inline Sixteen doubled(Sixteen x) { return {vshlq_n_s16(x.low, 1), vshlq_n_s16(x.high, 1)}; }
// (2 x y + 2¹⁵) >> 16; exact: one of the factors is never -32768.
static inline Sixteen product15(Sixteen x, Sixteen y) { return {vqrdmulhq_s16(x.low, y.low), vqrdmulhq_s16(x.high, y.high)}; }
static inline Sixteen larger(Sixteen x, Sixteen y) { return {vmaxq_s16(x.low, y.low), vmaxq_s16(x.high, y.high)}; }
static inline Sixteen smaller(Sixteen x, Sixteen y) { return {vminq_s16(x.low, y.low), vminq_s16(x.high, y.high)}; }
static inline Sixteen where_positive(Sixteen when, Sixteen x, Sixteen y) {
    return {vbslq_s16(vcgtq_s16(when.low, vdupq_n_s16(0)), x.low, y.low),
            vbslq_s16(vcgtq_s16(when.high, vdupq_n_s16(0)), x.high, y.high)};
}
static inline int16x4_t mean_of_four(int16x4_t a, int16x4_t b, int16x4_t c, int16x4_t d) {
    return vmovn_s32(vrshrq_n_s32(vaddq_s32(vaddl_s16(a, b), vaddl_s16(c, d)), 2));
}
static inline int16x8_t mean_of_four(int16x8_t a, int16x8_t b, int16x8_t c, int16x8_t d) {
    return vcombine_s16(mean_of_four(vget_low_s16(a), vget_low_s16(b), vget_low_s16(c), vget_low_s16(d)),
                        mean_of_four(vget_high_s16(a), vget_high_s16(b), vget_high_s16(c), vget_high_s16(d)));
}
static inline Sixteen mean_of_four(Sixteen a, Sixteen b, Sixteen c, Sixteen d) {
    return {mean_of_four(a.low, b.low, c.low, d.low), mean_of_four(a.high, b.high, c.high, d.high)};
}
// Of numbers from 0 to 255.
static inline void store_codes(std::uint8_t* p, Sixteen x) {
    vst1q_u8(p, vcombine_u8(vqmovun_s16(x.low), vqmovun_s16(x.high)));
}
// Bit i: lane i is not negative.
static inline unsigned signs(Sixteen x) {
    static const std::uint8_t places[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t ones = vcombine_u8(vmovn_u16(vcgeq_s16(x.low, vdupq_n_s16(0))), vmovn_u16(vcgeq_s16(x.high, vdupq_n_s16(0))));
    uint8x16_t bits = vandq_u8(ones, vld1q_u8(places));
    return vaddv_u8(vget_low_u8(bits)) | unsigned{vaddv_u8(vget_high_u8(bits))} << 8;
}

struct Bytes {
    uint8x16_t v;
};
static inline Bytes load_bytes(const std::uint8_t* p) { return {vld1q_u8(p)}; }
// The same sixteen in every half.
static inline Bytes spread_bytes(const std::uint8_t* p) { return {vld1q_u8(p)}; }
static inline void store_bytes(std::uint8_t* p, Bytes x) { vst1q_u8(p, x.v); }
// Indices below 16.
static inline Bytes look_up(Bytes table, Bytes index) { return {vqtbl1q_u8(table.v, index.v)}; }
static inline Bytes operator+(Bytes x, Bytes y) { return {vaddq_u8(x.v, y.v)}; }

// Keeps results in the order they are written in.
static DOCBIN_INLINE void in_order(Bytes& x) { __asm__("" : "+w"(x.v)); }

// Running totals of bytes, of 16 bits.
struct Totals {
    uint16x8_t low, high;
};
static inline Totals no_totals() { return {vdupq_n_u16(0), vdupq_n_u16(0)}; }
static inline void take(Totals& totals, Bytes x) {
    totals.low = vaddw_u8(totals.low, vget_low_u8(x.v));
    totals.high = vaddw_high_u8(totals.high, x.v);
}
static inline void finish(const Totals& totals, Sixteen* out) {
    *out = {vreinterpretq_s16_u16(totals.low), vreinterpretq_s16_u16(totals.high)};
}

// Tables of two groups of four codes, for one pixel in each half: T[i] = sum of the codes whose bit is set in
// i = what the two lower bits choose of 0, a, b, a + b, plus the same of the two upper ones.
constexpr std::size_t TABLE_CHANNELS = 8;
// Sums of four codes and of the other four.
struct CodeSums {
    uint32x2_t v;
};
static inline CodeSums no_code_sums() { return {vdup_n_u32(0)}; }
static inline void store_code_sums(std::int32_t* to, const CodeSums& sums) { *to = static_cast<std::int32_t>(vaddv_u32(sums.v)); }
static inline void build_tables(const std::uint8_t* const* codes, std::size_t channel, std::uint8_t* first,
                                std::size_t apart, CodeSums& sums) {
    std::uint8_t* second = first + apart;
    static const std::uint8_t lower[16] = {255, 0, 1, 8, 255, 0, 1, 8, 255, 0, 1, 8, 255, 0, 1, 8};
    static const std::uint8_t upper[16] = {255, 255, 255, 255, 2, 2, 2, 2, 3, 3, 3, 3, 10, 10, 10, 10};
    uint8x8_t eight = vld1_u8(codes[0] + channel);
    sums.v = vpadal_u16(sums.v, vpaddl_u8(eight));
    uint8x8_t both = vadd_u8(eight, vreinterpret_u8_u16(vshr_n_u16(vreinterpret_u16_u8(eight), 8)));
    uint8x16_t choice = vcombine_u8(eight, both), four = vdupq_n_u8(4);
    uint8x16_t low = vld1q_u8(lower), high = vld1q_u8(upper);
    vst1q_u8(first, vaddq_u8(vqtbl1q_u8(choice, low), vqtbl1q_u8(choice, high)));
    // 255 stays beyond the table when four are added with limit.
    vst1q_u8(second, vaddq_u8(vqtbl1q_u8(choice, vqaddq_u8(low, four)), vqtbl1q_u8(choice, vqaddq_u8(high, four))));
}

// Factors of two bases and the bias of sixteen channels, for sums and results that fit 32 bits.
struct Factors {
    std::int16_t pairs[32];
    std::int32_t bias[16];
};
static inline int16x4_t scaled_four(int16x4_t a, int16x4_t b, int16x4_t mult, int16x4_t other, int32x4_t bias, int32x4_t shift) {
    return vqmovn_s32(vshlq_s32(vmlal_s16(vmlal_s16(bias, a, mult), b, other), shift));
}
static inline int16x8_t scaled_eight(int16x8_t a, int16x8_t b, const std::int16_t* pairs, const std::int32_t* bias, int32x4_t shift) {
    int16x8x2_t f = vld2q_s16(pairs);
    return vcombine_s16(scaled_four(vget_low_s16(a), vget_low_s16(b), vget_low_s16(f.val[0]), vget_low_s16(f.val[1]),
                                    vld1q_s32(bias), shift),
                        scaled_four(vget_high_s16(a), vget_high_s16(b), vget_high_s16(f.val[0]), vget_high_s16(f.val[1]),
                                    vld1q_s32(bias + 4), shift));
}
static inline Sixteen scaled(Sixteen a, Sixteen b, const Factors& f, int shift) {
    int32x4_t down = vdupq_n_s32(shift > 31 ? -31 : -shift);
    return {scaled_eight(a.low, b.low, f.pairs, f.bias, down), scaled_eight(a.high, b.high, f.pairs + 16, f.bias + 8, down)};
}

// Products are summed by twos, in 32 bits.
constexpr std::size_t PRODUCTS = 2;
using ProductCode = std::int16_t;
using ProductWeight = std::int16_t;

struct Sums {
    int32x4_t v[4];
};
static inline Sums no_sums() { return {{vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)}}; }
// Adds the products of two codes with their weights, interleaved: [16][2]; WHOLE: of all sixteen, else of
// the first eight.
template <bool WHOLE>
static inline void add_products(Sums& sums, const ProductCode* two, const ProductWeight* weights) {
    for (int half = 0; half < (WHOLE ? 2 : 1); ++half) {
        int16x8x2_t w = vld2q_s16(weights + 16 * half);
        int32x4_t &low = sums.v[2 * half], &high = sums.v[2 * half + 1];
        low = vmlal_n_s16(vmlal_n_s16(low, vget_low_s16(w.val[0]), two[0]), vget_low_s16(w.val[1]), two[1]);
        high = vmlal_n_s16(vmlal_n_s16(high, vget_high_s16(w.val[0]), two[0]), vget_high_s16(w.val[1]), two[1]);
    }
}
// Sixteen codes as numbers of 16 bits.
static inline void widen16(const std::uint8_t* codes, ProductCode* to) {
    uint8x16_t all = vld1q_u8(codes);
    vst1q_s16(to, vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(all))));
    vst1q_s16(to + 8, vreinterpretq_s16_u16(vmovl_high_u8(all)));
}
static DOCBIN_INLINE void in_order(Sums& x) {
    __asm__("" : "+w"(x.v[0]), "+w"(x.v[1]), "+w"(x.v[2]), "+w"(x.v[3]));
}
static inline void store_sums(std::int32_t* p, const Sums& x) {
    for (int i = 0; i < 4; ++i) vst1q_s32(p + 4 * i, x.v[i]);
}
static inline void add_to_sums(std::int32_t* p, Sixteen x) {
    vst1q_s32(p, vaddw_s16(vld1q_s32(p), vget_low_s16(x.low)));
    vst1q_s32(p + 4, vaddw_s16(vld1q_s32(p + 4), vget_high_s16(x.low)));
    vst1q_s32(p + 8, vaddw_s16(vld1q_s32(p + 8), vget_low_s16(x.high)));
    vst1q_s32(p + 12, vaddw_s16(vld1q_s32(p + 12), vget_high_s16(x.high)));
}
static inline std::int16_t exact_scaled(const std::int32_t*, const std::int32_t*, const std::int32_t*,
                                        const std::int32_t*, std::int64_t, int);
static inline Sixteen scaled_wide(const std::int32_t* a, const std::int32_t* b, const std::int32_t* mult,
                                  const std::int32_t* other, const std::int64_t* bias, int shift) {
    std::int16_t out[16];
    for (int i = 0; i < 16; ++i) out[i] = exact_scaled(a + i, b ? b + i : b, mult + i, other + i, bias[i], shift);
    return load16(out);
}
