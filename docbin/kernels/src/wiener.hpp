// Wiener's filter on small windows clipped at the borders: paper is smoothed, edges stay. Included once
// per instruction set, inside its namespace: no header of the standard library here.

// Fills n, sum and n * squares - sum * sum of the windows of row y; `lines` is 2 lines of width + 2 radius
// zeros at the ends. Windows are at most 13, so that everything fits in 32 bits.
static void wiener_row(const WienerTask& task, std::size_t y, const WienerRoom& room) {
    std::size_t radius = task.radius, width = task.width;
    std::size_t first = y < radius ? 0 : y - radius, last = y + radius < task.height ? y + radius : task.height - 1;
    std::int32_t* __restrict sum = room.sum + radius;
    std::int32_t* __restrict square = room.square + radius;
    for (std::size_t x = 0; x < width; ++x) sum[x] = square[x] = 0;
    for (std::size_t row = first; row <= last; ++row) {
        const std::uint8_t* gray = task.gray + row * width;
        for (std::size_t x = 0; x < width; ++x) {
            std::int32_t value = gray[x];
            sum[x] += value;
            square[x] += value * value;
        }
    }
    std::int32_t* __restrict total = room.total;
    std::int32_t* __restrict spread = room.spread;
    for (std::size_t x = 0; x < width; ++x) total[x] = spread[x] = 0;
    for (std::size_t shift = 0; shift <= 2 * radius; ++shift)
        for (std::size_t x = 0; x < width; ++x) {
            total[x] += room.sum[x + shift];
            spread[x] += room.square[x + shift];
        }
    auto rows = static_cast<std::int32_t>(last - first + 1);
    const std::int32_t* columns = task.columns;
    for (std::size_t x = 0; x < width; ++x) {
        std::int32_t n = rows * columns[x];
        spread[x] = n * spread[x] - total[x] * total[x];
        room.count[x] = static_cast<float>(n);
    }
}

// Sum of the variances in 256ths, each rounded down.
static std::int64_t wiener_noise(const WienerTask& task, const WienerRoom& room) {
    std::int64_t noise = 0;
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        wiener_row(task, y, room);
        for (std::size_t x = 0; x < task.width; ++x) {
            float n = room.count[x];
            noise += static_cast<std::int32_t>(static_cast<float>(room.spread[x]) * 256.0f / (n * n));
        }
    }
    return noise;
}

static void wiener(const WienerTask& task, const WienerRoom& room, float noise, std::uint8_t* out) {
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        wiener_row(task, y, room);
        const std::uint8_t* gray = task.gray + y * task.width;
        std::uint8_t* __restrict line = out + (y - task.top) * task.width;
        for (std::size_t x = 0; x < task.width; ++x) {
            float n = room.count[x], mean = static_cast<float>(room.total[x]) / n;
            float variance = static_cast<float>(room.spread[x]) / (n * n), above = variance - noise;
            float part = above > 0.0f ? above / variance : 0.0f;
            line[x] = static_cast<std::uint8_t>(static_cast<std::int32_t>(
                mean + part * (static_cast<float>(gray[x]) - mean) + 0.5f));
        }
    }
}

static const WienerKernels wiener_kernels = {wiener_noise, wiener};
