// All kernels of one instruction set and their table; a target includes this in its namespace.
#include "contour_fit.hpp"
#include "contrast_row.hpp"
#include "distance.hpp"
#include "doubling.hpp"
#include "packed_row.hpp"
#include "fading_sum.hpp"
#include "mean_bits.hpp"
#include "pixels.hpp"
#include "scoring_kernels.hpp"
#include "extremes.hpp"
#include "lanes.hpp"
#include "local_formulas.hpp"
#include "local_sums.hpp"
#include "local_moments.hpp"
#include "local_segments.hpp"
#include "local.hpp"
#include "paper_shade.hpp"
#include "edge_threshold.hpp"
#include "masked_windows.hpp"
#include "wiener.hpp"
#include "packed_kernels.hpp"

#define DOCBIN_TABLE(NAME)                                                                            \
    extern const Kernels table;                                                                       \
    const Kernels table = {NAME,           histogram,      sum_pairs,        rgb_to_gray,   threshold_row, \
                           fading_sums,    mean_bits,      chamfer,        ridge_widths,     contrast_row, doubled_row, scoring_kernels,              \
                           extremes_kernels, fit_kernels,  local_kernels,    marked_kernels,               \
                           wiener_kernels, packed::kernels}
