#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_decoding(nanobind::module_& m);  // decoding.cpp

}  // namespace docbin
