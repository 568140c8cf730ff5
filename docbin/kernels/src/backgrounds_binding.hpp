#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_backgrounds(nanobind::module_& m);  // backgrounds.cpp

}  // namespace docbin
