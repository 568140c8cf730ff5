#include "../table.hpp"

// GCC 12 takes what its own header leaves undefined on purpose for a mistake.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

namespace docbin::avx512 {
#include "../instruction_set.hpp"

DOCBIN_TABLE("avx512");
}  // namespace docbin::avx512
