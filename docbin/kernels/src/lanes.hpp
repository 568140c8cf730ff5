// Eight numbers at once. Every operation on floats rounds to single precision as IEEE 754 says, so that
// all instruction sets and numpy agree bit for bit; whole numbers wrap at 2³². Included inside the
// namespace of an instruction set.
#if defined(__AVX2__)
#include "lanes_avx2.hpp"
#elif defined(__aarch64__) && defined(__ARM_NEON)
#include "lanes_neon.hpp"
#else
#include "lanes_plain.hpp"
#endif

// fl(x) of whole numbers up to 2³²: in two halves of 16 bits, the upper one exact.
static inline Lanes single_wide(Whole x) { return single(high_half(x)) * all(65536.0f) + single(low_half(x)); }
