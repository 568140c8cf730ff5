// Local thresholds: the windows of local_sums.hpp, a formula of local_formulas.hpp, and what is done
// with the level. Included inside the namespace of an instruction set.

// (float)(n q - s²) and (float)s, exactly rounded.
#if defined(__AVX2__)
static inline __m128 low_words(__m256i v) {
    // Whole numbers below 2^52 as the fraction of a double.
    const __m256i magic = _mm256_set1_epi64x(0x4330000000000000);
    return _mm256_cvtpd_ps(_mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(v, magic)), _mm256_castsi256_pd(magic)));
}

static inline Lanes spread_of(const std::uint32_t* count, __m256i q, __m256i s) {
    __m256i n = read(count);
    __m256i even = _mm256_sub_epi64(_mm256_mul_epu32(n, q), _mm256_mul_epu32(s, s));
    n = _mm256_srli_epi64(n, 32);
    q = _mm256_srli_epi64(q, 32);
    s = _mm256_srli_epi64(s, 32);
    __m256i odd = _mm256_sub_epi64(_mm256_mul_epu32(n, q), _mm256_mul_epu32(s, s));
    __m128 a = low_words(even), b = low_words(odd);
    return {_mm256_set_m128(_mm_unpackhi_ps(a, b), _mm_unpacklo_ps(a, b))};
}

template <class F>
static inline void measure(Window& w, const std::uint32_t* sums, const std::uint32_t* squares,
                           const std::uint32_t* count, Lanes inverse, std::size_t span) {
    __m256i s = _mm256_sub_epi32(read(sums + span), read(sums));
    __m256i q = _mm256_sub_epi32(read(squares + span), read(squares));
    w.mean = Lanes{_mm256_cvtepi32_ps(s)} / Lanes{_mm256_cvtepi32_ps(read(count))};
    if (F::deviation) w.deviation = root(spread_of(count, q, s)) * inverse;
    // A sum of squares has up to 32 bits, which are converted in two halves of 16, the upper one exact.
    if (F::square) {
        Lanes low{_mm256_cvtepi32_ps(_mm256_and_si256(q, _mm256_set1_epi32(0xFFFF)))};
        Lanes high{_mm256_cvtepi32_ps(_mm256_srli_epi32(q, 16))};
        w.square = (high * all(65536.0f) + low) * inverse;
    }
}
#endif

template <class F, class Square>
static inline void measure(Window& w, const std::uint32_t* sums, const Square* squares, const std::uint32_t* count,
                           Lanes inverse, std::size_t span) {
    float mean[8], spread[8], square[8];
    for (int i = 0; i < 8; ++i) {
        std::uint64_t n = count[i], s = static_cast<std::uint32_t>(sums[span + i] - sums[i]);
        std::uint64_t q = static_cast<Square>(squares[span + i] - squares[i]);
        mean[i] = static_cast<float>(static_cast<std::int64_t>(s)) / static_cast<float>(count[i]);
        spread[i] = static_cast<float>(static_cast<double>(static_cast<std::int64_t>(n * q - s * s)));
        square[i] = static_cast<float>(static_cast<std::int64_t>(q));
    }
    w.mean = from_memory(mean);
    if (F::deviation) w.deviation = root(from_memory(spread)) * inverse;
    if (F::square) w.square = from_memory(square) * inverse;
}

// Calls sink(y, x, window) for groups of eight windows; the last of a row may reach beyond the page.
template <class F, class Square, class Sink>
static void each_window(const LocalTask& task, const LocalRoom& room, Sink& sink) {
    Slide<Square> slide(task, room);
    std::size_t span = 2 * task.radius + 1;
    Window w{all(0.0f), all(0.0f), all(0.0f), all(0.0f), all(0.0f)};
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        slide.move(y);
        const std::uint8_t* gray = task.gray + y * task.width;
        const std::uint8_t* extra = task.extra ? task.extra + y * task.width : room.nothing;
        for (std::size_t x = 0; x < task.width; x += 8) {
            std::uint8_t tail[16] = {};
            if (x + 8 > task.width) {
                std::memcpy(tail, gray + x, task.width - x);
                std::memcpy(tail + 8, extra + x, task.width - x);
            }
            bool whole = x + 8 <= task.width;
            w.gray = from_bytes(whole ? gray + x : tail);
            if (F::extra) w.extra = from_bytes(whole ? extra + x : tail + 8);
            measure<F>(w, slide.sums() + x, slide.squares() + x, room.count + x, from_memory(room.inverse + x), span);
            sink(y, x, w);
        }
    }
}

template <class F, class Sink>
static void each_window(const LocalTask& task, const LocalRoom& room, Sink& sink) {
    if (task.radius <= NARROW_RADIUS) each_window<F, std::uint32_t>(task, room, sink);
    else each_window<F, std::uint64_t>(task, room, sink);
}

template <class F>
static void threshold_as(const LocalTask& task, const LocalRoom& room, const LocalParameters& p, std::uint8_t* bits) {
    std::size_t bytes = (task.width + 7) / 8;
    std::uint8_t turned[256];
    for (unsigned value = 0; value < 256; ++value) {
        turned[value] = 0;
        for (unsigned i = 0; i < 8; ++i) turned[value] |= static_cast<std::uint8_t>((value >> i & 1) << (7 - i));
    }
    auto sink = [&](std::size_t y, std::size_t x, const Window& w) {
        unsigned ink = at_most(w.gray, F::level(w, p));
        if (x + 8 > task.width) ink &= (1u << (task.width - x)) - 1;
        bits[(y - task.top) * bytes + x / 8] = turned[ink];
    };
    each_window<F>(task, room, sink);
}

template <class F>
static void levels_as(const LocalTask& task, const LocalRoom& room, const LocalParameters& p, float* levels) {
    auto sink = [&](std::size_t y, std::size_t x, const Window& w) {
        float eight[8];
        store(eight, F::level(w, p));
        std::size_t count = x + 8 > task.width ? task.width - x : 8;
        std::memcpy(levels + (y - task.top) * task.width + x, eight, count * sizeof(float));
    };
    each_window<F>(task, room, sink);
}

#define DOCBIN_FORMULAS(CALL)                               \
    switch (p.formula) {                                    \
        case Formula::niblack: return CALL<Niblack> ARGS;   \
        case Formula::sauvola: return CALL<Sauvola> ARGS;   \
        case Formula::wolf: return CALL<Wolf> ARGS;         \
        case Formula::nick: return CALL<Nick> ARGS;         \
        case Formula::phansalkar: return CALL<Phansalkar> ARGS; \
        case Formula::singh: return CALL<Singh> ARGS;       \
        case Formula::wan: return CALL<Wan> ARGS;           \
        case Formula::bradley: return CALL<Bradley> ARGS;   \
    }

static void local_threshold(const LocalTask& task, const LocalRoom& room, const LocalParameters& p,
                            std::uint8_t* bits) {
#define ARGS (task, room, p, bits)
    DOCBIN_FORMULAS(threshold_as)
#undef ARGS
}

static void local_levels(const LocalTask& task, const LocalRoom& room, const LocalParameters& p, float* levels) {
#define ARGS (task, room, p, levels)
    DOCBIN_FORMULAS(levels_as)
#undef ARGS
}
#undef DOCBIN_FORMULAS

static float local_deviation(const LocalTask& task, const LocalRoom& room) {
    Lanes most = all(0.0f);
    float rest = 0.0f;
    auto sink = [&](std::size_t, std::size_t x, const Window& w) {
        if (x + 8 <= task.width) {
            most = larger(most, w.deviation);
            return;
        }
        float eight[8];
        store(eight, w.deviation);
        for (std::size_t i = 0; x + i < task.width; ++i) rest = eight[i] > rest ? eight[i] : rest;
    };
    each_window<Sauvola>(task, room, sink);
    float eight[8];
    store(eight, most);
    for (float value : eight) rest = value > rest ? value : rest;
    return rest;
}

template <class Square>
static void statistics_of(const LocalTask& task, const LocalRoom& room, double* mean, double* variance) {
    Slide<Square> slide(task, room);
    std::size_t span = 2 * task.radius + 1;
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        slide.move(y);
        const std::uint32_t* sums = slide.sums();
        const Square* squares = slide.squares();
        for (std::size_t x = 0; x < task.width; ++x) {
            std::uint64_t n = room.count[x], s = static_cast<std::uint32_t>(sums[x + span] - sums[x]);
            std::uint64_t q = static_cast<Square>(squares[x + span] - squares[x]);
            mean[x] = static_cast<double>(static_cast<std::int64_t>(s)) / static_cast<double>(n);
            variance[x] = static_cast<double>(static_cast<std::int64_t>(n * q - s * s)) /
                          static_cast<double>(static_cast<std::int64_t>(n * n));
        }
        mean += task.width;
        variance += task.width;
    }
}

static void local_statistics(const LocalTask& task, const LocalRoom& room, double* mean, double* variance) {
    if (task.radius <= NARROW_RADIUS) statistics_of<std::uint32_t>(task, room, mean, variance);
    else statistics_of<std::uint64_t>(task, room, mean, variance);
}

static const LocalKernels local_kernels = {local_threshold, local_levels, local_deviation, local_statistics};
