#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_masked_windows(nanobind::module_& m);  // masked_windows.cpp

}  // namespace docbin
