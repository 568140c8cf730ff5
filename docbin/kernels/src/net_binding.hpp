#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_net(nanobind::module_& m);  // net_binding.cpp

}  // namespace docbin
