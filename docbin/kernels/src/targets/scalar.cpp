#include "../table.hpp"

namespace docbin::scalar {
#include "../pixels.hpp"

extern const Kernels table;
const Kernels table = {"scalar", histogram, rgb_to_gray};
}  // namespace docbin::scalar
