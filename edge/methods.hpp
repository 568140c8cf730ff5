// Otsu, Sauvola and ISauvola over rows; the masks are those of docbin/methods, bit for bit.
#pragma once
#include "rows.hpp"

#include <array>
#include <string>

namespace docbin::edge {

enum class Kind { otsu, sauvola, isauvola };

struct Method {
    Kind kind;
    std::size_t window = 25;
    double k = 0.2, r = 128.0;
    std::size_t opening = 1;
    int least = 0;

    std::size_t radius() const { return window / 2; }
};

// Throws std::invalid_argument, as do the next two.
Method method_named(const char* name);
void set_parameter(Method& method, const char* parameter, double value);

// Writes every row of `bits`. Throws std::bad_alloc, and what `rows` throws.
void binarize(const Method& method, const Rows& rows, int threads, Bits bits);

using Counts = std::array<std::int64_t, 256>;

// Otsu's threshold of 256 counts, exact (docbin/methods/otsu.py); -1 if fewer than two are not zero.
int otsu_threshold(const Counts& counts);

void binarize_otsu(const Rows& rows, int threads, Bits bits);
void binarize_sauvola(const Method& method, const Rows& rows, int threads, Bits bits);
void binarize_isauvola(const Method& method, const Rows& rows, int threads, Bits bits);

// Takes the 8-connected components from `ink` that have no pixel in `seed`.
void keep_met(Bits ink, Bits seed, std::size_t height, std::size_t width);

}  // namespace docbin::edge
