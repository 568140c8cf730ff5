// Numbers of the command line, without strtod, which follows the locale and is 50 kB of a static program.
#pragma once

namespace docbin::edge {

// The double nearest to `text`, as Python has it: up to 15 digits and an exponent that leaves 10^-22 to 10^22, so
// that one division or multiplication rounds once. False: it is no such number.
bool read_decimal(const char* text, double& value);

}  // namespace docbin::edge
