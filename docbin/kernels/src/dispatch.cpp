// Chooses the instruction set once, from the CPU or from DOCBIN_KERNELS.
#include "table.hpp"

#include <cstdlib>
#include <cstring>

namespace docbin {

namespace scalar { extern const Kernels table; }
#if defined(__x86_64__) || defined(_M_X64)
namespace avx2 { extern const Kernels table; }
static bool has_avx2() {
#if defined(__GNUC__) || defined(__clang__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}
#endif

static const Kernels& choose() {
    const char* wish = std::getenv("DOCBIN_KERNELS");
    if (wish && std::strcmp(wish, "scalar") == 0) return scalar::table;
#if defined(__x86_64__) || defined(_M_X64)
    if (has_avx2()) return avx2::table;
#endif
    return scalar::table;
}

const Kernels& chosen_kernels() {
    static const Kernels& kernels = choose();
    return kernels;
}

}  // namespace docbin
