#include "../table.hpp"

namespace docbin::scalar {
#include "../distance.hpp"
#include "../pixels.hpp"
#include "../scoring_kernels.hpp"

extern const Kernels table;
const Kernels table = {"scalar", histogram, rgb_to_gray, chamfer, ridge_widths, scoring_kernels};
}  // namespace docbin::scalar
