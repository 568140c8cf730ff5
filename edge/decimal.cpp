#include "decimal.hpp"

#include <cstdint>

namespace docbin::edge {

namespace {

constexpr int MOST_DIGITS = 15, MOST_POWER = 22;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What follows an 'e'; false: nothing sound.
bool read_exponent(const char* text, int& exponent) {
    bool negative = *text == '-';
    if (*text == '-' || *text == '+') ++text;
    if (!is_digit(*text)) return false;
    int value = 0;
    for (; is_digit(*text); ++text) {
        value = 10 * value + (*text - '0');
        if (value > 100) return false;
    }
    exponent += negative ? -value : value;
    return !*text;
}

double power_of_ten(int exponent) {
    double power = 1.0;  // exact up to 10^22
    for (int i = 0; i < exponent; ++i) power *= 10.0;
    return power;
}

}  // namespace

bool read_decimal(const char* text, double& value) {
    bool negative = *text == '-', any = false, point = false;
    if (*text == '-' || *text == '+') ++text;
    std::uint64_t digits = 0;
    int count = 0, exponent = 0;
    for (; is_digit(*text) || (*text == '.' && !point); ++text) {
        if (*text == '.') {
            point = true;
            continue;
        }
        any = true;
        exponent -= point;
        digits = 10 * digits + static_cast<std::uint64_t>(*text - '0');
        if (digits && ++count > MOST_DIGITS) return false;
        if (exponent < -100) return false;
    }
    if (!any) return false;
    if (*text == 'e' || *text == 'E') {
        if (!read_exponent(text + 1, exponent)) return false;
    } else if (*text) {
        return false;
    }
    if (exponent < -MOST_POWER || exponent > MOST_POWER) return false;
    auto whole = static_cast<double>(digits);
    value = exponent < 0 ? whole / power_of_ten(-exponent) : whole * power_of_ten(exponent);
    if (negative) value = -value;
    return true;
}

}  // namespace docbin::edge
