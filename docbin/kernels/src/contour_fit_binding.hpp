#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_contour_fit(nanobind::module_& m);  // contour_fit.cpp

}  // namespace docbin
