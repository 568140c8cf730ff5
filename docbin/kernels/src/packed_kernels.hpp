// The kernels of packed networks of one instruction set.
namespace packed {
#include "packed_vectors.hpp"
#include "packed_shape.hpp"
#include "packed_end.hpp"
#include "packed_tables.hpp"
#include "packed_wide.hpp"
#if defined(DOCBIN_PERMUTE)
#include "packed_steps.hpp"
#include "packed_permute.hpp"
#else
#include "packed_indices.hpp"
#include "packed_lookup.hpp"
#include "packed_lookup_rows.hpp"
#endif
#include "packed_product_scale.hpp"
#include "packed_products.hpp"
#include "packed_few.hpp"
#include "packed_weights.hpp"
#include "packed_conv.hpp"
#include "packed_rows.hpp"
#include "packed_moves.hpp"
#include "packed_peak.hpp"

static constexpr NetKernels kernels = {
    conv_bytes,   prepare,      conv_room,       conv_rows,       haar_page,      haar_row,
    unhaar_rows,  add_rows,     rprelu_row,      quantise_row,    average_row,    largest_row,
    largest_of_nine, upsample_row, upsample_add_row, shuffle_row, unshuffle_row, threshold_bits,
    shuffled_bits, look_up_peak, product_peak};

}  // namespace packed
