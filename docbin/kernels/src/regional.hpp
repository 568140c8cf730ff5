#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_regional(nanobind::module_& m);  // regional.cpp

}  // namespace docbin
