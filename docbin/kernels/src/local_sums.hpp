// Sums over windows that slide down a page: a sum for each column, kept up to date row by row, and
// running sums along it, whose differences are the sums of the windows. Differences are right modulo
// 2³², so running sums may overflow. Included inside the namespace of an instruction set.

template <class Square>
struct Columns {
    std::uint32_t* sum;
    Square* square;
    std::uint32_t* sum_line;  // entry radius + 1 + x: sum of the columns up to x
    Square* square_line;
};

// Adds `enters` to the columns, takes `leaves` away, and sums them up along the row.
template <class Square>
static void step_plain(const Columns<Square>& c, const std::uint8_t* enters, const std::uint8_t* leaves,
                       std::size_t from, std::size_t width, std::size_t shift) {
    std::uint32_t sum = c.sum_line[shift + from - 1];
    Square square = c.square_line[shift + from - 1];
    for (std::size_t x = from; x < width; ++x) {
        std::uint32_t e = enters[x], l = leaves[x];
        c.sum[x] += e - l;
        c.square[x] += static_cast<Square>(e * e) - static_cast<Square>(l * l);
        sum += c.sum[x];
        square += c.square[x];
        c.sum_line[shift + x] = sum;
        c.square_line[shift + x] = square;
    }
}

#if defined(__AVX2__)
static inline __m256i read(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
static inline void write(void* p, __m256i v) { _mm256_storeu_si256(static_cast<__m256i*>(p), v); }

static inline __m256i running(__m256i v) {
    v = _mm256_add_epi32(v, _mm256_slli_si256(v, 4));
    v = _mm256_add_epi32(v, _mm256_slli_si256(v, 8));
    __m256i last = _mm256_shuffle_epi32(v, 0xFF);
    return _mm256_add_epi32(v, _mm256_permute2x128_si256(last, last, 0x08));
}

static void step(const Columns<std::uint32_t>& c, const std::uint8_t* enters, const std::uint8_t* leaves,
                 std::size_t width, std::size_t shift) {
    const __m256i last = _mm256_set1_epi32(7);
    __m256i sum = _mm256_setzero_si256(), square = sum;
    std::size_t x = 0;
    for (; x + 8 <= width; x += 8) {
        __m256i e = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(enters + x)));
        __m256i l = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(leaves + x)));
        __m256i high = _mm256_slli_epi32(l, 16);
        __m256i s = _mm256_add_epi32(read(c.sum + x), _mm256_sub_epi32(e, l));
        // Pairs (e, l) · (e, -l) = e² - l².
        __m256i q = _mm256_madd_epi16(_mm256_add_epi32(e, high), _mm256_sub_epi32(e, high));
        q = _mm256_add_epi32(q, read(c.square + x));
        write(c.sum + x, s);
        write(c.square + x, q);
        s = running(s);
        q = running(q);
        write(c.sum_line + shift + x, _mm256_add_epi32(s, sum));
        write(c.square_line + shift + x, _mm256_add_epi32(q, square));
        // The carry does not wait for the sum of this step.
        sum = _mm256_add_epi32(sum, _mm256_permutevar8x32_epi32(s, last));
        square = _mm256_add_epi32(square, _mm256_permutevar8x32_epi32(q, last));
    }
    step_plain(c, enters, leaves, x, width, shift);
}
#else
static void step(const Columns<std::uint32_t>& c, const std::uint8_t* enters, const std::uint8_t* leaves,
                 std::size_t width, std::size_t shift) {
    step_plain(c, enters, leaves, 0, width, shift);
}
#endif

static void step(const Columns<std::uint64_t>& c, const std::uint8_t* enters, const std::uint8_t* leaves,
                 std::size_t width, std::size_t shift) {
    step_plain(c, enters, leaves, 0, width, shift);
}

// The windows of one row after the other.
template <class Square>
class Slide {
public:
    Slide(const LocalTask& task, const LocalRoom& room)
        : task_(task), room_(room), columns_{room.sum_column, static_cast<Square*>(room.square_column), room.sum_line,
                                             static_cast<Square*>(room.square_line)} {
        std::size_t before = task.radius + 1;
        std::memset(columns_.sum, 0, task.width * sizeof(std::uint32_t));
        std::memset(columns_.square, 0, task.width * sizeof(Square));
        std::memset(columns_.sum_line, 0, before * sizeof(std::uint32_t));
        std::memset(columns_.square_line, 0, before * sizeof(Square));
        first_ = last_ = task.top < task.radius ? 0 : task.top - task.radius;
    }

    void move(std::size_t y) {
        std::size_t first = y < task_.radius ? 0 : y - task_.radius;
        std::size_t last = y + task_.radius + 1 < task_.height ? y + task_.radius + 1 : task_.height;
        while (last_ + 1 < last) enter(row(last_++));
        const std::uint8_t* enters = last_ < last ? row(last_++) : room_.nothing;
        const std::uint8_t* leaves = first_ < first ? row(first_++) : room_.nothing;
        step(columns_, enters, leaves, task_.width, task_.radius + 1);
        extend();
        if (last_ - first_ != rows_) count(last_ - first_);
    }

    // Of the window of column x: where its sums begin and end in the lines.
    const std::uint32_t* sums() const { return columns_.sum_line; }
    const Square* squares() const { return columns_.square_line; }

private:
    const std::uint8_t* row(std::size_t y) const { return task_.gray + y * task_.width; }

    void enter(const std::uint8_t* values) {
        for (std::size_t x = 0; x < task_.width; ++x) {
            std::uint32_t value = values[x];
            columns_.sum[x] += value;
            columns_.square[x] += static_cast<Square>(value * value);
        }
    }

    // Beyond the page nothing is added.
    void extend() {
        std::size_t end = task_.radius + task_.width;
        std::uint32_t sum = columns_.sum_line[end];
        Square square = columns_.square_line[end];
        for (std::size_t i = end + 1; i < end + 1 + task_.radius + 16; ++i) {
            columns_.sum_line[i] = sum;
            columns_.square_line[i] = square;
        }
    }

    void count(std::size_t rows) {
        rows_ = rows;
        for (std::size_t x = 0; x < task_.width + 8; ++x) {
            std::size_t at = x < task_.width ? x : task_.width - 1;
            std::size_t left = at < task_.radius ? 0 : at - task_.radius;
            std::size_t right = at + task_.radius + 1 < task_.width ? at + task_.radius + 1 : task_.width;
            room_.count[x] = static_cast<std::uint32_t>(rows * (right - left));
            room_.inverse[x] = 1.0f / static_cast<float>(room_.count[x]);
        }
    }

    const LocalTask& task_;
    const LocalRoom& room_;
    Columns<Square> columns_;
    std::size_t first_, last_, rows_ = 0;
};
