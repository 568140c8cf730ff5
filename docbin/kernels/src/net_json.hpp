// A strict reader of JSON (RFC 8259) for files that nobody vouches for: depth, number of values and
// length of numbers are limited, a key given twice and text that is not UTF-8 are refused.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace docbin::net {

constexpr int JSON_DEPTH = 16;
constexpr std::size_t JSON_VALUES = std::size_t{1} << 18;
constexpr std::size_t JSON_NUMBER = 40;  // characters of one number

struct Json {
    enum class Kind { null, boolean, whole, real, text, array, object };

    Kind kind = Kind::null;
    std::int64_t whole = 0;  // of whole numbers, and 1 of true
    double real = 0.0;       // of every number
    std::string text;
    std::vector<std::string> keys;  // of an object; `items` are their values
    std::vector<Json> items;

    // The value of a key of an object; null where there is none.
    const Json* find(std::string_view key) const;
};

// Throws NetError; `what` names the text in messages.
Json read_json(std::string_view text, const char* what);

}  // namespace docbin::net
