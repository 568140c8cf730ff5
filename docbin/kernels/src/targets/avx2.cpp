#include "../table.hpp"

namespace docbin::avx2 {
#include "../pixels.hpp"

extern const Kernels table;
const Kernels table = {"avx2", histogram, rgb_to_gray};
}  // namespace docbin::avx2
