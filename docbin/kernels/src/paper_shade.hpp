// The paper behind ink: means over the unmarked pixels of windows, needed only where there is ink.
// Included once per instruction set, inside its namespace: no header of the standard library here.

// Counts and sums of the paper in each column, which stands radius_x + 1 places to the right, and the
// paper of a row that enters and of one that leaves, in bytes: 1 and the gray value, 0 where ink is.
struct PaperColumns {
    std::uint32_t *count, *sum;
    std::uint8_t *bare, *shade, *old_bare, *old_shade;
};

static inline PaperColumns paper_columns(const MarkedTask& task, std::uint32_t* room) {
    auto* bytes = reinterpret_cast<std::uint8_t*>(room + 2 * task.framed());
    return {room,  room + task.framed(), bytes, bytes + task.framed(), bytes + 2 * task.framed(),
            bytes + 3 * task.framed()};
}

static void paper_row(const MarkedTask& task, std::size_t y, std::uint8_t* __restrict bare,
                      std::uint8_t* __restrict shade) {
    const std::uint8_t *marks = task.marks + y * task.width, *gray = task.gray + y * task.width;
    for (std::size_t x = 0; x < task.width; ++x) {
        // Without a condition, so that compilers vectorise it.
        const auto paper = static_cast<std::uint8_t>(marks[x] == 0);
        bare[x] = paper;
        shade[x] = static_cast<std::uint8_t>(gray[x] & (0 - paper));
    }
}

static inline void paper_nothing(const MarkedTask& task, std::uint8_t* bare, std::uint8_t* shade) {
    std::memset(bare, 0, task.width);
    std::memset(shade, 0, task.width);
}

// Row `enters` comes, row `leaves` goes; either may lie beyond the page.
static void paper_change(const MarkedTask& task, std::size_t enters, std::size_t leaves, const PaperColumns& c) {
    if (enters < task.height) paper_row(task, enters, c.bare, c.shade);
    else paper_nothing(task, c.bare, c.shade);
    if (leaves < task.height) paper_row(task, leaves, c.old_bare, c.old_shade);
    else paper_nothing(task, c.old_bare, c.old_shade);
    std::uint32_t *count = c.count + task.radius_x + 1, *sum = c.sum + task.radius_x + 1;
    // The bytes beyond the width stay 0.
    for (std::size_t x = 0; x < task.width; x += 8) {
        store(count + x, whole(count + x) + Exchange(c.bare + x, c.old_bare + x).gap());
        store(sum + x, whole(sum + x) + Exchange(c.shade + x, c.old_shade + x).gap());
    }
}

// The number and the sum of the paper of rows.
static PaperTotals paper_totals(const MarkedTask& task) {
    PaperTotals totals{0, 0};
    const std::size_t end = task.bottom * task.width;
    for (std::size_t start = task.top * task.width; start < end; start += 1 << 20) {
        const std::size_t stop = start + (1 << 20) < end ? start + (1 << 20) : end;
        std::uint32_t paper = 0, light = 0;
        for (std::size_t i = start; i < stop; ++i) {
            const std::uint32_t is = task.marks[i] == 0;
            paper += is;
            light += task.gray[i] & (0 - is);
        }
        totals.paper += paper;
        totals.shade += light;
    }
    return totals;
}

// Writes a row and returns by how much its ink is darker than the paper.
static std::int64_t paper_shade_row(const MarkedTask& task, std::size_t y, const PaperColumns& c, std::uint8_t fallback,
                                    std::uint8_t* out) {
    const std::uint8_t *marks = task.marks + y * task.width, *gray = task.gray + y * task.width;
    const std::size_t span = 2 * task.radius_x + 1;
    // Windows of up to 2001 pixels: 2 s + n stays below 2^32.
    std::uint32_t before = 0, shade_before = 0, counts[8], sums[8];
    for (std::size_t x = 1; x < span; ++x) {
        before += c.count[x];
        shade_before += c.sum[x];
    }
    // Sums of the window before x, but for what lanes gained since there was ink.
    Whole n = whole(before), s = whole(shade_before), gained = whole(0u), shade_gained = whole(0u);
    std::int64_t depth = 0;
    for (std::size_t x = 0; x < task.width; x += 8) {
        const Whole gain = whole(c.count + x + span) - whole(c.count + x);
        const Whole shade_gain = whole(c.sum + x + span) - whole(c.sum + x);
        const std::size_t left = task.width - x < 8 ? task.width - x : 8;
        std::uint64_t ink = 0;
        std::memcpy(&ink, marks + x, left);
        std::memcpy(out + x, gray + x, left);
        if (ink == 0) {
            gained = gained + gain;
            shade_gained = shade_gained + shade_gain;
            continue;
        }
        n = n + last(running(gained)) + running(gain);
        s = s + last(running(shade_gained)) + running(shade_gain);
        gained = shade_gained = whole(0u);
        store(counts, n);
        store(sums, s);
        for (std::size_t i = 0; i < left; ++i) {
            if (marks[x + i] == 0) continue;
            std::uint32_t shade = counts[i] == 0 ? fallback : (2 * sums[i] + counts[i]) / (2 * counts[i]);
            out[x + i] = static_cast<std::uint8_t>(shade);
            depth += static_cast<std::int64_t>(shade) - gray[x + i];
        }
        n = last(n);
        s = last(s);
    }
    return depth;
}

// Fills the rows, and returns by how much their ink is darker than the paper.
static std::int64_t paper_shade(const MarkedTask& task, std::uint32_t* room, std::uint8_t fallback,
                                std::uint8_t* shade) {
    constexpr std::size_t none = static_cast<std::size_t>(-1);
    PaperColumns columns = paper_columns(task, room);
    std::int64_t depth = 0;
    std::size_t first = task.top < task.radius_y ? 0 : task.top - task.radius_y;
    for (std::size_t y = first; y < task.top + task.radius_y; ++y) paper_change(task, y, none, columns);
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        bool leaves = y > task.top && y > task.radius_y;
        paper_change(task, y + task.radius_y, leaves ? y - task.radius_y - 1 : none, columns);
        depth += paper_shade_row(task, y, columns, fallback, shade + (y - task.top) * task.width);
    }
    return depth;
}
