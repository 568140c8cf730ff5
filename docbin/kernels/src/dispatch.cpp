// Chooses the instruction set once, from the CPU or from DOCBIN_KERNELS.
#include "table.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace docbin {

namespace scalar { extern const Kernels table; }
#if defined(__x86_64__) || defined(_M_X64)
namespace avx2 { extern const Kernels table; }
#if !defined(DOCBIN_WITHOUT_AVX512)
namespace avx512 { extern const Kernels table; }
#endif
#elif defined(__aarch64__) || defined(_M_ARM64)
namespace neon { extern const Kernels table; }
#endif

// The kernels for this processor, best first. What AVX-512 brings needs its byte permutations and dot products.
static const Kernels* find(const std::string& wish) {
    if (wish == "scalar") return &scalar::table;
#if defined(__x86_64__) || defined(_M_X64)
#if defined(__GNUC__) || defined(__clang__)
    bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#if !defined(DOCBIN_WITHOUT_AVX512)
    bool has_avx512 = has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vnni");
    if (wish == "avx512") return has_avx512 ? &avx512::table : nullptr;
    if (wish.empty() && has_avx512) return &avx512::table;
#endif
    if (wish == "avx2" || wish.empty()) return has_avx2 ? &avx2::table : wish.empty() ? &scalar::table : nullptr;
#endif
#elif defined(__aarch64__) || defined(_M_ARM64)
    if (wish == "neon" || wish.empty()) return &neon::table;
#endif
    return wish.empty() ? &scalar::table : nullptr;
}

static const Kernels& choose() {
    const char* given = std::getenv("DOCBIN_KERNELS");
    std::string wish = given ? given : "";
    if (const Kernels* found = find(wish)) return *found;
    throw std::invalid_argument("DOCBIN_KERNELS is '" + wish +
                                "'; this machine has scalar, numpy and what its processor offers of avx2, avx512, "
                                "neon; leave it unset to let docbin choose");
}

const Kernels& chosen_kernels() {
    static const Kernels& kernels = choose();
    return kernels;
}

}  // namespace docbin
