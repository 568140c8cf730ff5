// Weights files as bytes.
#pragma once
#include <string>
#include <vector>

namespace docbin::edge {

// The bytes of a file of at most 64 MiB. Throws Failure.
std::vector<unsigned char> read_weights(const std::string& path);

}  // namespace docbin::edge
