#include "table.hpp"

// On ARM every compiler has NEON at hand; here the plain code is wanted.
#undef __ARM_NEON

namespace docbin::scalar {
#include "../instruction_set.hpp"

DOCBIN_TABLE("scalar");
}  // namespace docbin::scalar
