#include "../table.hpp"

#include <immintrin.h>

namespace docbin::avx512 {
#include "../instruction_set.hpp"

DOCBIN_TABLE("avx512");
}  // namespace docbin::avx512
