// Wiener's filter on small windows clipped at the borders: paper is smoothed, edges stay. Columns are
// those of local_sums.hpp; a window adds up its few columns anew. Included once per instruction set,
// inside its namespace: no header of the standard library here.

// Mean and variance of eight windows.
struct Moments {
    Lanes mean, variance;
};

// The sums of `span` columns from place x + 1 on, see Columns.
static inline Whole wiener_sum(const std::uint32_t* column, std::size_t span) {
    Whole sum = whole(column + 1);
    for (std::size_t i = 2; i <= span; ++i) sum = sum + whole(column + i);
    return sum;
}

// Shows sink(x, moments) the groups of eight windows of a row; the last may reach beyond the page.
// Windows of up to 13 pixels: n Q stays below 2^31.
template <std::size_t fixed, class Sink>
static inline void wiener_row(const LocalTask& task, const LocalRoom& room, const Sink& sink) {
    const std::size_t width = task.width, radius = task.radius, span = fixed ? fixed : 2 * radius + 1;
    const std::uint32_t *sums = room.sum_column, *hills = room.hill_column, *count = room.count;
    const float* inverse = room.inverse;
    // Windows that no side of the page clips have all the same count, read from one place.
    const std::size_t inside = width > 2 * radius + 8 ? width - 2 * radius - 8 : 0;
    for (std::size_t x = 0; x < width; x += 8) {
        const std::size_t at = x - radius < inside ? radius : x;
        const Lanes part = from_memory(inverse + at);
        const Whole s = wiener_sum(sums + x, span), u = wiener_sum(hills + x, span), n = whole(count + at);
        sink(x, Moments{single(s) * part, single(s * (n * whole(256u) - s) - n * u) * part * part});
    }
}

// The same for every wanted row, with the sink that line(y) returns.
template <class Line>
static inline void wiener_rows(const LocalTask& task, const LocalRoom& room, const Line& line) {
    Columns<true> columns(task, room);
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        columns.move(y);
        if (task.radius == 1) wiener_row<3>(task, room, line(y));
        else wiener_row<0>(task, room, line(y));
    }
}

// Adds up variances in 256ths, each rounded down: at most 4 161 600, so that 512 fit in 32 bits.
struct WienerNoise {
    std::int64_t total = 0;
    Whole part = whole(0u);
    std::size_t added = 0;

    void flush(std::size_t lanes) {
        std::uint32_t eight[8];
        store(eight, part);
        for (std::size_t i = 0; i < lanes; ++i) total += eight[i];
        part = whole(0u);
        added = 0;
    }
};

static std::int64_t wiener_noise(const LocalTask& task, const LocalRoom& room) {
    WienerNoise noise;
    wiener_rows(task, room, [&](std::size_t) {
        return [&](std::size_t x, const Moments& m) {
            const bool reaches_out = x + 8 > task.width;
            if (reaches_out || noise.added == 512) noise.flush(8);
            noise.part = noise.part + truncated(m.variance * all(256.0f));
            ++noise.added;
            if (reaches_out) noise.flush(task.width - x);
        };
    });
    noise.flush(8);
    return noise.total;
}

static inline Lanes wiener_value(Lanes gray, const Moments& m, Lanes noise) {
    // Where no variance is above the noise the divisor does not matter.
    Lanes part = larger(m.variance - noise, all(0.0f)) / larger(m.variance, all(1e-9f));
    return m.mean + part * (gray - m.mean) + all(0.5f);
}

static void wiener(const LocalTask& task, const LocalRoom& room, float noise, std::uint8_t* out) {
    const std::size_t width = task.width;
    const Lanes least = all(noise);
    wiener_rows(task, room, [&](std::size_t y) {
        const std::uint8_t* gray = task.gray + y * width;
        std::uint8_t* line = out + (y - task.top) * width;
        return [=](std::size_t x, const Moments& m) {
            if (x + 8 <= width) {
                store_bytes(line + x, truncated(wiener_value(from_bytes(gray + x), m, least)));
                return;
            }
            std::uint8_t tail[8] = {};
            std::memcpy(tail, gray + x, width - x);
            store_bytes(tail, truncated(wiener_value(from_bytes(tail), m, least)));
            std::memcpy(line + x, tail, width - x);
        };
    });
}

static const WienerKernels wiener_kernels = {wiener_noise, wiener};
