// The result: a PBM that appears whole or not at all.
#pragma once
#include "rows.hpp"

#include <string>

namespace docbin::edge {

// Refuses, before work starts, a path that cannot be written. Throws Failure.
void check_output(const std::string& path, bool force);

// `bits` without gaps between rows. Throws Failure.
void write_pbm(const std::string& path, bool force, std::size_t width, std::size_t height, Bits bits);

}  // namespace docbin::edge
