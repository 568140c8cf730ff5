// Sums over the marked pixels of windows: columns slide down the page, windows along the row, all in
// integers. Included once per instruction set, inside its namespace: no header of the standard library
// here. The loops over columns are plain; compilers vectorise them.

struct MarkedColumns {
    std::uint32_t *count, *sum, *square;
};

static inline MarkedColumns marked_columns(const MarkedTask& task, std::uint32_t* room) {
    return {room, room + task.framed(), room + 2 * task.framed()};
}

// What a kernel adds up for a marked pixel: `first` and `second` of its gray value and row.
struct Counted {
    static constexpr int sums = 1;
    static inline std::uint32_t first(std::uint32_t, std::uint32_t) { return 0; }
    static inline std::uint32_t second(std::uint32_t, std::uint32_t) { return 0; }
};

struct Spread {
    static constexpr int sums = 3;
    static inline std::uint32_t first(std::uint32_t gray, std::uint32_t) { return gray; }
    static inline std::uint32_t second(std::uint32_t gray, std::uint32_t) { return gray * gray; }
};

struct Placed {
    static constexpr int sums = 2;
    static inline std::uint32_t first(std::uint32_t, std::uint32_t y) { return y; }
    static inline std::uint32_t second(std::uint32_t, std::uint32_t) { return 0; }
};

// Adds the marked pixels of row y to the columns, or with sign -1 takes them away (modulo 2^32).
template <class What>
static void count_row(const MarkedTask& task, std::size_t y, std::uint32_t sign, const MarkedColumns& columns) {
    const std::uint8_t *marks = task.marks + y * task.width, *gray = task.gray + y * task.width;
    std::uint32_t* __restrict count = columns.count + task.radius_x + 1;
    std::uint32_t* __restrict sum = columns.sum + task.radius_x + 1;
    std::uint32_t* __restrict square = columns.square + task.radius_x + 1;
    auto row = static_cast<std::uint32_t>(y);
    for (std::size_t x = 0; x < task.width; ++x) {
        std::uint32_t mark = marks[x] != 0 ? sign : 0, value = gray[x];
        count[x] += mark;
        if (What::sums > 1) sum[x] += mark * What::first(value, row);
        if (What::sums > 2) square[x] += mark * What::second(value, row);
    }
}

// Calls sink(y, x, n, s, q) for every wanted pixel with the sums of its window, and before each row
// begin(y).
template <class What, class Sink>
static void each_window(const MarkedTask& task, std::uint32_t* room, Sink& sink) {
    MarkedColumns columns = marked_columns(task, room);
    std::size_t reach = 2 * task.radius_x + 1;
    std::size_t first = task.top < task.radius_y ? 0 : task.top - task.radius_y;
    for (std::size_t y = first; y < task.top + task.radius_y && y < task.height; ++y)
        count_row<What>(task, y, 1, columns);
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        if (y + task.radius_y < task.height) count_row<What>(task, y + task.radius_y, 1, columns);
        sink.begin(y);
        std::int64_t n = 0, s = 0, q = 0;
        for (std::size_t x = 1; x < reach; ++x) {
            n += columns.count[x];
            if (What::sums > 1) s += columns.sum[x];
            if (What::sums > 2) q += columns.square[x];
        }
        for (std::size_t x = 0; x < task.width; ++x) {
            n += static_cast<std::int64_t>(columns.count[x + reach]) - columns.count[x];
            if (What::sums > 1) s += static_cast<std::int64_t>(columns.sum[x + reach]) - columns.sum[x];
            if (What::sums > 2) q += static_cast<std::int64_t>(columns.square[x + reach]) - columns.square[x];
            sink.at(x, n, s, q);
        }
        if (y >= task.radius_y) count_row<What>(task, y - task.radius_y, std::uint32_t(-1), columns);
    }
}

// gray <= mean + deviation / 2 of the marked pixels, without a root: 2 (n g - s) <= sqrt(n q - s s).
struct EdgeThreshold {
    const MarkedTask& task;
    std::int64_t least;
    std::uint8_t* ink;
    const std::uint8_t* gray = nullptr;
    std::uint8_t* out = nullptr;

    void begin(std::size_t y) {
        gray = task.gray + y * task.width;
        out = ink + (y - task.top) * task.width;
    }
    void at(std::size_t x, std::int64_t n, std::int64_t s, std::int64_t q) {
        out[x] = 0;
        if (n < least) return;
        std::int64_t rise = 2 * (n * gray[x] - s);
        out[x] = rise <= 0 || rise * rise <= n * q - s * s;
    }
};

static void edge_threshold(const MarkedTask& task, std::uint32_t* columns, std::int64_t least, std::uint8_t* ink) {
    EdgeThreshold sink{task, least, ink};
    each_window<Spread>(task, columns, sink);
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
    void at(std::size_t x, std::int64_t n, std::int64_t, std::int64_t) {
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
    each_window<Counted>(task, columns, sink);
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
    void at(std::size_t x, std::int64_t n, std::int64_t s, std::int64_t) {
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
    each_window<Placed>(task, columns, sink);
}

static const MarkedKernels marked_kernels = {edge_threshold, paper_shade, crowd, swell};
