// packed_vectors.hpp without registers of any kind: loops over sixteen that compilers turn into what there is.

constexpr bool WIDE_SUMS = false;
constexpr std::size_t HALVES = 1;
// Where a channel's factors lie in Factors.
constexpr std::size_t factor_place(std::size_t channel) { return channel; }

struct Sixteen {
    std::int16_t v[16];
};
static inline std::int16_t limited(int x) { return static_cast<std::int16_t>(x < -32768 ? -32768 : x > 32767 ? 32767 : x); }
template <class F>
static inline Sixteen each(F f) {
    Sixteen out;
    for (int i = 0; i < 16; ++i) out.v[i] = static_cast<std::int16_t>(f(i));
    return out;
}
static inline Sixteen sixteen(int x) { return each([&](int) { return x; }); }
static inline Sixteen load16(const std::int16_t* p) { return each([&](int i) { return p[i]; }); }
static inline void store16(std::int16_t* p, Sixteen x) { std::memcpy(p, x.v, sizeof x.v); }
static inline Sixteen sum_limited(Sixteen x, Sixteen y) { return each([&](int i) { return limited(x.v[i] + y.v[i]); }); }
static inline Sixteen gap_limited(Sixteen x, Sixteen y) { return each([&](int i) { return limited(x.v[i] - y.v[i]); }); }
static inline Sixteen operator-(Sixteen x, Sixteen y) { return each([&](int i) { return x.v[i] - y.v[i]; }); }
static inline Sixteen doubled(Sixteen x) { return each([&](int i) { return x.v[i] * 2; }); }
static inline Sixteen product15(Sixteen x, Sixteen y) { return each([&](int i) { return (x.v[i] * y.v[i] + 16384) >> 15; }); }
static inline Sixteen larger(Sixteen x, Sixteen y) { return each([&](int i) { return x.v[i] > y.v[i] ? x.v[i] : y.v[i]; }); }
static inline Sixteen smaller(Sixteen x, Sixteen y) { return each([&](int i) { return x.v[i] < y.v[i] ? x.v[i] : y.v[i]; }); }
static inline Sixteen where_positive(Sixteen when, Sixteen x, Sixteen y) {
    return each([&](int i) { return when.v[i] > 0 ? x.v[i] : y.v[i]; });
}
static inline Sixteen mean_of_four(Sixteen a, Sixteen b, Sixteen c, Sixteen d) {
    return each([&](int i) { return (a.v[i] + b.v[i] + c.v[i] + d.v[i] + 2) >> 2; });
}
// Of numbers from 0 to 255.
static inline void store_codes(std::uint8_t* p, Sixteen x) {
    for (int i = 0; i < 16; ++i) p[i] = static_cast<std::uint8_t>(x.v[i]);
}
// Bit i: lane i is not negative.
static inline unsigned signs(Sixteen x) {
    unsigned bits = 0;
    for (int i = 0; i < 16; ++i) bits |= unsigned{x.v[i] >= 0} << i;
    return bits;
}

struct Bytes {
    std::uint8_t v[16];
};
static inline Bytes load_bytes(const std::uint8_t* p) {
    Bytes out;
    std::memcpy(out.v, p, 16);
    return out;
}
// The same sixteen in every half.
static inline Bytes spread_bytes(const std::uint8_t* p) { return load_bytes(p); }
static inline void store_bytes(std::uint8_t* p, Bytes x) { std::memcpy(p, x.v, 16); }
// Indices below 16.
static inline Bytes look_up(Bytes table, Bytes index) {
    Bytes out;
    for (int i = 0; i < 16; ++i) out.v[i] = table.v[index.v[i]];
    return out;
}
static inline Bytes operator+(Bytes x, Bytes y) {
    Bytes out;
    for (int i = 0; i < 16; ++i) out.v[i] = static_cast<std::uint8_t>(x.v[i] + y.v[i]);
    return out;
}

// Nothing to keep: there are no registers.
static inline void in_order(Bytes&) {}

// Running totals of bytes, of 16 bits.
struct Totals {
    std::uint16_t v[16];
};
static inline Totals no_totals() { return Totals{}; }
static inline void take(Totals& totals, Bytes x) {
    for (int i = 0; i < 16; ++i) totals.v[i] = static_cast<std::uint16_t>(totals.v[i] + x.v[i]);
}
static inline void finish(const Totals& totals, Sixteen* out) {
    *out = each([&](int i) { return static_cast<std::int16_t>(totals.v[i]); });
}

// Tables of two groups of four codes, for one pixel in each half: T[i] = sum of the codes whose bit is set in i.
constexpr std::size_t TABLE_CHANNELS = 8;
using CodeSums = std::int32_t;
static inline CodeSums no_code_sums() { return 0; }
static inline void store_code_sums(std::int32_t* to, CodeSums sums) { *to = sums; }
static inline void build_tables(const std::uint8_t* const* codes, std::size_t channel, std::uint8_t* first,
                                std::size_t apart, CodeSums& sums) {
    std::uint8_t* second = first + apart;
    for (std::size_t i = 0; i < TABLE_CHANNELS; ++i) sums += codes[0][channel + i];
    for (unsigned i = 0; i < 16; ++i)
        for (int group = 0; group < 2; ++group) {
            const std::uint8_t* c = codes[0] + channel + 4 * group;
            unsigned total = (i & 1 ? c[0] : 0u) + (i & 2 ? c[1] : 0u) + (i & 4 ? c[2] : 0u) + (i & 8 ? c[3] : 0u);
            (group ? second : first)[i] = static_cast<std::uint8_t>(total);
        }
}

// Factors of two bases and the bias of sixteen channels, for sums and results that fit 32 bits.
struct Factors {
    std::int16_t pairs[32];
    std::int32_t bias[16];
};
static inline Sixteen scaled(Sixteen a, Sixteen b, const Factors& f, int shift) {
    shift = shift > 31 ? 31 : shift;
    return each([&](int i) { return limited((a.v[i] * f.pairs[2 * i] + b.v[i] * f.pairs[2 * i + 1] + f.bias[i]) >> shift); });
}

// Products are summed by twos, in 32 bits.
constexpr std::size_t PRODUCTS = 2;
using ProductCode = std::int16_t;
using ProductWeight = std::int16_t;

struct Sums {
    std::int32_t v[16];
};
static inline Sums no_sums() { return Sums{}; }
// Adds the products of two codes with their weights, interleaved: [16][2]; WHOLE: of all sixteen, else of
// the first eight.
template <bool WHOLE>
static inline void add_products(Sums& sums, const ProductCode* two, const ProductWeight* weights) {
    for (int i = 0; i < (WHOLE ? 16 : 8); ++i) sums.v[i] += two[0] * weights[2 * i] + two[1] * weights[2 * i + 1];
}
// Sixteen codes as numbers of 16 bits.
static inline void widen16(const std::uint8_t* codes, ProductCode* to) {
    for (int i = 0; i < 16; ++i) to[i] = codes[i];
}
static inline void in_order(Sums&) {}
static inline void store_sums(std::int32_t* p, const Sums& x) { std::memcpy(p, x.v, sizeof x.v); }
static inline void add_to_sums(std::int32_t* p, Sixteen x) {
    for (int i = 0; i < 16; ++i) p[i] += x.v[i];
}
static inline std::int16_t exact_scaled(const std::int32_t*, const std::int32_t*, const std::int32_t*,
                                        const std::int32_t*, std::int64_t, int);
static inline Sixteen scaled_wide(const std::int32_t* a, const std::int32_t* b, const std::int32_t* mult,
                                  const std::int32_t* other, const std::int64_t* bias, int shift) {
    return each([&](int i) { return exact_scaled(a + i, b ? b + i : b, mult + i, other + i, bias[i], shift); });
}
