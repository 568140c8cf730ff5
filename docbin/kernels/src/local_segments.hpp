// Local thresholds, eight places of a row at once: the row is cut into eight segments of
// equal length, and each lane slides its window along one of them, so that no sum has to run across
// lanes. Pixels, columns and counts stand woven: place i of all eight segments side by side. Columns reach
// span places beyond the segment, where they repeat those of the segment beside it. Included inside the
// namespace of an instruction set.

// A row woven: out[8 i + lane] is pixel i of the segment, 0 beyond the row. `length`, of a segment, is a
// multiple of eight.
static inline void weave(const std::uint8_t* row, std::size_t width, std::size_t length, std::uint8_t* out) {
    std::size_t i = 0;
    for (; 7 * length + i + 8 <= width && i < length; i += 8) weave_eight(row + i, length, out + 8 * i);
    for (; i < length; i += 8) {
        std::uint8_t part[64] = {};
        for (std::size_t lane = 0; lane < 8; ++lane) {
            const std::size_t x = lane * length + i;
            if (x < width) std::memcpy(part + 8 * lane, row + x, width - x < 8 ? width - x : 8);
        }
        weave_eight(part, 8, out + 8 * i);
    }
}

// Adds a column's U to a window's.
template <bool wide>
static inline void enter(Sums<wide>& s, Whole hill) {
    s.low = s.low + (wide ? low_half(hill) : hill);
    if (wide) s.high = s.high + high_half(hill);
}

// The columns of the windows of a row, see Columns of local_sums.hpp.
template <bool hills>
class SegmentColumns {
public:
    SegmentColumns(const LocalTask& task, const LocalRoom& room)
        : task_(task), room_(room), length_(room.segment), slots_(2 * task.radius + 2) {
        const std::size_t places = 8 * (length_ + slots_);
        std::memset(room.sum_column, 0, places * sizeof(std::uint32_t));
        std::memset(room.hill_column, 0, places * sizeof(std::uint32_t));
        std::memset(room.woven_nothing, 0, 8 * length_);
        for (std::size_t i = 0; i < 8 * length_; ++i) room.across[i] = columns_at(i / 8 + i % 8 * length_);
        first_ = last_ = task.top < task.radius ? 0 : task.top - task.radius;
    }

    // To the windows of row y; one row further down each time. Only both ends of the segments are changed
    // at once, the rest shortly before a window comes to it, while it is at hand.
    void move(std::size_t y) {
        const std::size_t first = y < task_.radius ? 0 : y - task_.radius;
        const std::size_t last = y + task_.radius + 1 < task_.height ? y + task_.radius + 1 : task_.height;
        leaves_ = room_.woven_nothing;
        if (last_ + 1 < last) known_ = false;
        while (last_ + 1 < last) {
            enters_ = woven(last_++);
            change(0, length_);
        }
        enters_ = last_ < last ? woven(last_++) : room_.woven_nothing;
        if (first_ < first) leaves_ = row(first_++);
        const std::size_t reach = task_.radius + 1;
        changed_ = reach < length_ ? reach : length_;
        most_ = changed_ + reach < length_ ? length_ - reach : changed_;
        const Gain end = change(most_, length_), start = change(0, task_.radius < length_ ? task_.radius : length_);
        if (changed_ > task_.radius) change(task_.radius, changed_);
        before(room_.sum_column);
        if (hills) before(room_.hill_column);
        repeated_ = 0;
        if (known_) {
            first_sum_ = first_sum_ + start.sum + one_on(end.sum);
            if (hills) first_hill_ = first_hill_ + start.hill + one_on(end.hill);
        }
        // What the first windows hold.
        if (task_.radius > length_) repeat(task_.radius - length_);
        if (last_ - first_ != rows_) count(last_ - first_);
    }

    // Before windows move to the eight places from i on.
    void reach(std::size_t i) {
        const std::size_t wanted = i + 8 + task_.radius, until = wanted < most_ ? wanted : most_;
        if (changed_ < until) {
            change(changed_, until);
            changed_ = until;
        }
        if (wanted > length_) repeat(wanted - length_);
    }

    // Sums of the windows before place 0.
    template <bool wide>
    Sums<wide> first() {
        Sums<wide> s = {whole(0u), whole(0u), whole(0u)};
        if (!wide && known_) {
            s.sum = first_sum_;
            s.low = first_hill_;
            return s;
        }
        for (std::size_t place = 0; place < 2 * task_.radius + 1; ++place) {
            s.sum = s.sum + whole(room_.sum_column + 8 * place);
            if (hills) enter<wide>(s, whole(room_.hill_column + 8 * place));
        }
        // From here on they follow the columns, if those that a row changes at both ends are no others' too.
        known_ = !wide && 2 * (task_.radius + 1) <= length_;
        first_sum_ = s.sum;
        first_hill_ = s.low;
        return s;
    }

    // A row of the page within the windows, woven.
    const std::uint8_t* row(std::size_t y) const { return room_.rows + y % slots_ * 8 * length_; }

    // Any other row of as many bytes; until the next one.
    const std::uint8_t* woven(const std::uint8_t* pixels, std::uint8_t* out) const {
        weave(pixels, task_.width, length_, out);
        return out;
    }

private:
    const std::uint8_t* woven(std::size_t y) const {
        return woven(task_.gray + y * task_.width, room_.rows + y % slots_ * 8 * length_);
    }

    std::uint32_t columns_at(std::size_t x) const {
        if (x >= task_.width) x = task_.width - 1;
        const std::size_t left = x < task_.radius ? 0 : x - task_.radius;
        const std::size_t right = x + task_.radius + 1 < task_.width ? x + task_.radius + 1 : task_.width;
        return static_cast<std::uint32_t>(right - left);
    }

    // By how much columns grew, all together.
    struct Gain {
        Whole sum, hill;
    };

    Gain change(std::size_t from, std::size_t to) {
        Gain gain{whole(0u), whole(0u)};
        const std::uint8_t *enters = enters_, *leaves = leaves_;
        std::uint32_t* sum = room_.sum_column + 8 * (task_.radius + 1);
        std::uint32_t* hill = room_.hill_column + 8 * (task_.radius + 1);
        for (std::size_t i = 8 * from; i < 8 * to; i += 8) {
            const Exchange both(enters + i, leaves + i);
            const Whole more = both.gap();
            store(sum + i, whole(sum + i) + more);
            gain.sum = gain.sum + more;
            if (!hills) continue;
            const Whole higher = both.hill_gap();
            store(hill + i, whole(hill + i) + higher);
            gain.hill = gain.hill + higher;
        }
        return gain;
    }

    // Each number in the lane after its own, 0 in the first.
    static Whole one_on(Whole x) {
        std::uint32_t eight[8];
        store(eight, x);
        return previous_lanes(eight);
    }

    // Columns left of the segments are the last ones of the segments beside them; beyond the page nothing is.
    void before(std::uint32_t* column) const {
        for (std::size_t place = task_.radius + 1; place-- > 0;)
            store(column + 8 * place, previous_lanes(column + 8 * (place + length_)));
    }

    // And on the right the first ones, so many in all. Late, and one after the other: a number can be loaded beside
    // where it was stored only once it has left the processor.
    void repeat(std::size_t until) {
        after(room_.sum_column, until);
        if (hills) after(room_.hill_column, until);
        repeated_ = until;
    }

    void after(std::uint32_t* column, std::size_t until) const {
        column += 8 * (task_.radius + 1);
        for (std::size_t place = repeated_; place < until; ++place)
            store(column + 8 * (place + length_), next_lanes(column + 8 * place));
    }

    void count(std::size_t rows) {
        rows_ = rows;
        const Whole factor = whole(static_cast<std::uint32_t>(rows));
        for (std::size_t i = 0; i < 8 * length_; i += 8) {
            const Whole n = whole(room_.across + i) * factor;
            store(room_.count + i, n);
            store(room_.inverse + i, all(1.0f) / single(n));
        }
    }

    const LocalTask& task_;
    const LocalRoom& room_;
    const std::size_t length_, slots_;
    std::size_t first_, last_, rows_ = 0, changed_ = 0, most_ = 0, repeated_ = 0;
    bool known_ = false;
    Whole first_sum_ = whole(0u), first_hill_ = whole(0u);
    const std::uint8_t *enters_ = nullptr, *leaves_ = nullptr;
};

// The windows of one row, all eight segments, from the first place on.
template <bool hills, bool wide>
class SegmentWindows {
public:
    SegmentWindows(const LocalTask& task, const LocalRoom& room, const Sums<wide>& first)
        : sum_(room.sum_column), hill_(room.hill_column), count_(room.count), inverse_(room.inverse),
          span_(2 * task.radius + 1), middle_(task.radius),
          outer_(task.width > 7 * room.segment + task.radius ? task.width - 7 * room.segment - task.radius : 0),
          s_(first) {}

    // To place i, one further each time.
    void move(std::size_t i) {
        s_.sum = s_.sum + (whole(sum_ + 8 * (i + span_)) - whole(sum_ + 8 * i));
        if (!hills) return;
        enter<wide>(s_, whole(hill_ + 8 * (i + span_)));
        const Whole leaves = whole(hill_ + 8 * i);
        s_.low = s_.low - (wide ? low_half(leaves) : leaves);
        if (wide) s_.high = s_.high - high_half(leaves);
    }

    // The place whose count the windows at place i have: of eight places from a multiple of eight on that
    // no side of the page clips always the same one, which stays at hand.
    std::size_t counted(std::size_t i) const {
        const std::size_t first = i / 8 * 8;
        return first >= middle_ && first + 8 <= outer_ ? middle_ : i;
    }
    // Of the windows whose count stands at place i.
    Lanes inverse(std::size_t i) const { return from_memory(inverse_ + 8 * i); }
    Lanes mean(std::size_t i) const { return mean_of<wide>(s_, inverse(i)); }
    Lanes deviation(std::size_t i) const { return root(spread_of<wide>(s_, whole(count_ + 8 * i))) * inverse(i); }
    Lanes length(std::size_t i) const { return root(square_of<wide>(s_, inverse(i))); }
    Lanes rough_variance(Lanes mean, std::size_t i) const {
        return less_hills<wide>(mean * (all(256.0f) - mean), s_, inverse(i));
    }
    Lanes rough_square(Lanes mean, std::size_t i) const {
        return less_hills<wide>(all(256.0f) * mean, s_, inverse(i));
    }

private:
    const std::uint32_t *sum_, *hill_, *count_;
    const float* inverse_;
    std::size_t span_, middle_, outer_;
    Sums<wide> s_;
};

// Bits of gray <= T of one row.
template <class F, bool wide>
class SegmentInk {
public:
    static constexpr bool hills = F::deviation || F::length;
    using Windows = SegmentWindows<hills, wide>;

    SegmentInk(const LocalParameters& p, const std::uint8_t* gray, const std::uint8_t* extra)
        : p_(p), gray_(gray), extra_(extra) {
        if constexpr (F::near) {
            rest_ = all(F::slack(p, 0.0f));
            share_ = all(F::slack(p, 1.0f) - F::slack(p, 0.0f));
        } else if constexpr (hills) {
            slack_ = all(F::slack(p, ROUGH_ERROR<F>));
        }
    }

    // Places i to i + 7: a byte for each segment, its first pixel highest.
    Whole eight(Windows& windows, std::size_t i) const {
        if constexpr (!hills) return exact(windows, i);
        const Windows before = windows;
        Whole ink = whole(0u);
        Lanes nearest = all(1e9f);
        for (std::size_t k = i; k < i + 8; ++k) {
            windows.move(k);
            const Window w = rough(windows, k, windows.counted(k));
            const Lanes level = F::level(w, p_);
            Lanes distance = magnitude(w.gray - level);
            if constexpr (F::near) distance = beyond_error(distance, w.deviation);
            // Whether a window is flat only the exact numbers tell.
            if (F::flat) distance = where_positive(w.deviation - all(ROUGH_ERROR<F>), distance, all(0.0f));
            nearest = smaller(distance, nearest);
            ink = with_bits(ink, w.gray, level);
        }
        if (all_above(nearest, slack_)) return ink;
        // Few pixels are so near to T that its last digits matter.
        windows = before;
        return exact(windows, i);
    }

private:
    Window known(const Windows& windows, std::size_t i, std::size_t at) const {
        Window w{windows.mean(at), all(0.0f), all(0.0f), from_bytes(gray_ + 8 * i), all(0.0f)};
        if (F::extra) w.extra = from_bytes(extra_ + 8 * i);
        return w;
    }

    Window rough(const Windows& windows, std::size_t i, std::size_t at) const {
        Window w = known(windows, i, at);
        if (F::deviation) w.deviation = rough_root(larger(windows.rough_variance(w.mean, at), all(1e-6f)));
        if (F::length) w.length = rough_root(larger(windows.rough_square(w.mean, at), all(1e-6f)));
        return w;
    }

    Whole exact(Windows& windows, std::size_t i) const {
        Whole ink = whole(0u);
        for (std::size_t k = i; k < i + 8; ++k) {
            windows.move(k);
            const std::size_t at = windows.counted(k);
            Window w = known(windows, k, at);
            if (F::deviation) w.deviation = windows.deviation(at);
            if (F::length) w.length = windows.length(at);
            ink = with_bits(ink, w.gray, F::level(w, p_));
        }
        return ink;
    }

    // What a distance to T has beyond the error of this deviation, times that: a variance's error over the
    // deviation is the deviation's at most, so little where pixels vary.
    Lanes beyond_error(Lanes distance, Lanes deviation) const {
        const Lanes error = all(ROUGH_VARIANCE) + all(ROUGH_ROOT) * deviation * deviation;
        return (distance - rest_) * deviation - share_ * error;
    }

    const LocalParameters& p_;
    const std::uint8_t *gray_, *extra_;
    // Of a formula with `near` T's slack in parts, see F::slack: what has nothing to do with the deviation's
    // error, and the factor of that.
    Lanes slack_ = all(0.0f), rest_ = all(0.0f), share_ = all(0.0f);
};

// The row's bytes, from one byte for each segment at a time.
static inline void write_bytes(const LocalTask& task, const LocalRoom& room, std::uint8_t* bits) {
    const std::size_t bytes = (task.width + 7) / 8;
    std::memcpy(bits, room.bytes, bytes);
    if (task.width % 8 != 0) bits[bytes - 1] &= static_cast<std::uint8_t>(0xFF00 >> task.width % 8);
}

template <class F, bool wide, class Extra>
static void threshold_segments(const LocalTask& task, const LocalRoom& room, const LocalParameters& p,
                               std::uint8_t* bits, const Extra& extra) {
    constexpr bool hills = F::deviation || F::length;
    SegmentColumns<hills> columns(task, room);
    const std::size_t length = room.segment, step = length / 8;
    for (std::size_t y = task.top; y < task.bottom; ++y, bits += (task.width + 7) / 8) {
        columns.move(y);
        const std::uint8_t* more = F::extra ? columns.woven(extra(y), room.woven_extra) : nullptr;
        const SegmentInk<F, wide> ink(p, columns.row(y), more);
        SegmentWindows<hills, wide> windows(task, room, columns.template first<wide>());
        for (std::size_t i = 0; i < length; i += 8) {
            columns.reach(i);
            std::uint8_t each[8];
            store_bytes(each, ink.eight(windows, i));
            for (std::size_t lane = 0; lane < 8; ++lane) room.bytes[lane * step + i / 8] = each[lane];
        }
        write_bytes(task, room, bits);
    }
}

// The largest deviation of these rows. Windows that are far below are known by their rough variance.
template <bool wide>
static float widest_of_segments(const LocalTask& task, const LocalRoom& room) {
    SegmentColumns<true> columns(task, room);
    float most = 0.0f;
    for (std::size_t y = task.top; y < task.bottom; ++y) {
        columns.move(y);
        SegmentWindows<true, wide> windows(task, room, columns.template first<wide>());
        for (std::size_t i = 0; i < room.segment; i += 8) {
            columns.reach(i);
            SegmentWindows<true, wide> again = windows;
            Lanes widest = all(0.0f);
            for (std::size_t k = i; k < i + 8; ++k) {
                windows.move(k);
                const std::size_t at = windows.counted(k);
                widest = larger(widest, windows.rough_variance(windows.mean(at), at));
            }
            if (all_above(all(most * most - 2 * ROUGH_VARIANCE), widest)) continue;
            for (std::size_t k = i; k < i + 8; ++k) {
                again.move(k);
                float eight[8];
                store(eight, again.deviation(again.counted(k)));
                for (std::size_t lane = 0; lane < 8 && lane * room.segment + k < task.width; ++lane)
                    most = eight[lane] > most ? eight[lane] : most;
            }
        }
    }
    return most;
}
