#include "table.hpp"

#include <arm_neon.h>

namespace docbin::neon {
#include "../instruction_set.hpp"

DOCBIN_TABLE("neon");
}  // namespace docbin::neon
