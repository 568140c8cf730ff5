// Mixtures of Gaussians in windows.
#pragma once
#include <nanobind/nanobind.h>

namespace docbin {

void bind_mixtures(nanobind::module_& m);

}  // namespace docbin
