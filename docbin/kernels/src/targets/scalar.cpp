#include "../table.hpp"

namespace docbin::scalar {
#include "../instruction_set.hpp"

DOCBIN_TABLE("scalar");
}  // namespace docbin::scalar
