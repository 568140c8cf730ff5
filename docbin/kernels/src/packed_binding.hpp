#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_packed_conv(nanobind::module_& m);  // packed_conv_binding.cpp
void bind_packed_rows(nanobind::module_& m);  // packed_rows_binding.cpp

}  // namespace docbin
