// What DRD counts: wrong pixels against the truth around them, and the truth's mixed blocks.
// Included once per instruction set, inside its namespace: no header of the standard library here.

// One row of the 5x5 window, by classes of distance: the centre column, the columns beside it and
// the far ones. Outside the page (0 in `page`) nothing counts.
static inline void count_row(Word wrong, Word value, const Word* truth, const Word* page, std::int64_t* centre,
                             std::int64_t* beside, std::int64_t* far) {
    if (centre) *centre += ones(wrong & (truth[0] ^ value));
    *beside += ones(wrong & (from_west(truth) ^ value) & from_west(page));
    *beside += ones(wrong & (from_east(truth) ^ value) & from_east(page));
    *far += ones(wrong & (from_far_west(truth) ^ value) & from_far_west(page));
    *far += ones(wrong & (from_far_east(truth) ^ value) & from_far_east(page));
}

// `page` is a framed row of ones where there are pixels.
static void count_word(Word wrong, Word value, const Word* truth, const Word* page, std::size_t y, std::size_t height,
                       std::size_t stride, std::int64_t* counts) {
    count_row(wrong, value, truth, page, nullptr, counts + 0, counts + 2);
    if (y >= 1) count_row(wrong, value, truth - stride, page, counts + 0, counts + 1, counts + 3);
    if (y + 1 < height) count_row(wrong, value, truth + stride, page, counts + 0, counts + 1, counts + 3);
    if (y >= 2) count_row(wrong, value, truth - 2 * stride, page, counts + 2, counts + 3, counts + 4);
    if (y + 2 < height) count_row(wrong, value, truth + 2 * stride, page, counts + 2, counts + 3, counts + 4);
}

static inline Word low_bits(std::size_t count) { return count >= 64 ? ~Word{0} : (Word{1} << count) - 1; }

static void drd_counts(const Word* result, const Word* truth, std::size_t height, std::size_t width,
                       std::size_t stride, std::int64_t* counts) {
    std::size_t words = stride - 2;
    for (std::size_t i = 0; i < words; ++i) {
        std::size_t left = width - i * 64;
        const Word page[3] = {i ? ~Word{0} : 0, low_bits(left), left > 64 ? low_bits(left - 64) : 0};
        for (std::size_t y = 0; y < height; ++y) {
            const Word *value = result + y * stride + i, *right = truth + y * stride + i;
            Word wrong = *value ^ *right;
            if (wrong) count_word(wrong, *value, right, page + 1, y, height, stride, counts);
        }
    }
}

static std::int64_t mixed_blocks(const Word* truth, std::size_t height, std::size_t width, std::size_t stride) {
    std::int64_t mixed = 0;
    for (std::size_t y = 0; y + 8 <= height; y += 8)
        for (std::size_t i = 0; i < stride - 2; ++i) {
            Word any = 0, all = ~Word{0};
            for (std::size_t row = 0; row < 8; ++row) {
                Word word = truth[(y + row) * stride + i];
                any |= word;
                all &= word;
            }
            for (std::size_t k = 0; k < 64 && i * 64 + k + 8 <= width; k += 8)
                mixed += (any >> k & 255) != 0 && (all >> k & 255) != 255;
        }
    return mixed;
}
