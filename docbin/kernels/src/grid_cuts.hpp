#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_grid_cuts(nanobind::module_& m);  // grid_cuts.cpp

}  // namespace docbin
