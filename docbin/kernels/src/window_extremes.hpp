#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_extremes(nanobind::module_& m);  // window_extremes.cpp

}  // namespace docbin
