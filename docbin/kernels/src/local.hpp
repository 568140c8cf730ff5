// Local thresholds: the windows of local_sums.hpp, a formula of local_formulas.hpp, and what is done
// with the level. Bits of gray <= T come from local_segments.hpp where its rows fit. Included inside the
// namespace of an instruction set.

// Shows sink the groups of eight windows of a row; the last may reach beyond the page.
template <class F, bool wide, class Sink>
static inline void each_of_row(const LocalTask& task, const LocalRoom& room, std::size_t y, const std::uint8_t* extra,
                               Sink sink) {
    // Copies, since what the sink writes might otherwise change them.
    const std::uint32_t *sum = room.sum_column, *hill = room.hill_column, *count = room.count;
    const float* inverse = room.inverse;
    const std::size_t width = task.width, radius = task.radius, span = 2 * radius + 1, whole_width = width / 8 * 8;
    const std::uint8_t* gray = task.gray + y * width;
    // Windows that no side of the page clips have all the same count, read from one place.
    const std::size_t inside = width > 2 * radius + 8 ? width - 2 * radius - 8 : 0;
    Sums<wide> s = before_row<wide>(room, radius);
    auto group = [&](std::size_t x, const std::uint8_t* pixels, const std::uint8_t* more) {
        const std::size_t at = x - radius < inside ? radius : x;
        const Lanes inverses = from_memory(inverse + at);
        advance<wide, F::deviation || F::length>(s, sum + x, hill + x, span);
        Window w{mean_of<wide>(s, inverses), all(0.0f), all(0.0f), from_bytes(pixels), all(0.0f)};
        if (F::extra) w.extra = from_bytes(more);
        if (F::deviation) w.deviation = root(spread_of<wide>(s, whole(count + at))) * inverses;
        if (F::length) w.length = root(square_of<wide>(s, inverses));
        sink.take(x, w);
    };
    for (std::size_t x = 0; x < whole_width; x += 8) group(x, gray + x, extra + x);
    if (whole_width == width) return;
    std::uint8_t tail[16] = {};
    std::memcpy(tail, gray + whole_width, width - whole_width);
    std::memcpy(tail + 8, extra + whole_width, width - whole_width);
    group(whole_width, tail, tail + 8);
}

// The same for every row, with the sink that line(y) returns and the row of the extra plane that
// extra(y) returns.
template <class F, class Line, class Extra>
static void each_window(const LocalTask& task, const LocalRoom& room, const Line& line, const Extra& extra) {
    Columns<F::deviation || F::length> columns(task, room);
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        columns.move(y);
        if (task.radius <= NARROW_RADIUS) each_of_row<F, false>(task, room, y, extra(y), line(y));
        else each_of_row<F, true>(task, room, y, extra(y), line(y));
    }
}

// The rows of task.extra; without one, zeros.
struct GivenRows {
    const LocalTask& task;
    const LocalRoom& room;

    const std::uint8_t* operator()(std::size_t y) const {
        return task.extra ? task.extra + y * task.width : room.nothing;
    }
};

// Writes the bits of gray <= T.
template <class F>
struct InkRow {
    std::uint8_t* row;
    const std::uint8_t* turned;
    LocalParameters p;
    std::size_t width;

    void take(std::size_t x, const Window& w) const {
        unsigned ink = at_most(w.gray, F::level(w, p));
        if (x + 8 > width) ink &= (1u << (width - x)) - 1;
        row[x / 8] = turned[ink];
    }
};

template <class F, class Extra>
static void threshold_from(const LocalTask& task, const LocalRoom& room, const LocalParameters& p, std::uint8_t* bits,
                           const Extra& extra) {
    std::size_t bytes = (task.width + 7) / 8;
#ifndef DOCBIN_SMALL  // the same bits by the way below
    if (room.segment && task.radius <= NARROW_RADIUS) return threshold_segments<F, false>(task, room, p, bits, extra);
    if (room.segment) return threshold_segments<F, true>(task, room, p, bits, extra);
#endif
    std::uint8_t turned[256];
    for (unsigned value = 0; value < 256; ++value) {
        turned[value] = 0;
        for (unsigned i = 0; i < 8; ++i) turned[value] |= static_cast<std::uint8_t>((value >> i & 1) << (7 - i));
    }
    each_window<F>(task, room, [&](std::size_t y) {
        return InkRow<F>{bits + (y - task.top) * bytes, turned, p, task.width};
    }, extra);
}

template <class F>
static void threshold_as(const LocalTask& task, const LocalRoom& room, const LocalParameters& p, std::uint8_t* bits) {
    threshold_from<F>(task, room, p, bits, GivenRows{task, room});
}

// Wan's formula with the lightest pixels found on the way: a plane of them would cost more to write and
// to read than they cost to find.
static void wan_threshold(const LocalTask& task, const LocalRoom& room, const ExtremesTask& page,
                          const ExtremesRoom& page_room, const LocalParameters& p, std::uint8_t* bits) {
    BestRows<Greatest> lightest(page, page_room, page_room.high_ring, page_room.rows);
    threshold_from<Wan>(task, room, p, bits, [&](std::size_t) { return lightest.next(); });
}

// Writes the thresholds.
template <class F>
struct LevelRow {
    float* row;
    LocalParameters p;
    std::size_t width;

    void take(std::size_t x, const Window& w) const {
        float eight[8];
        store(eight, F::level(w, p));
        std::memcpy(row + x, eight, (x + 8 > width ? width - x : 8) * sizeof(float));
    }
};

template <class F>
static void levels_as(const LocalTask& task, const LocalRoom& room, const LocalParameters& p, float* levels) {
    each_window<F>(task, room, [&](std::size_t y) {
        return LevelRow<F>{levels + (y - task.top) * task.width, p, task.width};
    }, GivenRows{task, room});
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

// The largest deviation of a row, or `most` if that is larger. Windows that are far below are known by
// their rough variance.
template <bool wide>
static inline float widest_of_row(const LocalTask& task, const LocalRoom& room, float most) {
    const std::uint32_t *sum = room.sum_column, *hill = room.hill_column;
    const std::size_t width = task.width, radius = task.radius, span = 2 * radius + 1;
    const std::size_t inside = width > 2 * radius + 8 ? width - 2 * radius - 8 : 0;
    Sums<wide> s = before_row<wide>(room, radius);
    Lanes limit = all(most * most - 2 * ROUGH_VARIANCE);
    for (std::size_t x = 0; x < width; x += 8) {
        const std::size_t at = x - radius < inside ? radius : x;
        const Lanes inverses = from_memory(room.inverse + at);
        advance<wide, true>(s, sum + x, hill + x, span);
        const Lanes mean = mean_of<wide>(s, inverses);
        if (all_above(limit, less_hills<wide>(mean * (all(256.0f) - mean), s, inverses))) continue;
        float eight[8];
        store(eight, root(spread_of<wide>(s, whole(room.count + at))) * inverses);
        for (std::size_t i = 0; i < 8 && x + i < width; ++i) most = eight[i] > most ? eight[i] : most;
        limit = all(most * most - 2 * ROUGH_VARIANCE);
    }
    return most;
}

static float local_deviation(const LocalTask& task, const LocalRoom& room) {
    if (room.segment && task.radius <= NARROW_RADIUS) return widest_of_segments<false>(task, room);
    if (room.segment) return widest_of_segments<true>(task, room);
    Columns<true> columns(task, room);
    float most = 0.0f;
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        columns.move(y);
        most = task.radius <= NARROW_RADIUS ? widest_of_row<false>(task, room, most)
                                            : widest_of_row<true>(task, room, most);
    }
    return most;
}

static void local_statistics(const LocalTask& task, const LocalRoom& room, double* mean, double* variance) {
    Columns<true> columns(task, room);
    const std::size_t span = 2 * task.radius + 1, inside = task.width > span ? task.width - span : 0;
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        columns.move(y);
        std::uint64_t s = 0, u = 0;
        for (std::size_t i = 0; i < span; ++i) {
            s += room.sum_column[i];
            u += room.hill_column[i];
        }
        for (std::size_t x = 0; x < task.width; ++x) {
            s += std::uint64_t{room.sum_column[x + span]} - room.sum_column[x];
            u += std::uint64_t{room.hill_column[x + span]} - room.hill_column[x];
            const std::uint64_t n = room.count[x - task.radius < inside ? task.radius : x];
            mean[x] = static_cast<double>(static_cast<std::int64_t>(s)) / static_cast<double>(n);
            variance[x] = static_cast<double>(static_cast<std::int64_t>(s * (256 * n - s) - n * u)) /
                          static_cast<double>(static_cast<std::int64_t>(n * n));
        }
        mean += task.width;
        variance += task.width;
    }
}

static const LocalKernels local_kernels = {local_threshold, wan_threshold, local_levels, local_deviation,
                                           local_statistics};
