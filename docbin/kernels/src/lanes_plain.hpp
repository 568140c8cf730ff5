// lanes.hpp in plain C++.

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
// The root of positive numbers, good to 4e-4 of it.
static inline Lanes rough_root(Lanes x) { return root(x); }
// x - a b, rounded once or twice: where last digits do not matter.
static inline Lanes roughly_less(Lanes x, Lanes a, Lanes b) { return x - a * b; }
static inline Lanes magnitude(Lanes x) { DOCBIN_EACH_LANE x.v[i] = __builtin_fabsf(x.v[i]); return x; }
static inline Lanes larger(Lanes x, Lanes y) { DOCBIN_EACH_LANE x.v[i] = x.v[i] > y.v[i] ? x.v[i] : y.v[i]; return x; }
static inline Lanes smaller(Lanes x, Lanes y) { DOCBIN_EACH_LANE x.v[i] = x.v[i] < y.v[i] ? x.v[i] : y.v[i]; return x; }
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
static inline bool all_above(Lanes x, Lanes y) {
    bool above = true;
    DOCBIN_EACH_LANE above &= x.v[i] > y.v[i];
    return above;
}

struct Whole {
    std::uint32_t v[8];
};
static inline Whole operator+(Whole x, Whole y) { DOCBIN_EACH_LANE x.v[i] += y.v[i]; return x; }
static inline Whole operator-(Whole x, Whole y) { DOCBIN_EACH_LANE x.v[i] -= y.v[i]; return x; }
// Of products the lower 32 bits.
static inline Whole operator*(Whole x, Whole y) { DOCBIN_EACH_LANE x.v[i] *= y.v[i]; return x; }
static inline Whole whole(std::uint32_t x) { Whole r; DOCBIN_EACH_LANE r.v[i] = x; return r; }
static inline Whole whole(const std::uint32_t* p) { Whole r; DOCBIN_EACH_LANE r.v[i] = p[i]; return r; }
static inline Whole whole(const std::uint8_t* p) { Whole r; DOCBIN_EACH_LANE r.v[i] = p[i]; return r; }
static inline void store(std::uint32_t* p, Whole x) { DOCBIN_EACH_LANE p[i] = x.v[i]; }
// The low byte of each lane below 256.
static inline void store_bytes(std::uint8_t* p, Whole x) {
    DOCBIN_EACH_LANE p[i] = static_cast<std::uint8_t>(x.v[i]);
}
static inline Whole low_half(Whole x) { DOCBIN_EACH_LANE x.v[i] &= 0xFFFF; return x; }
static inline Whole high_half(Whole x) { DOCBIN_EACH_LANE x.v[i] >>= 16; return x; }
// Eight bytes that enter and eight that leave.
struct Exchange {
    Exchange(const std::uint8_t* enters, const std::uint8_t* leaves) : in_(whole(enters)), out_(whole(leaves)) {}
    Whole gap() const { return in_ - out_; }
    // p (256 - p) of what enters, less that of what leaves.
    Whole hill_gap() const {
        Whole r;
        DOCBIN_EACH_LANE r.v[i] = in_.v[i] * (256 - in_.v[i]) - out_.v[i] * (256 - out_.v[i]);
        return r;
    }

private:
    Whole in_, out_;
};
// The lanes 1 to 7 of eight numbers, then 0; and 0, then their lanes 0 to 6.
static inline Whole next_lanes(const std::uint32_t* p) {
    Whole r;
    DOCBIN_EACH_LANE r.v[i] = i < 7 ? p[i + 1] : 0;
    return r;
}
static inline Whole previous_lanes(const std::uint32_t* p) {
    Whole r;
    DOCBIN_EACH_LANE r.v[i] = i > 0 ? p[i - 1] : 0;
    return r;
}
// Twice `bits`, and 1 where x <= y.
static inline Whole with_bits(Whole bits, Lanes x, Lanes y) {
    DOCBIN_EACH_LANE bits.v[i] = 2 * bits.v[i] + (x.v[i] <= y.v[i]);
    return bits;
}
// Eight bytes of each of eight rows that lie `apart` from each other, byte by byte.
static inline void weave_eight(const std::uint8_t* rows, std::size_t apart, std::uint8_t* out) {
    for (std::size_t place = 0; place < 8; ++place)
        for (std::size_t lane = 0; lane < 8; ++lane) out[8 * place + lane] = rows[apart * lane + place];
}
// Lane i becomes the sum of the lanes 0 to i.
static inline Whole running(Whole x) {
    for (int i = 1; i < 8; ++i) x.v[i] += x.v[i - 1];
    return x;
}
static inline Whole last(Whole x) { return whole(x.v[7]); }
// fl(x) below 2³¹.
static inline Lanes single(Whole x) {
    Lanes r;
    DOCBIN_EACH_LANE r.v[i] = static_cast<float>(static_cast<std::int32_t>(x.v[i]));
    return r;
}
// Numbers from 0 to below 2³¹, rounded down.
static inline Whole truncated(Lanes x) {
    Whole r;
    DOCBIN_EACH_LANE r.v[i] = static_cast<std::uint32_t>(static_cast<std::int32_t>(x.v[i]));
    return r;
}
// Sums S of p and U of p (256 - p), of up to 2³² numbers p; U is `low`, or low + 65536 high.
static inline std::uint64_t joined(const Whole& low, const Whole& high, int i) {
    return low.v[i] + (std::uint64_t{high.v[i]} << 16);
}
static inline std::uint64_t joined(const Whole& low, int i) { return low.v[i]; }
// fl(Q), Q = 256 S - U.
template <class... U>
static inline Lanes squares(Whole s, U... u) {
    Lanes r;
    DOCBIN_EACH_LANE {
        const std::uint64_t square = (std::uint64_t{s.v[i]} << 8) - joined(u..., i);
        r.v[i] = static_cast<float>(static_cast<std::int64_t>(square));
    }
    return r;
}
// Eight n Q - S² = S (256 n - S) - n U as doubles.
struct Gaps {
    double v[8];
};
template <class... U>
static inline Gaps gaps(Whole n, Whole s, U... u) {
    Gaps r;
    DOCBIN_EACH_LANE {
        std::uint64_t rest = (std::uint64_t{n.v[i]} << 8) - s.v[i];
        r.v[i] = static_cast<double>(static_cast<std::int64_t>(s.v[i] * rest - n.v[i] * joined(u..., i)));
    }
    return r;
}
// The largest.
static inline double largest(Gaps x) {
    double most = 0.0;
    DOCBIN_EACH_LANE most = x.v[i] > most ? x.v[i] : most;
    return most;
}
// n Q - S², rounded to a double and then to a float.
template <class... U>
static inline Lanes spread(Whole n, Whole s, U... u) {
    Gaps g = gaps(n, s, u...);
    Lanes r;
    DOCBIN_EACH_LANE r.v[i] = static_cast<float>(g.v[i]);
    return r;
}
#undef DOCBIN_EACH_LANE
