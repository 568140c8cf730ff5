// Contrast planes, one row: what docs/packed-format.md defines under "contrast". Twin: reference_contrast_planes.py.
// Included by every target in its own namespace.

// `sums` and `squares` are those of the window's rows in each column, added up from the left: [x] of the columns
// before x, width + 1 numbers, exact in double. `gray` is a row of the page, `row` that of
// the plane, `least` the least variance. Every product below is a whole number under 2^53, so only root, quotient and
// last sum round.
static void contrast_row(const std::uint8_t* gray, const double* sums, const double* squares, std::size_t width,
                         std::size_t rows, std::size_t reach, double least, std::uint8_t* row) {
    auto one = [&](double count, double total, double square, std::uint8_t value) {
        double radicand = count * square - total * total + least * count * count;
        double contrast = 32.0 * (count * value - total) / __builtin_sqrt(radicand) + 176.5;
        contrast = contrast < 0.0 ? 0.0 : contrast;
        contrast = contrast > 255.0 ? 255.0 : contrast;
        return static_cast<std::uint8_t>(static_cast<int>(contrast));
    };
    auto clipped = [&](std::size_t x) {
        std::size_t first = x > reach ? x - reach : 0, last = x + reach + 1 < width ? x + reach + 1 : width;
        row[x] = one(static_cast<double>(rows * (last - first)), sums[last] - sums[first],
                     squares[last] - squares[first], gray[x]);
    };
    std::size_t inside = width > 2 * reach ? width - reach : 0;  // the end of the columns with a whole window
    std::size_t x = 0;
    for (; x < width && (x < reach || x >= inside); ++x) clipped(x);
    if (x < inside) {
        double count = static_cast<double>(rows * (2 * reach + 1));
        for (std::size_t before = 0; x < inside; ++x, ++before) {
            std::size_t behind = before + 2 * reach + 1;
            row[x] = one(count, sums[behind] - sums[before], squares[behind] - squares[before], gray[x]);
        }
        for (; x < width; ++x) clipped(x);
    }
}
