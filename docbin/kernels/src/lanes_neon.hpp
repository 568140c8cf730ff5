// lanes.hpp with pairs of NEON registers.

struct Lanes {
    float32x4_t a, b;
};
static inline Lanes all(float x) { return {vdupq_n_f32(x), vdupq_n_f32(x)}; }
static inline Lanes operator+(Lanes x, Lanes y) { return {vaddq_f32(x.a, y.a), vaddq_f32(x.b, y.b)}; }
static inline Lanes operator-(Lanes x, Lanes y) { return {vsubq_f32(x.a, y.a), vsubq_f32(x.b, y.b)}; }
static inline Lanes operator*(Lanes x, Lanes y) { return {vmulq_f32(x.a, y.a), vmulq_f32(x.b, y.b)}; }
static inline Lanes operator/(Lanes x, Lanes y) { return {vdivq_f32(x.a, y.a), vdivq_f32(x.b, y.b)}; }
static inline Lanes root(Lanes x) { return {vsqrtq_f32(x.a), vsqrtq_f32(x.b)}; }
// The root of positive numbers, good to 4e-4 of it.
static inline Lanes rough_root(Lanes x) { return root(x); }
// x - a b, rounded once or twice: where last digits do not matter.
static inline Lanes roughly_less(Lanes x, Lanes a, Lanes b) {
    return {vfmsq_f32(x.a, a.a, b.a), vfmsq_f32(x.b, a.b, b.b)};
}
static inline Lanes magnitude(Lanes x) { return {vabsq_f32(x.a), vabsq_f32(x.b)}; }
static inline float32x4_t larger(float32x4_t x, float32x4_t y) { return vbslq_f32(vcgtq_f32(x, y), x, y); }
static inline Lanes larger(Lanes x, Lanes y) { return {larger(x.a, y.a), larger(x.b, y.b)}; }
static inline Lanes smaller(Lanes x, Lanes y) { return {vminq_f32(x.a, y.a), vminq_f32(x.b, y.b)}; }
// x where `when` is positive, else y.
static inline Lanes where_positive(Lanes when, Lanes x, Lanes y) {
    return {vbslq_f32(vcgtzq_f32(when.a), x.a, y.a), vbslq_f32(vcgtzq_f32(when.b), x.b, y.b)};
}
static inline float32x4_t power_of_two(float32x4_t n) {
    return vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(vcvtnq_s32_f32(n), vdupq_n_s32(127)), 23));
}
// 2 to the whole number n, from -126 to 127, times x.
static inline Lanes scaled(Lanes x, Lanes n) {
    return {vmulq_f32(x.a, power_of_two(n.a)), vmulq_f32(x.b, power_of_two(n.b))};
}
static inline Lanes rounded_down(Lanes x) { return {vrndmq_f32(x.a), vrndmq_f32(x.b)}; }
static inline Lanes from_memory(const float* p) { return {vld1q_f32(p), vld1q_f32(p + 4)}; }
static inline void store(float* p, Lanes x) {
    vst1q_f32(p, x.a);
    vst1q_f32(p + 4, x.b);
}
// One bit for each lane: x <= y, the first lane lowest.
static inline unsigned at_most(Lanes x, Lanes y) {
    const std::uint32_t places[8] = {1, 2, 4, 8, 16, 32, 64, 128};
    uint32x4_t a = vandq_u32(vcleq_f32(x.a, y.a), vld1q_u32(places));
    uint32x4_t b = vandq_u32(vcleq_f32(x.b, y.b), vld1q_u32(places + 4));
    return vaddvq_u32(vorrq_u32(a, b));
}

static inline bool all_above(Lanes x, Lanes y) {
    return vminvq_u32(vandq_u32(vcgtq_f32(x.a, y.a), vcgtq_f32(x.b, y.b))) != 0;
}

struct Whole {
    uint32x4_t a, b;
};
static inline Whole operator+(Whole x, Whole y) { return {vaddq_u32(x.a, y.a), vaddq_u32(x.b, y.b)}; }
static inline Whole operator-(Whole x, Whole y) { return {vsubq_u32(x.a, y.a), vsubq_u32(x.b, y.b)}; }
// Of products the lower 32 bits.
static inline Whole operator*(Whole x, Whole y) { return {vmulq_u32(x.a, y.a), vmulq_u32(x.b, y.b)}; }
static inline Whole whole(std::uint32_t x) { return {vdupq_n_u32(x), vdupq_n_u32(x)}; }
static inline Whole whole(const std::uint32_t* p) { return {vld1q_u32(p), vld1q_u32(p + 4)}; }
static inline Whole whole(const std::uint8_t* p) {
    uint16x8_t wide = vmovl_u8(vld1_u8(p));
    return {vmovl_u16(vget_low_u16(wide)), vmovl_u16(vget_high_u16(wide))};
}
static inline Lanes from_bytes(const std::uint8_t* p) {
    Whole x = whole(p);
    return {vcvtq_f32_u32(x.a), vcvtq_f32_u32(x.b)};
}
static inline void store(std::uint32_t* p, Whole x) {
    vst1q_u32(p, x.a);
    vst1q_u32(p + 4, x.b);
}
// The low byte of each lane below 256.
static inline void store_bytes(std::uint8_t* p, Whole x) {
    vst1_u8(p, vmovn_u16(vcombine_u16(vmovn_u32(x.a), vmovn_u32(x.b))));
}
static inline Whole low_half(Whole x) {
    return {vandq_u32(x.a, vdupq_n_u32(0xFFFF)), vandq_u32(x.b, vdupq_n_u32(0xFFFF))};
}
static inline Whole high_half(Whole x) { return {vshrq_n_u32(x.a, 16), vshrq_n_u32(x.b, 16)}; }
// Eight bytes that enter and eight that leave.
struct Exchange {
    Exchange(const std::uint8_t* enters, const std::uint8_t* leaves) : in_(whole(enters)), out_(whole(leaves)) {}
    Whole gap() const { return in_ - out_; }
    // p (256 - p) of what enters, less that of what leaves.
    Whole hill_gap() const { return (in_ - out_) * (whole(256u) - in_ - out_); }

private:
    Whole in_, out_;
};
// The lanes 1 to 7 of eight numbers, then 0; and 0, then their lanes 0 to 6.
static inline Whole next_lanes(const std::uint32_t* p) {
    const uint32x4_t a = vld1q_u32(p), b = vld1q_u32(p + 4);
    return {vextq_u32(a, b, 1), vextq_u32(b, vdupq_n_u32(0), 1)};
}
static inline Whole previous_lanes(const std::uint32_t* p) {
    const uint32x4_t a = vld1q_u32(p), b = vld1q_u32(p + 4);
    return {vextq_u32(vdupq_n_u32(0), a, 3), vextq_u32(a, b, 3)};
}
// Twice `bits`, and 1 where x <= y.
static inline Whole with_bits(Whole bits, Lanes x, Lanes y) {
    return {vsubq_u32(vaddq_u32(bits.a, bits.a), vcleq_f32(x.a, y.a)),
            vsubq_u32(vaddq_u32(bits.b, bits.b), vcleq_f32(x.b, y.b))};
}
// Eight bytes of each of eight rows that lie `apart` from each other, byte by byte.
static inline void weave_eight(const std::uint8_t* rows, std::size_t apart, std::uint8_t* out) {
    uint8x8_t row[8];
    for (std::size_t i = 0; i < 8; ++i) row[i] = vld1_u8(rows + i * apart);
    // The rows 0, 2, 4, 6 and the rows 1, 3, 5, 7 come side by side; the store takes one of each in turn.
    auto four = [&](std::size_t first) {
        auto twice = [&](std::size_t i) { return vcombine_u8(row[first + i], row[first + i]); };
        const uint8x16_t p = vzip1q_u8(twice(0), twice(2)), q = vzip1q_u8(twice(4), twice(6));
        const uint16x8_t u = vreinterpretq_u16_u8(p), v = vreinterpretq_u16_u8(q);
        return uint8x16x2_t{{vreinterpretq_u8_u16(vzip1q_u16(u, v)), vreinterpretq_u8_u16(vzip2q_u16(u, v))}};
    };
    const uint8x16x2_t even = four(0), odd = four(1);
    vst2q_u8(out, (uint8x16x2_t{{even.val[0], odd.val[0]}}));
    vst2q_u8(out + 32, (uint8x16x2_t{{even.val[1], odd.val[1]}}));
}
static inline uint32x4_t running(uint32x4_t x) {
    const uint32x4_t zero = vdupq_n_u32(0);
    x = vaddq_u32(x, vextq_u32(zero, x, 3));
    return vaddq_u32(x, vextq_u32(zero, x, 2));
}
// Lane i becomes the sum of the lanes 0 to i.
static inline Whole running(Whole x) {
    uint32x4_t first = running(x.a);
    return {first, vaddq_u32(running(x.b), vdupq_laneq_u32(first, 3))};
}
static inline Whole last(Whole x) { return {vdupq_laneq_u32(x.b, 3), vdupq_laneq_u32(x.b, 3)}; }
// fl(x) below 2³¹.
static inline Lanes single(Whole x) { return {vcvtq_f32_u32(x.a), vcvtq_f32_u32(x.b)}; }
// Numbers from 0 to below 2³¹, rounded down.
static inline Whole truncated(Lanes x) { return {vcvtq_u32_f32(x.a), vcvtq_u32_f32(x.b)}; }

// Sums S of p and U of p (256 - p) as numbers of 64 bits; U is `low`, or low + 65536 high.
static inline uint64x2_t joined(uint32x2_t low) { return vmovl_u32(low); }
static inline uint64x2_t joined(uint32x2_t low, uint32x2_t high) {
    return vaddw_u32(vshlq_n_u64(vmovl_u32(high), 16), low);
}
// Whole numbers of 64 bits, rounded to doubles and then to floats.
static inline float32x4_t single(uint64x2_t low, uint64x2_t high) {
    return vcombine_f32(vcvt_f32_f64(vcvtq_f64_u64(low)), vcvt_f32_f64(vcvtq_f64_u64(high)));
}
// fl(Q), Q = 256 S - U.
template <class... U>
static inline uint64x2_t square(uint32x2_t s, U... u) {
    return vsubq_u64(vshll_n_u32(s, 8), joined(u...));
}
template <class... U>
static inline float32x4_t four_squares(uint32x4_t s, U... u) {
    return single(square(vget_low_u32(s), vget_low_u32(u)...), square(vget_high_u32(s), vget_high_u32(u)...));
}
template <class... U>
static inline Lanes squares(Whole s, U... u) { return {four_squares(s.a, u.a...), four_squares(s.b, u.b...)}; }

// Eight n Q - S² = S (256 n - S) - n U as doubles.
struct Gaps {
    float64x2_t v[4];
};
static inline uint64x2_t taken(uint32x2_t n, uint32x2_t low) { return vmull_u32(n, low); }
static inline uint64x2_t taken(uint32x2_t n, uint32x2_t low, uint32x2_t high) {
    return vaddq_u64(vmull_u32(n, low), vshlq_n_u64(vmull_u32(n, high), 16));
}
template <class... U>
static inline float64x2_t gap(uint32x2_t n, uint32x2_t s, U... u) {
    return vcvtq_f64_u64(vsubq_u64(vmull_u32(s, vsub_u32(vshl_n_u32(n, 8), s)), taken(n, u...)));
}
template <class... U>
static inline Gaps gaps(Whole n, Whole s, U... u) {
    return {{gap(vget_low_u32(n.a), vget_low_u32(s.a), vget_low_u32(u.a)...),
             gap(vget_high_u32(n.a), vget_high_u32(s.a), vget_high_u32(u.a)...),
             gap(vget_low_u32(n.b), vget_low_u32(s.b), vget_low_u32(u.b)...),
             gap(vget_high_u32(n.b), vget_high_u32(s.b), vget_high_u32(u.b)...)}};
}
// The largest.
static inline double largest(Gaps x) {
    return vmaxvq_f64(vmaxq_f64(vmaxq_f64(x.v[0], x.v[1]), vmaxq_f64(x.v[2], x.v[3])));
}
// n Q - S², rounded to a double and then to a float.
template <class... U>
static inline Lanes spread(Whole n, Whole s, U... u) {
    Gaps g = gaps(n, s, u...);
    return {vcombine_f32(vcvt_f32_f64(g.v[0]), vcvt_f32_f64(g.v[1])),
            vcombine_f32(vcvt_f32_f64(g.v[2]), vcvt_f32_f64(g.v[3]))};
}
