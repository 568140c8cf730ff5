#include "../table.hpp"

namespace docbin::neon {
#include "../instruction_set.hpp"

DOCBIN_TABLE("neon");
}  // namespace docbin::neon
