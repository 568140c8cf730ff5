// Local minimum and maximum in a time that does not depend on the window (van Herk 1992, Gil and
// Werman 1993), on bytes, many pixels at a time. Included once per instruction set, inside its
// namespace: no header of the standard library here. The loops are plain; compilers vectorise them.
//
// Along a row: a few doublings make line[i] the best of 64 pixels from i on; windows of more are a
// sliding best over groups of 64 that step by 64, by van Herk's blocks, and one overlapping group.
// Down the rows: van Herk's blocks of whole rows, with a ring of one window of rows.

struct Least {
    static constexpr std::uint8_t nothing = 255;
    static inline std::uint8_t of(std::uint8_t a, std::uint8_t b) { return a < b ? a : b; }
};

struct Greatest {
    static constexpr std::uint8_t nothing = 0;
    static inline std::uint8_t of(std::uint8_t a, std::uint8_t b) { return a > b ? a : b; }
};

constexpr std::size_t GROUP = 64;

template <class Best>
static inline void best_of_two(const std::uint8_t* a, const std::uint8_t* b, std::size_t count,
                               std::uint8_t* __restrict out) {
    for (std::size_t i = 0; i < count; ++i) out[i] = Best::of(a[i], b[i]);
}

template <class Best>
static inline void best_with(std::uint8_t* __restrict into, const std::uint8_t* __restrict other, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) into[i] = Best::of(into[i], other[i]);
}

// Best of `groups` neighbouring groups of 64: ahead[i] from group i on, behind[i] up to group i, each
// as far as the block of `groups` groups that i lies in.
template <class Best>
static void scan_blocks(const std::uint8_t* line, std::size_t blocks, std::size_t groups, std::uint8_t* ahead,
                        std::uint8_t* behind) {
    for (std::size_t block = 0; block < blocks; ++block) {
        std::size_t start = block * groups * GROUP, last = start + (groups - 1) * GROUP;
        std::memcpy(behind + start, line + start, GROUP);
        for (std::size_t i = start + GROUP; i <= last; i += GROUP)
            best_of_two<Best>(behind + i - GROUP, line + i, GROUP, behind + i);
        std::memcpy(ahead + last, line + last, GROUP);
        for (std::size_t i = last; i > start; i -= GROUP)
            best_of_two<Best>(ahead + i, line + i - GROUP, GROUP, ahead + i - GROUP);
    }
}

// out[x] = best of row[x - radius .. x + radius] within the row. `lines`: 4 lines, framed as in
// extremes_line of window_extremes.cpp.
template <class Best>
static void slide(const std::uint8_t* row, std::size_t width, std::size_t radius, std::uint8_t* lines,
                  std::size_t line, std::uint8_t* __restrict out) {
    std::size_t span = 2 * radius + 1, framed = width + 2 * radius;
    std::uint8_t *from = lines, *to = lines + line;
    std::memset(from, Best::nothing, radius);
    std::memcpy(from + radius, row, width);
    std::memset(from + radius + width, Best::nothing, line - radius - width);
    std::memset(to + framed, Best::nothing, line - framed);
    std::size_t reach = 1;
    for (; 2 * reach <= span && reach < GROUP; reach *= 2) {
        best_of_two<Best>(from, from + reach, framed, to);
        std::uint8_t* made = to;
        to = from;
        from = made;
    }
    if (span <= 2 * reach) {
        best_of_two<Best>(from, from + (span - reach), width, out);
        return;
    }
    std::size_t groups = span / GROUP, needed = (width + GROUP - 1) / GROUP + groups;
    std::uint8_t *ahead = lines + 2 * line, *behind = lines + 3 * line;
    scan_blocks<Best>(from, (needed + groups - 1) / groups, groups, ahead, behind);
    best_of_two<Best>(ahead, behind + (groups - 1) * GROUP, width, out);
    best_with<Best>(out, from + (span - GROUP), width);
}

// Down the rows, one extreme: next() gives the best of the windows of row task.top, then of the next.
// The ring holds, from slot t on, the best rows from there to the end of the block before, and in the
// slots up to t the rows of this block; `upto` their best.
template <class Best>
class BestRows {
public:
    // ring: a window of rows; rows: two.
    BestRows(const ExtremesTask& task, const ExtremesRoom& room, std::uint8_t* ring, std::uint8_t* rows)
        : task_(task), room_(room), ring_(ring), upto_(rows), merged_(rows + room.stride), below_(task.top) {
        while (below_ < task.top + 2 * task.radius_y) next();
    }

    const std::uint8_t* next() {
        std::size_t t = t_, width = task_.width;
        enter(slot(t));
        if (t == 0) std::memcpy(upto_, slot(0), width);
        else best_with<Best>(upto_, slot(t), width);
        if (++t_ < span_) {
            best_of_two<Best>(slot(t + 1), upto_, width, merged_);
            return merged_;
        }
        for (; t > 0; --t) best_with<Best>(slot(t - 1), slot(t), width);
        t_ = 0;
        return upto_;
    }

private:
    std::uint8_t* slot(std::size_t t) const { return ring_ + t * room_.stride; }

    // Rows count from top - radius_y, which may lie above the page: `below` is that row plus radius_y.
    void enter(std::uint8_t* into) {
        std::size_t y = below_++ - task_.radius_y;  // above the page: beyond any height
        if (y < task_.height)
            slide<Best>(task_.gray + y * task_.width, task_.width, task_.radius_x, room_.lines, room_.line, into);
        else std::memset(into, Best::nothing, task_.width);
    }

    const ExtremesTask& task_;
    const ExtremesRoom& room_;
    std::uint8_t *ring_, *upto_, *merged_;
    std::size_t below_, t_ = 0, span_ = 2 * task_.radius_y + 1;
};

// Calls sink(y, low, high) for every wanted row with the extremes of its windows.
template <class Sink>
static void each_row(const ExtremesTask& task, const ExtremesRoom& room, Sink& sink) {
    BestRows<Least> low(task, room, room.low_ring, room.rows);
    BestRows<Greatest> high(task, room, room.high_ring, room.rows + 2 * room.stride);
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        const std::uint8_t* least = low.next();
        sink(y, least, high.next());
    }
}

static void local_extremes(const ExtremesTask& task, const ExtremesRoom& room, std::uint8_t* low,
                           std::uint8_t* high) {
    auto sink = [&](std::size_t y, const std::uint8_t* least, const std::uint8_t* greatest) {
        std::memcpy(low + (y - task.top) * task.width, least, task.width);
        std::memcpy(high + (y - task.top) * task.width, greatest, task.width);
    };
    each_row(task, room, sink);
}

// One of the two alone, for half the work.
template <class Best>
static void local_best(const ExtremesTask& task, const ExtremesRoom& room, std::uint8_t* best) {
    BestRows<Best> rows(task, room, room.low_ring, room.rows);
    for (std::size_t y = task.top; y < task.bottom; ++y, best += task.width) std::memcpy(best, rows.next(), task.width);
}

// 255 (max - min) / (max + min + a little), rounded down: with whole numbers (255 d - 1) / s, d > 0.
static inline void contrast_row(const std::uint8_t* low, const std::uint8_t* high, std::size_t width,
                                std::uint8_t* __restrict out) {
    for (std::size_t x = 0; x < width; ++x) {
        int gap = high[x] - low[x], sum = high[x] + low[x];
        float upper = static_cast<float>(255 * gap - (gap > 0)), lower = static_cast<float>(sum + (sum == 0));
        out[x] = static_cast<std::uint8_t>(static_cast<int>(upper / lower));
    }
}

static void contrast_map(const ExtremesTask& task, const ExtremesRoom& room, std::uint8_t* contrast) {
    auto sink = [&](std::size_t y, const std::uint8_t* low, const std::uint8_t* high) {
        contrast_row(low, high, task.width, contrast + (y - task.top) * task.width);
    };
    each_row(task, room, sink);
}

// ink = gray <= T, T = (min + max) / 2 rounded down where max - min > limit, else the fallback.
static inline void bernsen_row(const std::uint8_t* gray, const std::uint8_t* low, const std::uint8_t* high,
                               std::size_t width, std::uint8_t limit, std::uint8_t fallback,
                               std::uint8_t* __restrict ink) {
    for (std::size_t x = 0; x < width; ++x) {
        std::uint8_t middle = static_cast<std::uint8_t>((low[x] & high[x]) + ((low[x] ^ high[x]) >> 1));
        std::uint8_t contrast = static_cast<std::uint8_t>(high[x] - low[x]);
        std::uint8_t level = contrast > limit ? middle : fallback;
        ink[x] = gray[x] <= level;
    }
}

static void bernsen(const ExtremesTask& task, const ExtremesRoom& room, std::uint8_t limit, std::uint8_t fallback,
                    std::uint8_t* bits) {
    std::size_t bytes = (task.width + 7) / 8;
    std::uint8_t* ink = room.rows + 4 * room.stride;
    std::memset(ink, 0, room.stride);
    auto sink = [&](std::size_t y, const std::uint8_t* low, const std::uint8_t* high) {
        bernsen_row(task.gray + y * task.width, low, high, task.width, limit, fallback, ink);
        pack_row(ink, bytes, bits + (y - task.top) * bytes);
    };
    each_row(task, room, sink);
}

static const ExtremesKernels extremes_kernels = {local_extremes, local_best<Least>, local_best<Greatest>, contrast_map,
                                                  bernsen};
