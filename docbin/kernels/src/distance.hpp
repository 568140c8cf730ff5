// Distance of every ink pixel to the nearest paper, and the widths of strokes along their ridges.
// Included once per instruction set, inside its namespace: no header of the standard library here.

// Chamfer metric: 5 for a step along an axis, 7 for a diagonal one; outside the page is paper.
static constexpr std::uint32_t STRAIGHT = 5, DIAGONAL = 7;
static constexpr std::uint16_t FARTHEST = 65520;

static inline std::uint16_t smaller(std::uint16_t a, std::uint16_t b) { return a < b ? a : b; }
// Distances stay below 65520, so that this cannot wrap around.
static inline std::uint16_t further(std::uint16_t a, std::uint32_t step) {
    return static_cast<std::uint16_t>(a + step);
}

static inline std::uint16_t from_finished(std::uint16_t left, std::uint16_t up, std::uint16_t right) {
    std::uint16_t near = smaller(further(smaller(left, right), DIAGONAL), further(up, STRAIGHT));
    return smaller(near, FARTHEST);
}

// One row: the neighbours in the finished row, then the neighbour within the row, which lies to
// the left on the way down the page and to the right on the way up. `row` holds FARTHEST or the
// distance so far.
static void chamfer_row(const std::uint8_t* ink, const std::uint16_t* done, std::size_t width, bool down,
                        std::uint16_t* row) {
    std::size_t last = width - 1;
    std::uint16_t first_value = from_finished(0, done[0], width > 1 ? done[1] : std::uint16_t{0});
    std::uint16_t last_value = from_finished(last ? done[last - 1] : std::uint16_t{0}, done[last], 0);
    row[0] = ink[0] ? smaller(row[0], first_value) : std::uint16_t{0};
    for (std::size_t x = 1; x < last; ++x) {
        std::uint16_t near = smaller(row[x], from_finished(done[x - 1], done[x], done[x + 1]));
        row[x] = ink[x] ? near : std::uint16_t{0};
    }
    row[last] = ink[last] ? smaller(row[last], last_value) : std::uint16_t{0};
    std::uint16_t run = 0;
    if (down)
        for (std::size_t x = 0; x < width; ++x) run = row[x] = smaller(row[x], further(run, STRAIGHT));
    else
        for (std::size_t x = width; x-- > 0;) run = row[x] = smaller(row[x], further(run, STRAIGHT));
}

// `blank` is a row of zeros; `distance` is (height, width).
static void chamfer(const std::uint8_t* ink, std::size_t height, std::size_t width, const std::uint16_t* blank,
                    std::uint16_t* distance) {
    for (std::size_t y = 0; y < height; ++y) {
        std::uint16_t* row = distance + y * width;
        for (std::size_t x = 0; x < width; ++x) row[x] = FARTHEST;
        chamfer_row(ink + y * width, y ? row - width : blank, width, true, row);
    }
    for (std::size_t y = height; y-- > 0;) {
        std::uint16_t* row = distance + y * width;
        chamfer_row(ink + y * width, y + 1 < height ? row + width : blank, width, false, row);
    }
}

// Counts ridge pixels (no neighbour is farther from paper) by 2 d + 5 e, where e is 1 on a ridge
// that is two pixels wide: in fifths of a pixel, the stroke's width is that number less 5.
static void ridge_widths(const std::uint16_t* distance, std::size_t height, std::size_t width,
                         const std::uint16_t* blank, std::size_t bins, std::int64_t* counts) {
    for (std::size_t y = 0; y < height; ++y) {
        const std::uint16_t* up = y ? distance + (y - 1) * width : blank;
        const std::uint16_t* row = distance + y * width;
        const std::uint16_t* down = y + 1 < height ? distance + (y + 1) * width : blank;
        for (std::size_t x = 0; x < width; ++x) {
            std::uint16_t d = row[x];
            if (d == 0 || up[x] > d || down[x] > d) continue;
            bool inner = x > 0, outer = x + 1 < width;
            std::uint16_t west = inner ? row[x - 1] : 0, east = outer ? row[x + 1] : 0;
            if (west > d || east > d) continue;
            if (inner && (up[x - 1] > d || down[x - 1] > d)) continue;
            if (outer && (up[x + 1] > d || down[x + 1] > d)) continue;
            bool even = ((up[x] == d) != (down[x] == d)) || ((west == d) != (east == d));
            std::size_t bin = 2u * d + (even ? 5u : 0u);
            ++counts[bin < bins ? bin : bins - 1];
        }
    }
}
