// The scoring kernels of one instruction set, included inside its namespace.
#include "bit_rows.hpp"
#include "chessboard.hpp"
#include "distortion.hpp"
#include "thinning.hpp"

static const ScoringKernels scoring_kernels = {pack_plane, unpack_plane, thin_guo_hall, thin_zhang_suen,
                                               drd_counts, mixed_blocks, chessboard};
