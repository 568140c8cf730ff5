// Running a packed network over pages: rows in waves (net_schedule.hpp), parts of a page on threads. The
// result does not depend on the number of threads or on the height of bands.
#pragma once
#include "net_network.hpp"
#include "net_page.hpp"

#include <vector>

namespace docbin::net {

// The page with its margins.
struct Extents {
    std::size_t rows, columns;
};

Extents extents_of(const Graph& graph, std::size_t height, std::size_t width);

struct Job {
    Page page;
    Target target;
};

// `band`: page rows a tick; 0 lets the program choose. Throws NetError for pages that the network cannot
// read, and std::bad_alloc.
void run(const Network& network, const std::vector<Job>& jobs, int threads, std::size_t band = 0);

}  // namespace docbin::net
