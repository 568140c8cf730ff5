// Which pixels are as dark as the edges around them, eight at a time. The sums are those of
// local_sums.hpp, over marked pixels alone. Included once per instruction set, inside its namespace: no
// header of the standard library here.

// Sums of each column, which stands radius_x + 1 places to the right, and what of a row enters and of one
// leaves, in bytes: 1 and the gray value where a mark is, else 0.
struct EdgeColumns {
    std::uint32_t *count, *sum, *hill;
    std::uint8_t *mark, *shade, *old_mark, *old_shade;
};

static inline EdgeColumns edge_columns(const MarkedTask& task, std::uint32_t* room) {
    const std::size_t line = task.framed();
    auto* bytes = reinterpret_cast<std::uint8_t*>(room + 3 * line);
    return {room, room + line, room + 2 * line, bytes, bytes + line, bytes + 2 * line, bytes + 3 * line};
}

static void edge_row(const MarkedTask& task, std::size_t y, std::uint8_t* __restrict mark,
                     std::uint8_t* __restrict shade) {
    if (y >= task.height) {
        std::memset(mark, 0, task.width);
        std::memset(shade, 0, task.width);
        return;
    }
    const std::uint8_t *marks = task.marks + y * task.width, *gray = task.gray + y * task.width;
    for (std::size_t x = 0; x < task.width; ++x) {
        // Without a condition, so that compilers vectorise it.
        const auto marked = static_cast<std::uint8_t>(marks[x] != 0);
        mark[x] = marked;
        shade[x] = static_cast<std::uint8_t>(gray[x] & (0 - marked));
    }
}

// Row `enters` comes, row `leaves` goes; either may lie beyond the page.
static void edge_change(const MarkedTask& task, std::size_t enters, std::size_t leaves, const EdgeColumns& c) {
    edge_row(task, enters, c.mark, c.shade);
    edge_row(task, leaves, c.old_mark, c.old_shade);
    const std::size_t first = task.radius_x + 1;
    std::uint32_t *count = c.count + first, *sum = c.sum + first, *hill = c.hill + first;
    // The bytes beyond the width stay 0.
    for (std::size_t x = 0; x < task.width; x += 8) {
        const Exchange shades(c.shade + x, c.old_shade + x);
        store(count + x, whole(count + x) + Exchange(c.mark + x, c.old_mark + x).gap());
        store(sum + x, whole(sum + x) + shades.gap());
        store(hill + x, whole(hill + x) + shades.hill_gap());
    }
}

// gray <= mean + deviation / 2 of at least `least` marked pixels, without a root: r <= 0 or
// r² <= n Q - s², with r = 2 (n gray - s).
template <bool wide>
static unsigned exact_edge_ink(const std::uint8_t* gray, Whole counts, const Sums<wide>& sums, std::int64_t least) {
    std::uint32_t n[8], s[8], low[8], high[8] = {};
    store(n, counts);
    store(s, sums.sum);
    store(low, sums.low);
    if (wide) store(high, sums.high);
    unsigned ink = 0;
    for (unsigned i = 0; i < 8; ++i) {
        const std::int64_t count = n[i], sum = s[i], hill = low[i] + (std::int64_t{high[i]} << 16);
        const std::int64_t rise = 2 * (count * gray[i] - sum);
        const bool dark = rise <= 0 || rise * rise <= sum * (256 * count - sum) - count * hill;
        ink |= static_cast<unsigned>(count >= least && dark) << i;
    }
    return ink;
}

// Bit i as byte i, 0 or 1.
static inline std::uint64_t bytes_of(unsigned bits) {
    const std::uint64_t apart = (bits * 0x0101010101010101u) & 0x8040201008040201u;
    return (apart + 0x7F7F7F7F7F7F7F7Fu) >> 7 & 0x0101010101010101u;
}

// The same in floats, as one bit for each pixel; `sure` says whether no pixel is so near to its threshold
// that their roundings matter: r² and n Q - s² are good to 0.01 n².
template <bool wide>
static inline unsigned rough_edge_ink(Lanes gray, Lanes n, const Sums<wide>& sums, Lanes fewer, bool& sure) {
    const Lanes s = single(sums.sum);
    const Lanes u = wide ? single(sums.low) + single(sums.high) * all(65536.0f) : single(sums.low);
    const Lanes gap = s * (all(256.0f) * n - s) - n * u, rise = n * gray - s;
    const Lanes above = rise + rise - rough_root(larger(gap, all(1e-6f)));
    // Too few are far above every threshold.
    const Lanes distance = where_positive(n - fewer, above, all(1e9f));
    sure = all_above(magnitude(distance), n * all(0.2f));
    return at_most(distance, all(0.0f));
}

template <bool wide>
static void edge_threshold_row(const MarkedTask& task, std::size_t y, const EdgeColumns& c, std::int64_t least,
                               std::uint8_t* out) {
    const std::uint8_t* line = task.gray + y * task.width;
    const std::size_t span = 2 * task.radius_x + 1;
    std::uint32_t before = 0;
    for (std::size_t x = 1; x < span; ++x) before += c.count[x];
    Whole counts = whole(before);
    Sums<wide> sums = sums_of<wide>(c.sum + 1, c.hill + 1, span - 1);
    // Windows have at most 2001² pixels, which floats hold exactly.
    const Lanes fewer = all(least > 5000000 ? 5e6f : static_cast<float>(least) - 0.5f);
    for (std::size_t x = 0; x < task.width; x += 8) {
        counts = last(counts) + running(whole(c.count + x + span) - whole(c.count + x));
        advance<wide, true>(sums, c.sum + x, c.hill + x, span);
        const std::size_t left = task.width - x < 8 ? task.width - x : 8;
        std::uint8_t tail[8] = {};
        const std::uint8_t* gray = line + x;
        if (left < 8) gray = static_cast<const std::uint8_t*>(std::memcpy(tail, gray, left));
        bool sure;
        unsigned ink = rough_edge_ink<wide>(from_bytes(gray), single(counts), sums, fewer, sure);
        if (!sure) ink = exact_edge_ink<wide>(gray, counts, sums, least);
        const std::uint64_t bytes = bytes_of(ink);
        if (left == 8) std::memcpy(out + x, &bytes, 8);
        else std::memcpy(out + x, &bytes, left);
    }
}

static void edge_threshold(const MarkedTask& task, std::uint32_t* room, std::int64_t least, std::uint8_t* ink) {
    constexpr std::size_t none = static_cast<std::size_t>(-1);
    const EdgeColumns columns = edge_columns(task, room);
    const bool narrow = task.radius_x <= NARROW_RADIUS && task.radius_y <= NARROW_RADIUS;
    const std::size_t first = task.top < task.radius_y ? 0 : task.top - task.radius_y;
    for (std::size_t y = first; y < task.top + task.radius_y; ++y) edge_change(task, y, none, columns);
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        const bool leaves = y > task.top && y > task.radius_y;
        edge_change(task, y + task.radius_y, leaves ? y - task.radius_y - 1 : none, columns);
        std::uint8_t* out = ink + (y - task.top) * task.width;
        if (narrow) edge_threshold_row<false>(task, y, columns, least, out);
        else edge_threshold_row<true>(task, y, columns, least, out);
    }
}
