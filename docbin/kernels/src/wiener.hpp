// Wiener's filter on small windows clipped at the borders: paper is smoothed, edges stay. Included once
// per instruction set, inside its namespace: no header of the standard library here.

// Adds row y to the sums of the columns, or with sign -1 takes it away.
static void wiener_count(const WienerTask& task, std::size_t y, std::int32_t sign, const WienerRoom& room) {
    const std::uint8_t* gray = task.gray + y * task.width;
    std::int32_t* __restrict sum = room.sum + task.radius;
    std::int32_t* __restrict square = room.square + task.radius;
    for (std::size_t x = 0; x < task.width; ++x) {
        std::int32_t value = gray[x];
        sum[x] += sign * value;
        square[x] += sign * value * value;
    }
}

// Calls sink(y, rows) for every wanted row, with the sums of the windows in room.total and, of squares,
// room.spread; windows are at most 13, so that everything fits in 32 bits.
template <class Sink>
static inline void wiener_rows(const WienerTask& task, const WienerRoom& room, const Sink& sink) {
    std::size_t radius = task.radius, width = task.width;
    for (std::size_t x = 0; x < width; ++x) room.sum[x + radius] = room.square[x + radius] = 0;
    std::size_t first = task.top < radius ? 0 : task.top - radius;
    for (std::size_t y = first; y < task.top + radius && y < task.height; ++y) wiener_count(task, y, 1, room);
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        if (y + radius < task.height) wiener_count(task, y + radius, 1, room);
        const std::int32_t *sum = room.sum, *square = room.square;
        std::int32_t* __restrict total = room.total;
        std::int32_t* __restrict spread = room.spread;
        for (std::size_t x = 0; x < width; ++x) {
            total[x] = sum[x] + sum[x + 2 * radius];
            spread[x] = square[x] + square[x + 2 * radius];
        }
        if (radius == 0)
            for (std::size_t x = 0; x < width; ++x) {
                total[x] = sum[x];
                spread[x] = square[x];
            }
        for (std::size_t shift = 1; shift < 2 * radius; ++shift)
            for (std::size_t x = 0; x < width; ++x) {
                total[x] += sum[x + shift];
                spread[x] += square[x + shift];
            }
        std::size_t above = y < radius ? y : radius, below = task.height - 1 - y < radius ? task.height - 1 - y : radius;
        sink(y, static_cast<std::int32_t>(above + below + 1));
        if (y >= radius) wiener_count(task, y - radius, -1, room);
    }
}

// Sum of the variances in 256ths, each rounded down.
static std::int64_t wiener_noise(const WienerTask& task, const WienerRoom& room) {
    std::int64_t noise = 0;
    wiener_rows(task, room, [&](std::size_t, std::int32_t rows) {
        const std::int32_t *total = room.total, *squares = room.spread, *columns = task.columns;
        // At most 4 161 600 for a pixel: 512 of them fit in 32 bits.
        for (std::size_t start = 0; start < task.width; start += 512) {
            std::size_t stop = start + 512 < task.width ? start + 512 : task.width;
            std::int32_t part = 0;
            for (std::size_t x = start; x < stop; ++x) {
                std::int32_t count = rows * columns[x], spread = count * squares[x] - total[x] * total[x];
                auto n = static_cast<float>(count);
                part += static_cast<std::int32_t>(static_cast<float>(spread) * 256.0f / (n * n));
            }
            noise += part;
        }
    });
    return noise;
}

static void wiener(const WienerTask& task, const WienerRoom& room, float noise, std::uint8_t* out) {
    wiener_rows(task, room, [&](std::size_t y, std::int32_t rows) {
        const std::uint8_t* gray = task.gray + y * task.width;
        const std::int32_t *total = room.total, *squares = room.spread, *columns = task.columns;
        std::uint8_t* __restrict line = out + (y - task.top) * task.width;
        for (std::size_t x = 0; x < task.width; ++x) {
            std::int32_t count = rows * columns[x], spread = count * squares[x] - total[x] * total[x];
            auto n = static_cast<float>(count);
            float mean = static_cast<float>(total[x]) / n, variance = static_cast<float>(spread) / (n * n);
            float above = variance - noise, some = above > 0.0f ? above : 0.0f;
            // Where nothing is above the noise the divisor does not matter.
            float part = some / (above > 0.0f ? variance : 1.0f);
            line[x] = static_cast<std::uint8_t>(static_cast<std::int32_t>(
                mean + part * (static_cast<float>(gray[x]) - mean) + 0.5f));
        }
    });
}

static const WienerKernels wiener_kernels = {wiener_noise, wiener};
