// The kernels that the edge needs, of one instruction set; a target includes this in its namespace. The others
// of the table stay empty: nothing here calls them.
#include "packed_row.hpp"
#include "pixels.hpp"
#include "contrast_row.hpp"
#include "extremes.hpp"
#include "lanes.hpp"
#include "local_formulas.hpp"
#include "local_sums.hpp"
#include "local_moments.hpp"
#include "local_segments.hpp"
#include "local.hpp"
#include "packed_kernels.hpp"

static constexpr Kernels edge_table(const char* name) {
    Kernels kernels{};
    kernels.name = name;
    kernels.histogram = histogram;
    kernels.sum_pairs = sum_pairs;
    kernels.rgb_to_gray = rgb_to_gray;
    kernels.threshold_row = threshold_row;
    kernels.contrast_row = contrast_row;
    kernels.extremes = {local_extremes, local_best<Least>, local_best<Greatest>, contrast_map, nullptr};
    kernels.local.threshold = threshold_as<Sauvola>;
    kernels.net = packed::kernels;
    kernels.net.look_up_peak = kernels.net.product_peak = nullptr;
    return kernels;
}

#define DOCBIN_TABLE(NAME)      \
    extern const Kernels table; \
    const Kernels table = edge_table(NAME)
