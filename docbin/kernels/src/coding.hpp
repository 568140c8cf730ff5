#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_coding(nanobind::module_& m);  // coding.cpp

}  // namespace docbin
