#include "pnm.hpp"

#include "failure.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace docbin::edge {

namespace {

constexpr std::size_t BLOCK = 64;
constexpr std::uint64_t LONGEST_HEADER = 65536;
constexpr std::size_t LONGEST_SIDE = std::size_t{1} << 20;
constexpr int LONGEST_NUMBER = 10;

int opened(const std::string& path, const std::string& name) {
    int fd = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) throw Failure(Exit::input, name + " cannot be read: " + std::strerror(errno));
    return fd;
}

bool is_space(unsigned char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

}  // namespace

Descriptor::~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

PnmPage::PnmPage(const std::string& path, std::uint64_t most_pixels, bool colour)
    : name_(path == "-" ? "standard input" : path), file_(opened(path, name_)) {
    struct stat status;
    if (::fstat(file_.get(), &status) != 0) refuse(std::string("cannot be read: ") + std::strerror(errno));
    if (S_ISDIR(status.st_mode)) refuse("is a folder; give a PGM or PPM file");
    off_t start = S_ISREG(status.st_mode) ? ::lseek(file_.get(), 0, SEEK_CUR) : -1;
    seekable_ = start >= 0;
    at_ = seekable_ ? static_cast<std::uint64_t>(start) : 0;
    read_header(most_pixels);
    if (header_.top != 255) {
        std::size_t values = header_.top > 255 ? 65536 : 256, top = header_.top;
        for (std::size_t value = 0; value < values; ++value)
            scaled_.push_back(static_cast<std::uint8_t>((std::min(value, top) * 510 + top) / (2 * top)));
    }
    if (seekable_) check_end();
    else read_all(colour);
}

Rows PnmPage::rows() const {
    return {header_.height, header_.width, seekable_ ? header_.channels : kept_, read_row, this, nullptr};
}

void PnmPage::refuse(const std::string& reason) const { throw Failure(Exit::input, name_ + " " + reason); }

// How many bytes came: 1 or 0.
std::size_t PnmPage::next(unsigned char& byte) {
    ssize_t got;
    do got = seekable_ ? ::pread(file_.get(), &byte, 1, static_cast<off_t>(at_)) : ::read(file_.get(), &byte, 1);
    while (got < 0 && errno == EINTR);
    if (got < 0) refuse(std::string("cannot be read: ") + std::strerror(errno));
    at_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
}

// A number of the header and the one character after it, as docbin/io/pnm.py reads it.
std::size_t PnmPage::number() {
    std::uint64_t start = at_;
    std::size_t value = 0;
    int digits = 0;
    unsigned char c;
    while (at_ - start < LONGEST_HEADER && next(c)) {
        if (c == '#') {
            while (at_ - start < LONGEST_HEADER && c != '\n' && next(c)) {}
            c = '\n';
        }
        if (is_digit(c) && digits < LONGEST_NUMBER) {
            value = 10 * value + (c - '0');
            ++digits;
        } else if (!is_space(c)) {
            break;
        } else if (digits) {
            return value;
        }
    }
    refuse("has a broken header; a PGM starts with P5, width, height and largest value");
}

void PnmPage::read_header(std::uint64_t most_pixels) {
    unsigned char letter = 0, kind = 0;
    if (!next(letter) || !next(kind) || letter != 'P' || kind < '1' || kind > '6')
        refuse("is no PGM or PPM; convert it, for example with: convert IN.png OUT.pgm");
    if (kind == '1' || kind == '4') refuse("is a PBM, black and white already; give a PGM or PPM");
    if (kind < '5') refuse("is a PGM or PPM written as text (P2, P3); give it in bytes (P5, P6)");
    header_.channels = kind == '6' ? 3 : 1;
    header_.width = number();
    header_.height = number();
    header_.top = number();
    std::string claim = std::to_string(header_.width) + " x " + std::to_string(header_.height) + " pixels";
    if (!header_.width || !header_.height) refuse("has no pixels: its header says " + claim);
    if (header_.width > LONGEST_SIDE || header_.height > LONGEST_SIDE)
        refuse("claims " + claim + "; no side may be longer than " + std::to_string(LONGEST_SIDE));
    if (std::uint64_t{header_.width} * header_.height > most_pixels)
        refuse("claims " + claim + "; the limit is " + std::to_string(most_pixels) + ": raise it with --max-pixels");
    if (header_.top < 1 || header_.top > 65535)
        refuse("has the largest value " + std::to_string(header_.top) + "; PNM allows 1 to 65535");
}

// Of a file, that it has all its rows, and no page more.
void PnmPage::check_end() const {
    struct stat status;
    if (::fstat(file_.get(), &status) != 0) refuse(std::string("cannot be read: ") + std::strerror(errno));
    auto size = static_cast<std::uint64_t>(status.st_size);
    std::uint64_t pixels = std::uint64_t{header_.row_bytes()} * header_.height;
    if (size < at_ + pixels)
        refuse("is cut short: its header promises " + std::to_string(pixels) + " bytes of pixels, " +
               std::to_string(size < at_ ? 0 : size - at_) + " are there");
    std::uint8_t more = 0;
    if (::pread(file_.get(), &more, 1, static_cast<off_t>(at_ + pixels)) == 1 && more == 'P')
        refuse("holds more than one page; split it, one page a file");
}

// Bytes of row y, from a place in a file, from a pipe the next ones.
void PnmPage::fill(std::uint8_t* to, std::size_t bytes, std::uint64_t from, std::size_t y) const {
    while (bytes) {
        ssize_t got = seekable_ ? ::pread(file_.get(), to, bytes, static_cast<off_t>(from)) : ::read(file_.get(), to, bytes);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) refuse(std::string("cannot be read: ") + std::strerror(errno));
        if (got == 0) refuse("is cut short: it ends in row " + std::to_string(y + 1) + " of " + std::to_string(header_.height));
        to += got;
        bytes -= static_cast<std::size_t>(got);
        from += static_cast<std::uint64_t>(got);
    }
}

void PnmPage::scale(const std::uint8_t* raw, std::uint8_t* row) const {
    std::size_t samples = header_.width * header_.channels;
    if (header_.top > 255)
        for (std::size_t i = 0; i < samples; ++i) row[i] = scaled_[256u * raw[2 * i] + raw[2 * i + 1]];
    else
        for (std::size_t i = 0; i < samples; ++i) row[i] = scaled_[raw[i]];
}

void PnmPage::read_row(const void* context, std::size_t y, std::uint8_t* row) {
    const PnmPage& page = *static_cast<const PnmPage*>(context);
    const PnmHeader& header = page.header_;
    if (!page.seekable_) {
        std::size_t bytes = header.width * page.kept_;
        std::memcpy(row, page.blocks_[y / BLOCK].data() + y % BLOCK * bytes, bytes);
        return;
    }
    std::uint64_t from = page.at_ + std::uint64_t{y} * header.row_bytes();
    if (page.scaled_.empty()) return page.fill(row, header.row_bytes(), from, y);
    std::vector<std::uint8_t> raw(header.row_bytes());
    page.fill(raw.data(), raw.size(), from, y);
    page.scale(raw.data(), row);
}

// Memory is asked for as the rows come: a header alone gets none.
void PnmPage::read_all(bool colour) {
    kept_ = colour ? header_.channels : 1;
    std::vector<std::uint8_t> raw(header_.row_bytes()), eight(header_.width * header_.channels);
    for (std::size_t y = 0; y < header_.height; ++y) {
        std::size_t bytes = header_.width * kept_;
        if (y % BLOCK == 0) blocks_.emplace_back(std::min(BLOCK, header_.height - y) * bytes);
        std::uint8_t* row = blocks_.back().data() + y % BLOCK * bytes;
        bool as_is = scaled_.empty();
        fill(as_is ? eight.data() : raw.data(), header_.row_bytes(), 0, y);
        if (!as_is) scale(raw.data(), eight.data());
        if (kept_ == header_.channels) std::memcpy(row, eight.data(), bytes);
        else chosen_kernels().rgb_to_gray(eight.data(), header_.width, row);
    }
    unsigned char more = 0;
    if (next(more) && more == 'P') refuse("holds more than one page; split it, one page a file");
}

}  // namespace docbin::edge
