// Sums over the marked pixels of windows: columns slide down the page, windows along the row, all in
// integers. Included once per instruction set, inside its namespace: no header of the standard library
// here. The loops over columns are plain; compilers vectorise them.

struct MarkedColumns {
    std::uint32_t *count, *sum;
};

static inline MarkedColumns marked_columns(const MarkedTask& task, std::uint32_t* room) {
    return {room, room + task.framed()};
}

// What a kernel adds up: marked pixels, and their rows if `placed`. Adds those of row y to the columns, or
// with sign -1 takes them away (modulo 2^32).
template <bool placed>
static void count_row(const MarkedTask& task, std::size_t y, std::uint32_t sign, const MarkedColumns& columns) {
    const std::uint8_t* marks = task.marks + y * task.width;
    std::uint32_t* __restrict count = columns.count + task.radius_x + 1;
    std::uint32_t* __restrict sum = columns.sum + task.radius_x + 1;
    auto row = static_cast<std::uint32_t>(y);
    for (std::size_t x = 0; x < task.width; ++x) {
        std::uint32_t mark = marks[x] != 0 ? sign : 0;
        count[x] += mark;
        if (placed) sum[x] += mark * row;
    }
}

// Calls sink.at(x, n, s) for every wanted pixel with the sums of its window, and before each row
// begin(y).
template <bool placed, class Sink>
static void each_window(const MarkedTask& task, std::uint32_t* room, Sink& sink) {
    MarkedColumns columns = marked_columns(task, room);
    std::size_t reach = 2 * task.radius_x + 1;
    std::size_t first = task.top < task.radius_y ? 0 : task.top - task.radius_y;
    for (std::size_t y = first; y < task.top + task.radius_y && y < task.height; ++y)
        count_row<placed>(task, y, 1, columns);
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        if (y + task.radius_y < task.height) count_row<placed>(task, y + task.radius_y, 1, columns);
        sink.begin(y);
        std::int64_t n = 0, s = 0;
        for (std::size_t x = 1; x < reach; ++x) {
            n += columns.count[x];
            if (placed) s += columns.sum[x];
        }
        for (std::size_t x = 0; x < task.width; ++x) {
            n += static_cast<std::int64_t>(columns.count[x + reach]) - columns.count[x];
            if (placed) s += static_cast<std::int64_t>(columns.sum[x + reach]) - columns.sum[x];
            sink.at(x, n, s);
        }
        if (y >= task.radius_y) count_row<placed>(task, y - task.radius_y, std::uint32_t(-1), columns);
    }
}

// Ink with too much paper around it goes, paper with too much ink around it comes.
struct Crowd {
    const MarkedTask& task;
    std::int64_t most_paper, most_ink;
    std::uint8_t* ink;
    const std::uint8_t* marks = nullptr;
    std::uint8_t* out = nullptr;
    std::int64_t rows = 0;

    void begin(std::size_t y) {
        marks = task.marks + y * task.width;
        out = ink + (y - task.top) * task.width;
        std::size_t first = y < task.radius_y ? 0 : y - task.radius_y;
        std::size_t last = y + task.radius_y < task.height ? y + task.radius_y : task.height - 1;
        rows = static_cast<std::int64_t>(last - first + 1);
    }
    void at(std::size_t x, std::int64_t n, std::int64_t) {
        if (marks[x] == 0) {
            out[x] = n > most_ink;
            return;
        }
        std::size_t first = x < task.radius_x ? 0 : x - task.radius_x;
        std::size_t last = x + task.radius_x < task.width ? x + task.radius_x : task.width - 1;
        out[x] = rows * static_cast<std::int64_t>(last - first + 1) - n <= most_paper;
    }
};

static void crowd(const MarkedTask& task, std::uint32_t* columns, std::int64_t most_paper, std::int64_t most_ink,
                  std::uint8_t* ink) {
    Crowd sink{task, most_paper, most_ink, ink};
    each_window<false>(task, columns, sink);
}

// Paper with some ink around it comes if the centre of that ink is near.
struct Swell {
    const MarkedTask& task;
    std::int64_t most_ink;
    double reach;
    std::uint8_t* ink;
    std::uint32_t* across;
    const std::uint8_t* marks = nullptr;
    std::uint8_t* out = nullptr;
    std::int64_t y = 0, aside = 0, window = 0;

    void begin(std::size_t row) {
        y = static_cast<std::int64_t>(row);
        marks = task.marks + row * task.width;
        out = ink + (row - task.top) * task.width;
        window = static_cast<std::int64_t>(2 * task.radius_x + 1);
        // Σ (position in the frame) · count of the window before the first.
        aside = 0;
        for (std::int64_t x = 1; x < window; ++x) aside += x * across[x];
    }
    void at(std::size_t x, std::int64_t n, std::int64_t s) {
        auto last = static_cast<std::int64_t>(x) + window;
        aside += last * across[last] - (last - window) * across[last - window];
        out[x] = marks[x] != 0;
        if (out[x] || n <= most_ink) return;
        std::int64_t centre = last - static_cast<std::int64_t>(task.radius_x);
        std::int64_t dx = aside - n * centre, dy = s - n * y;
        double far = reach * static_cast<double>(n);
        out[x] = static_cast<double>(dx < 0 ? -dx : dx) < far && static_cast<double>(dy < 0 ? -dy : dy) < far;
    }
};

static void swell(const MarkedTask& task, std::uint32_t* columns, std::int64_t most_ink, double reach,
                  std::uint8_t* ink) {
    Swell sink{task, most_ink, reach, ink, columns};
    each_window<true>(task, columns, sink);
}

static const MarkedKernels marked_kernels = {edge_threshold, paper_totals, paper_shade, crowd, swell};
