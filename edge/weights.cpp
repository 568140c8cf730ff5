#include "weights.hpp"

#include "failure.hpp"
#include "net_file.hpp"
#include "pnm.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace docbin::edge {

std::vector<unsigned char> read_weights(const std::string& path) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    auto refuse = [&](int reason) { throw Failure(Exit::input, path + " cannot be read: " + std::strerror(reason)); };
    if (file.get() < 0) refuse(errno);
    std::vector<unsigned char> bytes;
    constexpr std::size_t piece = std::size_t{1} << 16;
    for (std::size_t size = 0;;) {
        bytes.resize(size + piece);
        ssize_t got = ::read(file.get(), bytes.data() + size, piece);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) refuse(errno);
        size += static_cast<std::size_t>(got);
        if (size > net::FILE_BYTES) throw Failure(Exit::input, path + " is larger than the 64 MiB of a packed network");
        if (got == 0) {
            bytes.resize(size);
            return bytes;
        }
    }
}

}  // namespace docbin::edge
