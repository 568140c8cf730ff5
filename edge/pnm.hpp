// PGM and PPM pages (P5, P6), of 8 and 16 bits: from a file row by row, from a pipe at once.
#pragma once
#include "rows.hpp"

#include <string>
#include <vector>

namespace docbin::edge {

struct PnmHeader {
    std::size_t width, height, channels, top;  // top: the largest value

    std::size_t sample_bytes() const { return top > 255 ? 2 : 1; }
    std::size_t row_bytes() const { return width * channels * sample_bytes(); }
};

// Closes itself.
class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

class PnmPage {
public:
    // `path` "-" is standard input. Where `colour` is not wanted, a pipe's page is kept as gray. Throws Failure.
    PnmPage(const std::string& path, std::uint64_t most_pixels, bool colour);

    Rows rows() const;

private:
    static void read_row(const void* context, std::size_t y, std::uint8_t* row);
    void read_header(std::uint64_t most_pixels);
    void read_all(bool colour);
    void check_end() const;
    std::size_t next(unsigned char& byte);
    std::size_t number();
    void fill(std::uint8_t* to, std::size_t bytes, std::uint64_t from, std::size_t y) const;
    void scale(const std::uint8_t* raw, std::uint8_t* row) const;
    [[noreturn]] void refuse(const std::string& reason) const;

    std::string name_;
    Descriptor file_;
    bool seekable_ = false;
    std::uint64_t at_ = 0;  // where the pixels start
    PnmHeader header_{};
    std::vector<std::uint8_t> scaled_;                // 8-bit value of each sample, where that is not itself
    std::vector<std::vector<std::uint8_t>> blocks_;   // of a pipe, BLOCK rows each
    std::size_t kept_ = 0;                            // channels of these
};

}  // namespace docbin::edge
