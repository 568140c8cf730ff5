// What a packed network says when it refuses a file, a graph or a page.
#pragma once
#include <stdexcept>
#include <string>

namespace docbin::net {

// The message says what was given and what is allowed.
class NetError : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

}  // namespace docbin::net
