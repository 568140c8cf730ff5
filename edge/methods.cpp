// Names and parameters of methods.
#include "methods.hpp"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace docbin::edge {

namespace {

struct Parameter {
    const char* name;
    double low, high;
    bool whole;
    const char* allowed;
    bool of_sauvola;  // else of ISauvola alone
};

const Parameter parameters[] = {
    {"window", 3, 4095, true, "a whole number from 3 to 4095", true},
    {"k", -HUGE_VAL, HUGE_VAL, false, "a number", true},
    {"r", 1e-6, HUGE_VAL, false, "a number from 1e-06", true},
    {"opening", 1, 4095, true, "a whole number from 1 to 4095", false},
    {"least", 0, 256, true, "a whole number from 0 to 256", false},
};

bool has(const Method& method, const Parameter& parameter) {
    return method.kind == Kind::isauvola || (method.kind == Kind::sauvola && parameter.of_sauvola);
}

const char* name_of(Kind kind) {
    return kind == Kind::otsu ? "otsu" : kind == Kind::sauvola ? "sauvola" : "isauvola";
}

std::string quoted(const char* text) {
    std::string shown;
    for (const char* c = text; *c && shown.size() < 40; ++c) shown += *c < ' ' || *c == 127 ? '?' : *c;
    return "'" + shown + "'";
}

const Parameter& parameter_named(const Method& method, const char* name) {
    std::string known;
    for (const Parameter& parameter : parameters) {
        if (!has(method, parameter)) continue;
        if (!std::strcmp(parameter.name, name)) return parameter;
        known += (known.empty() ? "" : ", ") + std::string(parameter.name);
    }
    throw std::invalid_argument(std::string(name_of(method.kind)) + " has no parameter " + quoted(name) + "; it has " +
                                (known.empty() ? "none" : known));
}

}  // namespace

Method method_named(const char* name) {
    for (Kind kind : {Kind::otsu, Kind::sauvola, Kind::isauvola}) {
        if (std::strcmp(name, name_of(kind))) continue;
        Method method{kind};
        if (kind == Kind::isauvola) method.k = 0.1;
        return method;
    }
    throw std::invalid_argument("there is no method " + quoted(name) + "; give otsu, sauvola or isauvola");
}

void set_parameter(Method& method, const char* name, double value) {
    const Parameter& parameter = parameter_named(method, name);
    bool fits = std::isfinite(value) && value >= parameter.low && value <= parameter.high &&
                (!parameter.whole || value == std::floor(value));
    if (!fits) {
        char given[40];
        std::snprintf(given, sizeof given, "%g", value);
        throw std::invalid_argument(std::string(name) + " is " + given + "; give " + parameter.allowed);
    }
    auto whole = [&] { return static_cast<std::size_t>(value); };
    if (!std::strcmp(name, "window")) method.window = whole() | 1;
    if (!std::strcmp(name, "k")) method.k = value;
    if (!std::strcmp(name, "r")) method.r = value;
    if (!std::strcmp(name, "opening")) method.opening = whole() | 1;
    if (!std::strcmp(name, "least")) method.least = static_cast<int>(value);
}

void binarize(const Method& method, const Rows& rows, int threads, Bits bits) {
    switch (method.kind) {
        case Kind::otsu: return binarize_otsu(rows, threads, bits);
        case Kind::sauvola: return binarize_sauvola(method, rows, threads, bits);
        case Kind::isauvola: return binarize_isauvola(method, rows, threads, bits);
    }
}

}  // namespace docbin::edge
