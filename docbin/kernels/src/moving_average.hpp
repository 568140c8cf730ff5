// Thresholds from a moving average along the rows.
#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_moving_average(nanobind::module_& m);

}  // namespace docbin
