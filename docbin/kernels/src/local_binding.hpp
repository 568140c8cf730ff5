#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_local(nanobind::module_& m);  // local.cpp

}  // namespace docbin
