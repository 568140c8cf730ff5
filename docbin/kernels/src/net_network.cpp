#include "net_network.hpp"

#include "net_error.hpp"

#include <cstring>

namespace docbin::net {

namespace {

// Before anything is allocated: a file that is too large is not copied.
std::unique_ptr<unsigned char[]> copied(const unsigned char* data, std::size_t bytes) {
    if (bytes > FILE_BYTES) throw NetError("the file is larger than the 64 MiB of a packed network");
    std::unique_ptr<unsigned char[]> copy(new unsigned char[bytes + 1]);
    std::memcpy(copy.get(), data, bytes);
    return copy;
}

}  // namespace

Network::Network(const unsigned char* data, std::size_t bytes)
    : bytes_(copied(data, bytes)), file_(read_file(bytes_.get(), bytes)), graph_(read_graph(file_)),
      plan_(make_plan(graph_)), prepared_(graph_) {}

}  // namespace docbin::net
