#include "networks.hpp"

#include "net_error.hpp"
#include "net_run.hpp"

#include <cstring>

namespace docbin::edge {

void check_mask(const net::Network& network) {
    if (!network.graph().is_mask)
        throw net::NetError("the network gives streams, no mask; give one whose graph has the key 'output'");
}

void binarize(const net::Network& network, const Rows& rows, int threads, Bits bits) {
    check_mask(network);
    std::size_t bytes = row_bytes(rows.width);
    std::vector<std::uint8_t> packed(bits.stride == bytes ? 0 : bytes * rows.height);
    std::vector<net::Job> jobs(1);
    jobs[0].page = {rows.height, rows.width, rows.channels, rows.read, rows.context};
    jobs[0].target.bits = packed.empty() ? bits.data : packed.data();
    net::run(network, jobs, threads);
    if (packed.empty()) return;
    for (std::size_t y = 0; y < rows.height; ++y) std::memcpy(bits.row(y), packed.data() + y * bytes, bytes);
}

}  // namespace docbin::edge
