// Vectors for packed networks: sixteen channels of a stream at once (Sixteen), the same of sums of 32 bits
// (Sums), and bytes that are looked up in tables of sixteen (Bytes, one table for each half of 16 lanes).
// The products of codes and weights of eight bits come PRODUCTS at once.
// Included inside the namespace of an instruction set; whole numbers only, so all of them agree.
// DOCBIN_SMALL: where only size counts, the compiler decides.
#if (defined(__GNUC__) || defined(__clang__)) && !defined(DOCBIN_SMALL)
#define DOCBIN_INLINED __attribute__((always_inline))
#define DOCBIN_APART __attribute__((noinline))
#else
#define DOCBIN_INLINED
#define DOCBIN_APART
#endif
#define DOCBIN_INLINE inline DOCBIN_INLINED

// f(0), f(1), ..., f(N - 1) with constants.
template <class F, std::size_t... I>
static DOCBIN_INLINE void each_of(std::index_sequence<I...>, [[maybe_unused]] F f) {
    (f(std::integral_constant<std::size_t, I>{}), ...);
}
template <std::size_t N, class F>
static DOCBIN_INLINE void times(F f) {
    each_of(std::make_index_sequence<N>{}, f);
}

#if defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && defined(__AVX512VNNI__) && defined(__AVX512VBMI__)
#define DOCBIN_PERMUTE
#include "packed_vectors_avx512.hpp"
#elif defined(__AVX2__)
#include "packed_vectors_avx2.hpp"
#elif defined(__aarch64__) && defined(__ARM_NEON)
#include "packed_vectors_neon.hpp"
#else
#include "packed_vectors_plain.hpp"
#endif

// Sixteen as what else has as many channels as it has.
static DOCBIN_INLINE void load(Sixteen& to, const std::int16_t* p) { to = load16(p); }
static DOCBIN_INLINE void spread(Sixteen& to, int x) { to = sixteen(x); }
static DOCBIN_INLINE void store(std::int16_t* p, Sixteen x) { store16(p, x); }

// (a mult + b other + bias) >> shift of sums of any size the format allows, limited to int16. `b` may be null.
static inline std::int16_t exact_scaled(const std::int32_t* a, const std::int32_t* b, const std::int32_t* mult,
                                        const std::int32_t* other, std::int64_t bias, int shift) {
    std::int64_t total = bias + std::int64_t{*a} * *mult;
    if (b) total += std::int64_t{*b} * *other;
    total >>= shift;
    return static_cast<std::int16_t>(total < -32768 ? -32768 : total > 32767 ? 32767 : total);
}
