#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_edges(nanobind::module_& m);  // edges.cpp

}  // namespace docbin
