// Chessboard distance to the nearest feature.
// Included once per instruction set, inside its namespace: no header of the standard library here.

static constexpr std::uint16_t CHESSBOARD_FAR = 65000;

static inline std::uint16_t nearer(std::uint16_t a, std::uint16_t b) { return a < b ? a : b; }

// Takes what the three neighbours in a finished row allow.
static void chessboard_from(const std::uint16_t* done, std::size_t width, std::uint16_t* row) {
    row[0] = nearer(row[0], static_cast<std::uint16_t>(nearer(done[0], done[width > 1]) + 1));
    for (std::size_t x = 1; x + 1 < width; ++x) {
        std::uint16_t near = nearer(nearer(done[x - 1], done[x + 1]), done[x]);
        row[x] = nearer(row[x], static_cast<std::uint16_t>(near + 1));
    }
    if (width > 1) {
        std::uint16_t near = nearer(done[width - 2], done[width - 1]);
        row[width - 1] = nearer(row[width - 1], static_cast<std::uint16_t>(near + 1));
    }
}

// In place: 0 at a feature and CHESSBOARD_FAR elsewhere becomes the distance, at most CHESSBOARD_FAR.
static void chessboard(std::uint16_t* distance, std::size_t height, std::size_t width) {
    for (std::size_t y = 0; y < height; ++y) {
        std::uint16_t* row = distance + y * width;
        if (y) chessboard_from(row - width, width, row);
        std::uint16_t run = CHESSBOARD_FAR;
        for (std::size_t x = 0; x < width; ++x) run = row[x] = nearer(row[x], static_cast<std::uint16_t>(run + 1));
    }
    for (std::size_t y = height; y-- > 0;) {
        std::uint16_t* row = distance + y * width;
        if (y + 1 < height) chessboard_from(row + width, width, row);
        std::uint16_t run = CHESSBOARD_FAR;
        for (std::size_t x = width; x-- > 0;) run = row[x] = nearer(row[x], static_cast<std::uint16_t>(run + 1));
    }
}
