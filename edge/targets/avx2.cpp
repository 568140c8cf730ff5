#include "table.hpp"

#include <immintrin.h>

namespace docbin::avx2 {
#include "../instruction_set.hpp"

DOCBIN_TABLE("avx2");
}  // namespace docbin::avx2
