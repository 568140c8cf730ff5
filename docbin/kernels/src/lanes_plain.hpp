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
    Whole square_gap() const {
        Whole r;
        DOCBIN_EACH_LANE r.v[i] = in_.v[i] * in_.v[i] - out_.v[i] * out_.v[i];
        return r;
    }

private:
    Whole in_, out_;
};
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
// fl(low + 65536 high).
static inline Lanes single(Whole low, Whole high) {
    Lanes r;
    DOCBIN_EACH_LANE {
        std::uint64_t both = low.v[i] + (std::uint64_t{high.v[i]} << 16);
        r.v[i] = static_cast<float>(static_cast<std::int64_t>(both));
    }
    return r;
}
// Eight n q - s² as doubles.
struct Gaps {
    double v[8];
};
static inline Gaps no_gaps() { Gaps r; DOCBIN_EACH_LANE r.v[i] = 0.0; return r; }
static inline Gaps gaps(Whole n, Whole q, Whole s) {
    Gaps r;
    DOCBIN_EACH_LANE {
        std::uint64_t gap = std::uint64_t{n.v[i]} * q.v[i] - std::uint64_t{s.v[i]} * s.v[i];
        r.v[i] = static_cast<double>(static_cast<std::int64_t>(gap));
    }
    return r;
}
static inline Gaps gaps(Whole n, Whole low, Whole high, Whole s) {
    Gaps r;
    DOCBIN_EACH_LANE {
        std::uint64_t q = low.v[i] + (std::uint64_t{high.v[i]} << 16);
        std::uint64_t gap = n.v[i] * q - std::uint64_t{s.v[i]} * s.v[i];
        r.v[i] = static_cast<double>(static_cast<std::int64_t>(gap));
    }
    return r;
}
static inline Gaps larger(Gaps x, Gaps y) {
    DOCBIN_EACH_LANE x.v[i] = x.v[i] > y.v[i] ? x.v[i] : y.v[i];
    return x;
}
// The largest, rounded to a float.
static inline float largest(Gaps x) {
    double most = 0.0;
    DOCBIN_EACH_LANE most = x.v[i] > most ? x.v[i] : most;
    return static_cast<float>(most);
}
// n q - s², rounded to a double and then to a float.
static inline Lanes rounded(Gaps g) { Lanes r; DOCBIN_EACH_LANE r.v[i] = static_cast<float>(g.v[i]); return r; }
static inline Lanes spread(Whole n, Whole q, Whole s) { return rounded(gaps(n, q, s)); }
static inline Lanes spread(Whole n, Whole low, Whole high, Whole s) { return rounded(gaps(n, low, high, s)); }
#undef DOCBIN_EACH_LANE
