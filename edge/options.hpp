// The command line of docbin-edge.
#pragma once
#include "methods.hpp"

#include <cstdint>
#include <string>

namespace docbin::edge {

struct Options {
    Method method{Kind::isauvola};
    std::string weights;  // empty: the method
    std::string input, output;
    int threads = 1;
    std::uint64_t most_pixels = std::uint64_t{1} << 28;  // A0 at 400 dpi has 248 million
    bool force = false, help = false, version = false;
};

extern const char* const HELP;

// Throws Failure.
Options parse(int count, const char* const* words);

}  // namespace docbin::edge
