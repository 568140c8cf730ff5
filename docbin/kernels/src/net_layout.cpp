#include "net_layout.hpp"

#include "net_error.hpp"
#include "net_memory.hpp"
#include "net_schedule.hpp"
#include "net_table.hpp"

#include <algorithm>

namespace docbin::net {

namespace {

std::size_t pixel_bytes(const Value& value) {
    switch (value.kind) {
        case Kind::image: return value.channels;
        case Kind::stream: return padded_channels(value.channels) * sizeof(std::int16_t);
        case Kind::real: return value.channels * sizeof(float);
        default: return value.bits == 1 ? (value.channels + 63) / 64 * 8 : padded_channels(value.channels);
    }
}

}  // namespace

std::size_t Extents::columns_of(const Value& value) const {
    return static_cast<std::size_t>(rows_at(static_cast<std::int64_t>(columns), value.level));
}

std::int64_t Extents::rows_of(const Value& value) const { return rows_at(static_cast<std::int64_t>(rows), value.level); }

Extents extents_of(const Graph& graph, std::size_t height, std::size_t width) {
    auto extended = [&](std::size_t extent) {
        return (extent + 2 * graph.margin + graph.multiple - 1) / graph.multiple * graph.multiple;
    };
    return {extended(height), extended(width)};
}

Layout make_layout(const Graph& graph, const Extents& extents, const std::vector<std::int64_t>& kept) {
    Layout layout;
    layout.rings.resize(graph.values.size());
    for (std::size_t i = 0; i < layout.rings.size(); ++i) {
        const Value& value = graph.values[i];
        std::size_t pixel = pixel_bytes(value);
        Ring& ring = layout.rings[i];
        ring.rows = static_cast<std::size_t>(kept[i]);
        if (ring.rows == 0) continue;
        // An odd number of lines: rows that are used together lie in different sets of the caches.
        ring.row_bytes = aligned(extents.columns_of(value) * pixel) | ALIGNMENT;
        ring.place = layout.total;
        layout.total += ring.rows * ring.row_bytes;
        layout.widest = std::max(layout.widest, ring.row_bytes);
        if (layout.total > MOST_MEMORY)
            throw NetError("the network needs more than 4 GiB of memory for a page of " + std::to_string(extents.rows) +
                           " x " + std::to_string(extents.columns) + " pixels with its margins");
    }
    return layout;
}

}  // namespace docbin::net
