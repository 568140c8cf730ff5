#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_structural(nanobind::module_& m);  // structural.cpp

}  // namespace docbin
