#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_scoring(nanobind::module_& m);  // scoring.cpp
void bind_weights(nanobind::module_& m);  // weights.cpp

}  // namespace docbin
