#include "net_contrast.hpp"

#include "net_error.hpp"
#include "table.hpp"
#include "threads.hpp"

#include <algorithm>
#include <atomic>
#include <limits>

namespace docbin::net {

namespace {

std::size_t bytes_of(const Page& page, std::size_t channels) {
    if (page.height > std::numeric_limits<std::ptrdiff_t>::max() / page.width / channels)
        throw NetError("the page is too large for this machine");
    return page.height * page.width * channels;
}

constexpr std::size_t STROKE = 15, LEVEL_WINDOW = 25, LEVEL_STEP = 4;
constexpr std::int64_t LEVEL_MOST = 2500, FLOOR = 25;
// A band of rows begins with the sums of a window: few of them, lest that counts.
constexpr std::size_t LEAST_BAND = 256;

// One window going down a page. Every column keeps the sums of the window's rows: a row that comes in is added, one that
// leaves is taken off.
class Window {
public:
    Window(const std::uint8_t* gray, std::size_t height, std::size_t width, std::size_t window)
        : gray_(gray), height_(height), width_(width), reach_(window / 2), columns_(width), squares_(width),
          sums_(width + 1), sums_of_squares_(width + 1) {}

    // The rows [from, to) of a plane.
    void run(std::int64_t least, std::size_t from, std::size_t to, std::uint8_t* plane) {
        first_ = last_ = from > reach_ ? from - reach_ : 0;
        for (std::size_t y = from; y < to; ++y) {
            std::size_t rows = go_to(y);
            chosen_kernels().contrast_row(gray_ + y * width_, sums_.data(), sums_of_squares_.data(), width_, rows,
                                          reach_, static_cast<double>(least), plane + y * width_);
        }
    }

    // The mean of mean squares in windows, weighted with themselves.
    std::int64_t strength() {
        std::int64_t weight = 0, of_squares = 0;  // at most 2500² for each of 2^40 pixels
        for (std::size_t y = 0; y < height_; y += LEVEL_STEP) {
            std::size_t rows = go_to(y);
            for (std::size_t x = 0; x < width_; x += LEVEL_STEP) {
                std::size_t first = x > reach_ ? x - reach_ : 0, last = std::min(x + reach_ + 1, width_);
                auto count = static_cast<std::int64_t>(rows * (last - first));
                auto square = static_cast<std::int64_t>(sums_of_squares_[last] - sums_of_squares_[first]);
                std::int64_t mean = std::min(square / count, LEVEL_MOST);
                weight += mean;
                of_squares += mean * mean;
            }
        }
        return weight ? of_squares / weight : 0;
    }

private:
    // Moves the window down to row y; returns how many rows it has.
    std::size_t go_to(std::size_t y) {
        std::size_t begin = y > reach_ ? y - reach_ : 0, end = std::min(y + reach_ + 1, height_);
        for (; last_ < end; ++last_) change(last_, 1);
        for (; first_ < begin; ++first_) change(first_, -1);
        add_up();
        return end - begin;
    }

    void change(std::size_t y, std::int32_t sign) {
        const std::uint8_t* line = gray_ + y * width_;
        std::int32_t *columns = columns_.data(), *squares = squares_.data();
        for (std::size_t x = 0; x < width_; ++x) {
            std::int32_t value = line[x];
            columns[x] += sign * value;
            squares[x] += sign * value * value;
        }
    }

    void add_up() {
        std::int64_t sum = 0, of_squares = 0;
        for (std::size_t x = 0; x < width_; ++x) {
            sums_[x] = static_cast<double>(sum);
            sums_of_squares_[x] = static_cast<double>(of_squares);
            sum += columns_[x];
            of_squares += squares_[x];
        }
        sums_[width_] = static_cast<double>(sum);
        sums_of_squares_[width_] = static_cast<double>(of_squares);
    }

    const std::uint8_t* gray_;
    std::size_t height_, width_, reach_;
    std::size_t first_ = 0, last_ = 0;  // the rows in the sums
    std::vector<std::int32_t> columns_, squares_;  // 255² · 511 at most
    std::vector<double> sums_, sums_of_squares_;
};

// Every number becomes the best of itself and the 14 that follow at a step: in place, since what is read comes after
// what is written.
template <class Best> void slide(std::vector<std::uint8_t>& numbers, std::size_t step, Best best) {
    for (std::size_t shift : {1, 2, 4, 7}) {  // the best of 2, 4, 8 and 15
        std::uint8_t* at = numbers.data();
        const std::uint8_t* ahead = at + shift * step;
        for (std::size_t i = 0, end = numbers.size() - shift * step; i < end; ++i) at[i] = best(at[i], ahead[i]);
    }
}

// The planes of all windows, in bands of rows that threads take in turn.
class Bands {
public:
    Bands(std::uint8_t* planes, std::size_t height, std::size_t width, const std::vector<std::size_t>& windows,
          std::int64_t least, std::size_t threads)
        : planes_(planes), height_(height), width_(width), least_(least),
          parts_(std::clamp<std::size_t>(height / LEAST_BAND, 1, threads)) {
        // What a band needs is there before it begins: a thread must not run out of memory.
        for (std::size_t i = 0; i < windows.size() * parts_; ++i)
            sums_.emplace_back(planes, height, width, windows[i / parts_]);
    }

    void operator()() {
        for (std::size_t i = next_++; i < sums_.size(); i = next_++) {
            std::size_t plane = i / parts_, part = i % parts_;
            sums_[i].run(least_, height_ * part / parts_, height_ * (part + 1) / parts_,
                         planes_ + (plane + 1) * height_ * width_);
        }
    }

private:
    std::uint8_t* planes_;
    std::size_t height_, width_;
    std::int64_t least_;
    std::size_t parts_;
    std::vector<Window> sums_;
    std::atomic<std::size_t> next_{0};
};

// How strong writing is on a page, as docs/packed-format.md defines it.
std::int64_t level_of(const std::uint8_t* gray, std::size_t height, std::size_t width) {
    std::size_t rows = height / 2, columns = width / 2;
    if (!rows || !columns) return 0;
    constexpr std::size_t REACH = STROKE - 1;
    std::size_t wide = columns + 2 * REACH;
    std::vector<std::uint8_t> half(rows * columns), closed((rows + 2 * REACH) * wide);
    for (std::size_t y = 0; y < rows; ++y) {
        const std::uint8_t *upper = gray + 2 * y * width, *lower = upper + width;
        std::uint8_t* line = half.data() + y * columns;
        for (std::size_t x = 0; x < columns; ++x) {
            unsigned sum = upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1];
            line[x] = static_cast<std::uint8_t>(sum / 4);
        }
        std::copy_n(line, columns, closed.data() + (y + REACH) * wide + REACH);
    }
    auto most = [](std::uint8_t a, std::uint8_t b) { return a > b ? a : b; };
    auto least = [](std::uint8_t a, std::uint8_t b) { return a < b ? a : b; };
    slide(closed, 1, most);
    slide(closed, wide, most);
    slide(closed, 1, least);
    slide(closed, wide, least);
    for (std::size_t y = 0; y < rows; ++y) {
        const std::uint8_t* from = closed.data() + y * wide;
        std::uint8_t* line = half.data() + y * columns;
        for (std::size_t x = 0; x < columns; ++x) line[x] = static_cast<std::uint8_t>(from[x] - line[x]);
    }
    return Window(half.data(), rows, columns, LEVEL_WINDOW).strength();
}

}  // namespace

ContrastPlanes::ContrastPlanes(const Page& page, const std::vector<std::size_t>& windows, std::size_t share,
                               std::size_t threads)
    : height_(page.height), width_(page.width), channels_(1 + windows.size()),
      planes_(new std::uint8_t[bytes_of(page, channels_)]) {
    std::uint8_t* gray = planes_.get();
    std::vector<std::uint8_t> colour(page.channels == 3 ? 3 * width_ : 0);
    for (std::size_t y = 0; y < height_; ++y) {
        std::uint8_t* line = gray + y * width_;
        page.read(page.context, y, page.channels == 3 ? colour.data() : line);
        if (page.channels == 3) chosen_kernels().rgb_to_gray(colour.data(), width_, line);
    }
    std::int64_t least = FLOOR;
    if (share) {
        std::int64_t level = level_of(gray, height_, width_);
        least = std::max(least, level / static_cast<std::int64_t>(share));
    }
    Bands bands(gray, height_, width_, windows, least, threads);
    on_threads(threads, bands);
}

Page ContrastPlanes::page() const { return {height_, width_, channels_, read_row, this}; }

void ContrastPlanes::read_row(const void* context, std::size_t y, std::uint8_t* row) {
    const ContrastPlanes& own = *static_cast<const ContrastPlanes*>(context);
    const std::uint8_t* line = own.planes_.get() + y * own.width_;
    std::size_t apart = own.height_ * own.width_, width = own.width_, channels = own.channels_;
    if (channels == 3) {  // by far the most common, and faster with a fixed step
        for (std::size_t x = 0; x < width; ++x) {
            row[3 * x] = line[x];
            row[3 * x + 1] = line[apart + x];
            row[3 * x + 2] = line[2 * apart + x];
        }
        return;
    }
    for (std::size_t i = 0; i < channels; ++i)
        for (std::size_t x = 0; x < width; ++x) row[x * channels + i] = line[i * apart + x];
}

}  // namespace docbin::net
