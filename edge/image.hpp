// Images of the C interface as rows.
#pragma once
#include "docbin.h"
#include "rows.hpp"

namespace docbin::edge {

// Throws std::invalid_argument for an image that is none. `colour` asks for RGB where the image has colour.
// The rows point into `image`, which must outlive them.
Rows rows_of(const docbin_image& image, bool colour);

}  // namespace docbin::edge
