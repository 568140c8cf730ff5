// The planes that a network with contrast windows sees instead of a page's colours.
#pragma once
#include "net_page.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace docbin::net {

// Gray and a plane for each window, of a page in memory or read in rows. Their least variance is the page's level
// divided by `share`, or a constant where that is 0.
class ContrastPlanes {
public:
    ContrastPlanes(const Page& page, const std::vector<std::size_t>& windows, std::size_t share, std::size_t threads);

    // The planes as a page; valid as long as this is.
    Page page() const;

private:
    static void read_row(const void* context, std::size_t y, std::uint8_t* row);

    std::size_t height_, width_, channels_;
    std::unique_ptr<std::uint8_t[]> planes_;  // [channels][height][width]
};

}  // namespace docbin::net
