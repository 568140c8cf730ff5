#include "../table.hpp"

namespace docbin::avx2 {
#include "../contour_fit.hpp"
#include "../distance.hpp"
#include "../packed_row.hpp"
#include "../pixels.hpp"
#include "../scoring_kernels.hpp"
#include "../extremes.hpp"

extern const Kernels table;
const Kernels table = {"avx2", histogram, rgb_to_gray, chamfer, ridge_widths, scoring_kernels, extremes_kernels, fit_kernels};
}  // namespace docbin::avx2
