// What ends the program, with its exit code: those of docbin (README, "What `clean` promises").
#pragma once
#include <stdexcept>
#include <string>

namespace docbin::edge {

enum class Exit { ok = 0, usage = 2, input = 3, output = 5, defect = 70 };

// The message says what was given, what is allowed and what to do.
class Failure : public std::runtime_error {
public:
    Failure(Exit code, const std::string& message) : std::runtime_error(message), code_(code) {}
    Exit code() const { return code_; }

private:
    Exit code_;
};

}  // namespace docbin::edge
