// Look-up tables of codes: for each pixel and each group of four input channels sixteen bytes, one for every
// way to weight the four with bits.
//
// 4 bits: T[i] = sum of the codes whose bit in i is set, at most 60; the sum over +1 and -1 is then
// 2 (sum of T) - (sum of all codes). 1 bit: T[i] = 4 + sum of the products of +1 and -1 themselves, so that
// a pixel outside the image, all 4, contributes nothing.

constexpr std::size_t TABLE = 16;
constexpr std::uint8_t NEUTRAL = 4;

// For 1 to 4 channels in a group and every nibble of code bits: its table.
struct SignTables {
    alignas(64) std::uint8_t of[4][16][TABLE];

    constexpr SignTables() : of() {
        for (unsigned count = 1; count <= 4; ++count)
            for (unsigned code = 0; code < 16; ++code)
                for (unsigned weight = 0; weight < TABLE; ++weight) {
                    int total = NEUTRAL;
                    for (unsigned k = 0; k < count; ++k) total += (code ^ weight) >> k & 1 ? -1 : 1;
                    of[count - 1][code][weight] = static_cast<std::uint8_t>(total);
                }
    }
};
static constexpr SignTables SIGN_TABLES{};
alignas(64) static const std::uint8_t NO_CODES[1024] = {};

// The input channels [first, first + channels) of a convolution, in groups of four.
struct Slice {
    std::size_t first, channels, groups;

    Slice(const PreparedConv& conv, std::size_t start)
        : first(start), channels(conv.in_channels - start < slice_channels(conv) ? conv.in_channels - start
                                                                                  : slice_channels(conv)),
          groups(ceiling(channels, 4)) {}
};

// Tables of one row for a chunk.
struct TableRow {
    std::uint8_t* tables;
    std::size_t pixel, group;  // bytes from one to the next
    std::int32_t* sums;        // of each column's codes; of 4 bits only
};

// The codes of columns that lie side by side in the tables, `apart` columns from one to the next in the row.
static inline void build_codes(const std::uint8_t* row, std::ptrdiff_t column, std::size_t apart, std::size_t place,
                               std::size_t count, std::size_t width, std::size_t step, const Slice& slice,
                               const TableRow& to) {
    for (std::size_t k = 0; k < count; k += HALVES) {
        const std::uint8_t* codes[2] = {NO_CODES, NO_CODES};
        for (std::size_t h = 0; h < HALVES; ++h) {
            std::ptrdiff_t u = column + static_cast<std::ptrdiff_t>((k + h) * apart);
            if (k + h < count && u >= 0 && u < static_cast<std::ptrdiff_t>(width))
                codes[h] = row + static_cast<std::size_t>(u) * step + slice.first;
        }
        std::uint8_t* table = to.tables + (place + k) * to.pixel;
        CodeSums sums = no_code_sums();
        for (std::size_t c = 0; c < slice.channels; c += TABLE_CHANNELS, table += TABLE_CHANNELS / 4 * to.group)
            build_tables(codes, c, table, to.group, sums);
        store_code_sums(to.sums + place + k, sums);
    }
}

static inline void build_signs(const std::uint64_t* row, std::ptrdiff_t column, std::size_t apart, std::size_t place,
                               std::size_t count, std::size_t width, std::size_t words, const Slice& slice,
                               const TableRow& to) {
    for (std::size_t k = 0; k < count; ++k) {
        std::ptrdiff_t u = column + static_cast<std::ptrdiff_t>(k * apart);
        bool inside = u >= 0 && u < static_cast<std::ptrdiff_t>(width);
        const std::uint64_t* pixel = inside ? row + static_cast<std::size_t>(u) * words : nullptr;
        std::uint8_t* table = to.tables + (place + k) * to.pixel;
        for (std::size_t g = 0; g < slice.groups; ++g, table += to.group) {
            std::size_t left = slice.channels - 4 * g;
            if (pixel) std::memcpy(table, SIGN_TABLES.of[left < 4 ? left - 1 : 3][pixel[g / 16] >> 4 * (g % 16) & 15], TABLE);
            else std::memset(table, NEUTRAL, TABLE);
        }
    }
}

// Tables of a row of codes for a chunk whose leftmost column is `column`; `row` is null outside the image.
static inline void build_row(const PreparedConv& conv, const void* row, std::ptrdiff_t column, std::size_t width,
                             const Columns& columns, const Slice& slice, const TableRow& to) {
    std::size_t in = padded_channels(conv.in_channels), words = ceiling(conv.in_channels, 64);
    for (std::size_t parity = 0; parity < conv.step && parity < columns.count; ++parity) {
        std::size_t count = ceiling(columns.count - parity, conv.step), place = columns.place(parity);
        std::ptrdiff_t first = column + static_cast<std::ptrdiff_t>(parity);
        std::size_t seen = row ? width : 0;
        if (conv.kind == ConvKind::w1a4)
            build_codes(static_cast<const std::uint8_t*>(row), first, conv.step, place, count, seen, in, slice, to);
        else build_signs(static_cast<const std::uint64_t*>(row), first, conv.step, place, count, seen, words, slice, to);
    }
}
