// Wellner's fading sum along a row: each pixel fades the sum g by a and adds itself. Four pixels are taken
// at once, from one g: reference_moving_average.py says in which order, which fixes how each sum is
// rounded. Included once per instruction set, inside its namespace: no header of the standard library here.

struct Fade {
    explicit Fade(double fade) : a(fade), a2(a * a), a3(a2 * a), a4(a2 * a2) {}

    const double a, a2, a3, a4;
};

// Four pixels; place(i) is the one that is passed as number i.
template <class Place>
static inline double fade_four(const std::uint8_t* row, const Fade& f, double g, const Place& place, double* sums) {
    const double first = row[place(0)], second = f.a * first + row[place(1)];
    const double third = f.a * second + row[place(2)], fourth = f.a * third + row[place(3)];
    sums[place(0)] = f.a * g + first;
    sums[place(1)] = f.a2 * g + second;
    sums[place(2)] = f.a3 * g + third;
    return sums[place(3)] = f.a4 * g + fourth;
}

#if defined(__AVX2__)
// Byte `part` of each of four numbers.
static inline __m256d quarter(__m128i v, int part) {
    return _mm256_cvtepi32_pd(_mm_and_si128(_mm_srl_epi32(v, _mm_cvtsi32_si128(8 * part)), _mm_set1_epi32(0xFF)));
}

// Sixteen pixels: lane i has four of them, which are passed back from the last one, or forth.
template <bool back>
static inline double fade_sixteen(const std::uint8_t* row, const Fade& f, double g, double* sums) {
    const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(row));
    const __m256d a = _mm256_set1_pd(f.a);
    const __m256d first = quarter(v, back ? 3 : 0);
    const __m256d second = _mm256_add_pd(_mm256_mul_pd(a, first), quarter(v, back ? 2 : 1));
    const __m256d third = _mm256_add_pd(_mm256_mul_pd(a, second), quarter(v, back ? 1 : 2));
    const __m256d fourth = _mm256_add_pd(_mm256_mul_pd(a, third), quarter(v, back ? 0 : 3));
    double last[4];
    _mm256_storeu_pd(last, fourth);
    const double g1 = f.a4 * g + last[back ? 3 : 0], g2 = f.a4 * g1 + last[back ? 2 : 1];
    const double g3 = f.a4 * g2 + last[back ? 1 : 2], g4 = f.a4 * g3 + last[back ? 0 : 3];
    const __m256d start = back ? _mm256_setr_pd(g3, g2, g1, g) : _mm256_setr_pd(g, g1, g2, g3);
    const __m256d s4 = back ? _mm256_setr_pd(g4, g3, g2, g1) : _mm256_setr_pd(g1, g2, g3, g4);
    auto passed = [&](double power, __m256d part) {
        return _mm256_add_pd(_mm256_mul_pd(_mm256_set1_pd(power), start), part);
    };
    const __m256d s1 = passed(f.a, first), s2 = passed(f.a2, second), s3 = passed(f.a3, third);
    const __m256d r0 = back ? s4 : s1, r1 = back ? s3 : s2, r2 = back ? s2 : s3, r3 = back ? s1 : s4;
    const __m256d low = _mm256_unpacklo_pd(r0, r1), high = _mm256_unpackhi_pd(r0, r1);
    const __m256d low2 = _mm256_unpacklo_pd(r2, r3), high2 = _mm256_unpackhi_pd(r2, r3);
    _mm256_storeu_pd(sums, _mm256_permute2f128_pd(low, low2, 0x20));
    _mm256_storeu_pd(sums + 4, _mm256_permute2f128_pd(high, high2, 0x20));
    _mm256_storeu_pd(sums + 8, _mm256_permute2f128_pd(low, low2, 0x31));
    _mm256_storeu_pd(sums + 12, _mm256_permute2f128_pd(high, high2, 0x31));
    return g4;
}
#endif

template <bool back>
static double fade_along(const std::uint8_t* row, std::size_t width, const Fade& f, double g, double* sums) {
    std::size_t done = 0;
#if defined(__AVX2__)
    for (; done + 16 <= width; done += 16) {
        const std::size_t x = back ? width - 16 - done : done;
        g = fade_sixteen<back>(row + x, f, g, sums + x);
    }
#endif
    auto place = [&](std::size_t i) { return back ? width - 1 - done - i : done + i; };
    for (; done + 4 <= width; done += 4) g = fade_four(row, f, g, place, sums);
    for (; done < width; ++done) sums[place(0)] = g = f.a * g + row[place(0)];
    return g;
}

// The sums of a row that is passed forth, or back if it is an odd one; returns the last of them.
static double fading_sums(const std::uint8_t* row, std::size_t y, std::size_t width, double fade, double g,
                          double* sums) {
    const Fade f(fade);
    return y % 2 == 0 ? fade_along<false>(row, width, f, g, sums) : fade_along<true>(row, width, f, g, sums);
}
