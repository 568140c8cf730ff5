// Running a packed network over pages: rows in waves (net_schedule.hpp), parts of a page on threads. The
// result does not depend on the number of threads or on the height of bands.
#pragma once
#include "net_layout.hpp"
#include "net_network.hpp"
#include "net_page.hpp"

#include <vector>

namespace docbin::net {

// Bytes of the rows that one thread keeps for such a page. Throws NetError where they are too many.
std::size_t working_bytes(const Network& network, std::size_t height, std::size_t width, std::size_t band = 0);

struct Job {
    Page page;
    Target target;
};

// `band`: page rows a tick; 0 lets the program choose. Throws NetError for pages that the network cannot
// read, and std::bad_alloc.
void run(const Network& network, const std::vector<Job>& jobs, int threads, std::size_t band = 0);

}  // namespace docbin::net
