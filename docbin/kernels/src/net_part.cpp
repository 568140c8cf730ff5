#include "net_part.hpp"

#include "net_conv_plain.hpp"
#include "net_rows.hpp"
#include "table.hpp"

#include <algorithm>

namespace docbin::net {

Part::Part(const Network& network, const Job& job, std::int64_t first, std::int64_t last, std::size_t band)
    : network_(network), graph_(network.graph()), job_(job),
      extents_(extents_of(graph_, job.page.height, job.page.width)),
      schedule_(network.plan(), static_cast<std::int64_t>(extents_.rows), first, last, static_cast<std::int64_t>(band)),
      layout_(make_layout(graph_, extents_, rows_kept(network.plan(), schedule_))), rings_(layout_.rings),
      memory_(make_block(layout_.total)), page_row_(make_block(job.page.width * job.page.channels)),
      zeros_(make_block(layout_.widest)), sums_(make_block(CHANNELS * sizeof(double))) {
    for (Ring& ring : rings_) ring.first = memory_.get() + ring.place;
}

void Part::run() {
    const std::vector<Step>& steps = network_.plan().steps;
    while (schedule_.advance())
        for (std::size_t s = 0; s < steps.size(); ++s)
            for (std::int64_t y = schedule_.from(s); y < schedule_.to(s); ++y) switch (steps[s].task) {
                    case Task::page: page_row(y); break;
                    case Task::conv: conv_row(steps[s], y); break;
                    case Task::output: output_row(steps[s], y); break;
                    case Task::node: node_row(steps[s], y); break;
                }
}

void Part::page_row(std::int64_t y) {
    const Page& page = job_.page;
    std::int64_t margin = static_cast<std::int64_t>(graph_.margin), last = static_cast<std::int64_t>(page.height) - 1;
    std::size_t from = static_cast<std::size_t>(std::clamp<std::int64_t>(y - margin, 0, last)), channels = graph_.channels;
    std::uint8_t* row = rings_[0].row(y);
    std::uint8_t* inside = row + graph_.margin * channels;
    if (page.channels == channels) {
        page.read(page.context, from, inside);
    } else {
        std::uint8_t* other = page_row_.get();
        page.read(page.context, from, other);
        if (channels == 1) chosen_kernels().rgb_to_gray(other, page.width, inside);
        else
            for (std::size_t x = 0; x < page.width; ++x) std::memset(inside + 3 * x, other[x], 3);
    }
    for (std::size_t x = 0; x < graph_.margin; ++x) std::memcpy(row + x * channels, inside, channels);
    const std::uint8_t* end = inside + (page.width - 1) * channels;
    for (std::size_t x = graph_.margin + page.width; x < extents_.columns; ++x) std::memcpy(row + x * channels, end, channels);
}

void Part::conv_row(const Step& step, std::int64_t y) {
    const PreparedConv& conv = network_.prepared()[step.node].conv;
    const Value& in = graph_.values[step.reads[0].value];
    std::int64_t height = extents_.rows_of(in);
    std::int64_t top = step.reads[0].reach.low(y);
    const void* rows[3];
    for (std::size_t k = 0; k < conv.kernel; ++k) {
        std::int64_t u = top + static_cast<std::int64_t>(k);
        rows[k] = u < 0 || u >= height ? zeros_.get() + rings_[step.reads[0].value].lead : rings_[step.reads[0].value].row(u);
    }
    std::int64_t bottom = top + static_cast<std::int64_t>(conv.kernel) - 1;
    Epilogue end{};
    if (step.reads.size() > 1) end.residual = row<const std::int16_t>(step.reads[1].value, y);
    if (step.rprelu != NOTHING) end.rprelu = &network_.prepared()[step.rprelu].rprelu;
    if (step.quantise != NOTHING) end.quantiser = &network_.prepared()[step.quantise].quantiser;
    if (step.stream != NOTHING) end.stream = row<std::int16_t>(step.stream, y);
    if (step.codes != NOTHING) end.codes = rings_[step.codes].row(y);
    std::size_t in_width = width(in), out_width = (in_width + conv.step - 1) / conv.step;
    plain::conv_row(conv, {rows, top >= 0, bottom < height, in_width, out_width, nullptr}, end);
}

void Part::mask_row(const std::int16_t* logits, std::int64_t y) {
    std::size_t line = static_cast<std::size_t>(y) - graph_.margin, width = job_.page.width;
    const Target& target = job_.target;
    const std::int16_t* first = logits + graph_.margin * CHANNEL_STEP;
    if (target.logits)
        for (std::size_t x = 0; x < width; ++x) target.logits[line * width + x] = first[x * CHANNEL_STEP];
    if (!target.bits) return;
    std::uint8_t* bits = target.bits + line * ((width + 7) / 8);
    for (std::size_t left = 0; left < width; left += 8) {
        unsigned byte = 0;
        for (std::size_t k = 0; k < 8; ++k) {
            bool ink = left + k < width && first[(left + k) * CHANNEL_STEP] >= graph_.threshold;
            byte = byte << 1 | ink;
        }
        bits[left / 8] = static_cast<std::uint8_t>(byte);
    }
}

void Part::output_row(const Step& step, std::int64_t y) {
    const Value& value = graph_.values[step.reads[0].value];
    const std::int16_t* in = row<const std::int16_t>(step.reads[0].value, y);
    if (graph_.is_mask) return mask_row(in, y);
    std::size_t columns = width(value), channels = value.channels;
    std::int16_t* out = job_.target.streams[step.node] + static_cast<std::size_t>(y) * columns * channels;
    rows::place(in, columns, padded_channels(channels), channels, out, channels, 0);
}

}  // namespace docbin::net
