#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_scoring(nanobind::module_& m);  // scoring.cpp

}  // namespace docbin
