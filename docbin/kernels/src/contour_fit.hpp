// Curvature of a page, and sums of it along the contour of a mask. Included inside the namespace of
// an instruction set.

static inline std::size_t before(std::size_t i) { return i ? i - 1 : 0; }
static inline std::size_t after(std::size_t i, std::size_t count) { return i + 1 < count ? i + 1 : i; }

// [1 2 1] down and [1 2 1] across at row y into line[2 ..], with one more pixel beyond both ends.
static void smooth_line(const FitTask& task, const std::uint8_t* gray, std::size_t y, std::int16_t* line) {
    const std::uint8_t* up = gray + before(y) * task.width;
    const std::uint8_t* here = gray + y * task.width;
    const std::uint8_t* down = gray + after(y, task.height) * task.width;
    std::size_t width = task.width;
    std::int16_t* column = line + 2;
    for (std::size_t x = 0; x < width; ++x) column[x] = static_cast<std::int16_t>(up[x] + 2 * here[x] + down[x]);
    std::int16_t left = column[0], last = column[width - 1];
    for (std::size_t x = 0; x < width; ++x) {
        std::int16_t mid = column[x], right = x + 1 < width ? column[x + 1] : last;
        column[x] = static_cast<std::int16_t>(left + 2 * mid + right);
        left = mid;
    }
    line[1] = column[0];
    column[width] = column[width - 1];
}

static void curvature(const FitTask& task, const std::uint8_t* gray, std::int16_t* room, std::int16_t* curvature) {
    std::size_t width = task.width, stride = width + 4;
    // Three smooth lines in turn; the middle one is complete, of the others only the pixel itself counts.
    std::int16_t* lines[3] = {room, room + stride, room + 2 * stride};
    smooth_line(task, gray, before(task.top), lines[0]);
    smooth_line(task, gray, task.top, lines[1]);
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        smooth_line(task, gray, after(y, task.height), lines[2]);
        const std::int16_t *up = lines[0] + 2, *here = lines[1] + 2, *down = lines[2] + 2;
        std::int16_t* out = curvature + y * width;
        for (std::size_t x = 0; x < width; ++x)
            out[x] = static_cast<std::int16_t>(up[x] + down[x] + here[x + 1] + here[x - 1] - 4 * here[x]);
        std::int16_t* oldest = lines[0];
        lines[0] = lines[1];
        lines[1] = lines[2];
        lines[2] = oldest;
    }
}

// Sums of up to 1024 pixels fit into 32 bits: a curvature is at most 16320.
static void fit_piece(const std::uint8_t* low, const std::uint8_t* high, const std::uint8_t* ink,
                      const std::int16_t* curvature, std::size_t count, std::int64_t* sums) {
    std::int32_t beside = 0, outer = 0, inner = 0, along = 0;
    for (std::size_t i = 0; i < count; ++i) {
        std::uint8_t any = high[i] | high[i + 1] | high[i + 2];
        std::uint8_t all = low[i] & low[i + 1] & low[i + 2];
        std::int32_t value = curvature[i];
        std::int32_t out = any & (ink[i] ^ 1), contour = any & (all ^ 1);
        beside += out;
        outer += value & -out;
        inner += value & -static_cast<std::int32_t>(ink[i]);
        along += (value < 0 ? -value : value) & -contour;
    }
    sums[0] += beside;
    sums[1] += outer;
    sums[2] += inner;
    sums[3] += along;
}

static void contour_fit(const FitTask& task, const std::uint8_t* ink, const std::int16_t* curvature,
                        std::uint8_t* room, std::int64_t* sums) {
    std::size_t width = task.width;
    std::uint8_t *low = room, *high = room + width + 2;
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        const std::uint8_t *up = ink + before(y) * width, *here = ink + y * width;
        const std::uint8_t* down = ink + after(y, task.height) * width;
        for (std::size_t x = 0; x < width; ++x) {
            low[x + 1] = up[x] & here[x] & down[x];
            high[x + 1] = up[x] | here[x] | down[x];
        }
        low[0] = low[1];
        high[0] = high[1];
        low[width + 1] = low[width];
        high[width + 1] = high[width];
        for (std::size_t x = 0; x < width; x += 1024)
            fit_piece(low + x, high + x, here + x, curvature + y * width + x, width - x < 1024 ? width - x : 1024,
                      sums);
    }
}

static const FitKernels fit_kernels = {curvature, contour_fit};
