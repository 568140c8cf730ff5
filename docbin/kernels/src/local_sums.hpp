// Sums over windows that slide down a page: a sum for each column, kept up to date row by row; along a
// row, a window gains a column on its right and loses one on its left. All modulo 2³². Included inside
// the namespace of an instruction set.
//
// Beside the sum S of a window's pixels p stands the sum U of p (256 - p). It says what the sum of
// squares Q = 256 S - U says: n Q - S² = S (256 n - S) - n U. But it is a quarter as large, so that it
// fits in 31 bits for windows of up to 361 pixels, and is rounded less as a float.

// Columns stand radius + 1 places to the right, between zeros: the window of x gains place x + span and
// loses place x, with span = 2 radius + 1.
template <bool hills>
class Columns {
public:
    Columns(const LocalTask& task, const LocalRoom& room) : task_(task), room_(room) {
        std::size_t places = task.width + 2 * task.radius + 24;
        std::memset(room.sum_column, 0, places * sizeof(std::uint32_t));
        std::memset(room.hill_column, 0, places * sizeof(std::uint32_t));
        first_ = last_ = task.top < task.radius ? 0 : task.top - task.radius;
    }

    // To the windows of row y; one row further down each time.
    void move(std::size_t y) {
        std::size_t first = y < task_.radius ? 0 : y - task_.radius;
        std::size_t last = y + task_.radius + 1 < task_.height ? y + task_.radius + 1 : task_.height;
        while (last_ + 1 < last) change(row(last_++), room_.nothing);
        const std::uint8_t* enters = last_ < last ? row(last_++) : room_.nothing;
        const std::uint8_t* leaves = first_ < first ? row(first_++) : room_.nothing;
        change(enters, leaves);
        if (last_ - first_ != rows_) count(last_ - first_);
    }

private:
    const std::uint8_t* row(std::size_t y) const { return task_.gray + y * task_.width; }

    void change(const std::uint8_t* enters, const std::uint8_t* leaves) {
        std::uint32_t* sum = room_.sum_column + task_.radius + 1;
        std::uint32_t* hill = room_.hill_column + task_.radius + 1;
        std::size_t width = task_.width, x = 0;
        for (; x + 8 <= width; x += 8) {
            Exchange both(enters + x, leaves + x);
            store(sum + x, whole(sum + x) + both.gap());
            if (hills) store(hill + x, whole(hill + x) + both.hill_gap());
        }
        for (; x < width; ++x) {
            std::uint32_t e = enters[x], l = leaves[x];
            sum[x] += e - l;
            hill[x] += (e - l) * (256 - e - l);
        }
    }

    void count(std::size_t rows) {
        rows_ = rows;
        for (std::size_t x = 0; x < task_.width + 8; ++x) {
            // Windows that no side of the page clips all have the count that stands at place `radius`.
            if (x == task_.radius + 8 && x + task_.radius + 8 < task_.width) x = task_.width - task_.radius - 8;
            std::size_t at = x < task_.width ? x : task_.width - 1;
            std::size_t left = at < task_.radius ? 0 : at - task_.radius;
            std::size_t right = at + task_.radius + 1 < task_.width ? at + task_.radius + 1 : task_.width;
            room_.count[x] = static_cast<std::uint32_t>(rows * (right - left));
            room_.inverse[x] = 1.0f / static_cast<float>(room_.count[x]);
        }
    }

    const LocalTask& task_;
    const LocalRoom& room_;
    std::size_t first_, last_, rows_ = 0;
};

// Sums of eight windows. U is low + 65536 high, in narrow windows low alone.
template <bool wide>
struct Sums {
    Whole sum, low, high;
};

// Those of `count` columns, in every lane.
template <bool wide>
static inline Sums<wide> sums_of(const std::uint32_t* sum, const std::uint32_t* hill, std::size_t count) {
    std::uint32_t total = 0, low = 0, high = 0;
    for (std::size_t i = 0; i < count; ++i) {
        total += sum[i];
        low += wide ? hill[i] & 0xFFFF : hill[i];
        high += wide ? hill[i] >> 16 : 0;
    }
    return {whole(total), whole(low), whole(high)};
}

// The window left of the first one, which has no column there.
template <bool wide>
static inline Sums<wide> before_row(const LocalRoom& room, std::size_t radius) {
    return sums_of<wide>(room.sum_column + radius + 1, room.hill_column + radius + 1, radius);
}

// Moves to the eight windows from x on; `sum` and `hill` point at place x.
template <bool wide, bool hills>
static inline void advance(Sums<wide>& s, const std::uint32_t* sum, const std::uint32_t* hill, std::size_t span) {
    s.sum = last(s.sum) + running(whole(sum + span) - whole(sum));
    if (!hills) return;
    Whole enters = whole(hill + span), leaves = whole(hill);
    s.low = last(s.low) + running(wide ? low_half(enters) - low_half(leaves) : enters - leaves);
    if (wide) s.high = last(s.high) + running(high_half(enters) - high_half(leaves));
}
