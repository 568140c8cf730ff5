#include "net_part.hpp"

#include "net_rows.hpp"
#include "table.hpp"

#include <algorithm>

namespace docbin::net {

namespace {

// Room for the kernels of all convolutions.
std::size_t room_of(const Network& network, const NetKernels& kernels) {
    std::size_t most = 0;
    for (const Step& step : network.plan().steps)
        if (step.task == Task::conv)
            most = std::max(most, kernels.conv_room(network.prepared()[step.node].conv, CONV_ROWS));
    return most;
}

// Room for a row of the page as it comes, a row that nobody wants, a row of a logit, sums of a pixel.
std::size_t scratch_of(const Layout& layout, const Job& job, const Extents& extents) {
    std::size_t logits = extents.columns * CHANNEL_STEP * sizeof(std::int16_t);
    return std::max({layout.widest, job.page.width * job.page.channels, logits, CHANNELS * sizeof(double)});
}

}  // namespace

Part::Part(const Network& network, const Job& job, std::int64_t first, std::int64_t last, std::size_t band)
    : network_(network), graph_(network.graph()), kernels_(chosen_kernels().net), job_(job),
      extents_(extents_of(graph_, job.page.height, job.page.width)),
      schedule_(network.plan(), static_cast<std::int64_t>(extents_.rows), first, last, static_cast<std::int64_t>(band)),
      layout_(make_layout(graph_, extents_, rows_kept(network.plan(), schedule_))), memory_(raw_block(layout_.total)),
      scratch_(raw_block(scratch_of(layout_, job, extents_))), room_(raw_block(room_of(network, kernels_))) {
    for (Ring& ring : layout_.rings) ring.first = memory_.get() + ring.place;
    clear();
}

// The channels added of values whose operations write the others alone.
void Part::clear() {
    for (const Step& step : network_.plan().steps) {
        if (step.task != Task::node) continue;
        Op op = graph_.nodes[step.node].op;
        const Ring& ring = layout_.rings[graph_.nodes[step.node].to];
        if (op == Op::widen || op == Op::unshuffle || op == Op::concat || op == Op::requantise)
            std::memset(ring.first, 0, ring.rows * ring.row_bytes);
    }
}

void Part::run() {
    const std::vector<Step>& steps = network_.plan().steps;
    while (schedule_.advance())
        for (std::size_t s = 0; s < steps.size(); ++s) step_rows(steps[s], schedule_.from(s), schedule_.to(s));
}

void Part::step_rows(const Step& step, std::int64_t from, std::int64_t to) {
    if (step.task == Task::conv) {
        for (std::int64_t y = from; y < to; y += CONV_ROWS)
            conv_rows(step, y, static_cast<std::size_t>(std::min(CONV_ROWS, to - y)));
        return;
    }
    for (std::int64_t y = from; y < to; ++y) {
        if (step.task == Task::page) page_row(y);
        else if (step.task == Task::output) output_row(step, y);
        else node_row(step, y);
    }
}

void Part::page_row(std::int64_t y) {
    const Page& page = job_.page;
    std::int64_t margin = static_cast<std::int64_t>(graph_.margin), last = static_cast<std::int64_t>(page.height) - 1;
    std::size_t from = static_cast<std::size_t>(std::clamp<std::int64_t>(y - margin, 0, last)), channels = graph_.channels;
    std::uint8_t *line = row<std::uint8_t>(0, y), *inside = line + graph_.margin * channels;
    if (page.channels == channels) {
        page.read(page.context, from, inside);
    } else {
        std::uint8_t* other = scratch_.get();
        page.read(page.context, from, other);
        if (channels == 1) chosen_kernels().rgb_to_gray(other, page.width, inside);
        else
            for (std::size_t x = 0; x < page.width; ++x) std::memset(inside + 3 * x, other[x], 3);
    }
    const std::uint8_t* end = inside + (page.width - 1) * channels;
    for (std::size_t x = 0; x < graph_.margin; ++x) std::memcpy(line + x * channels, inside, channels);
    for (std::size_t x = graph_.margin + page.width; x < extents_.columns; ++x)
        std::memcpy(line + x * channels, end, channels);
}

void Part::conv_rows(const Step& step, std::int64_t first, std::size_t count) {
    const PreparedConv& conv = network_.prepared()[step.node].conv;
    const Read& read = step.reads[0];
    std::int64_t top = read.reach.low(first), height = extents_.rows_of(graph_.values[read.value]);
    const void* rows[2 * CONV_ROWS + 1];
    for (std::size_t k = 0; k < (count - 1) * conv.step + conv.kernel; ++k) {
        std::int64_t u = top + static_cast<std::int64_t>(k);
        rows[k] = u < 0 || u >= height ? nullptr : row<const void>(read.value, u);
    }
    const std::int16_t* residual[CONV_ROWS];
    std::int16_t* stream[CONV_ROWS];
    void* codes[CONV_ROWS];
    for (std::size_t i = 0; i < count; ++i) {
        std::int64_t y = first + static_cast<std::int64_t>(i);
        if (step.add != NOTHING) residual[i] = row<const std::int16_t>(step.reads[1].value, y);
        if (step.stream != NOTHING) stream[i] = row<std::int16_t>(step.stream, y);
        if (step.codes != NOTHING) codes[i] = row<void>(step.codes, y);
    }
    BandEnd end{};
    if (step.add != NOTHING) end.residual = residual;
    if (step.rprelu != NOTHING) end.rprelu = &network_.prepared()[step.rprelu].rprelu;
    if (step.quantise != NOTHING) end.quantiser = &network_.prepared()[step.quantise].quantiser;
    if (step.stream != NOTHING) end.stream = stream;
    if (step.codes != NOTHING) end.codes = codes;
    kernels_.conv_rows(conv, {rows, count, width(read.value), width(graph_.nodes[step.node].to), room_.get()}, end);
}

void Part::mask_row(const Step& step, std::int64_t y) {
    std::size_t line = static_cast<std::size_t>(y) - graph_.margin, wide = job_.page.width, value = step.reads[0].value;
    const Target& target = job_.target;
    std::uint8_t* bits = target.bits ? target.bits + line * ((wide + 7) / 8) : nullptr;
    const std::int16_t* logits = row<const std::int16_t>(value, y);
    if (step.shuffle != NOTHING) {
        std::size_t factor = graph_.nodes[step.shuffle].factor, i = static_cast<std::size_t>(y) % factor;
        const std::int16_t* in = row<const std::int16_t>(value, y / static_cast<std::int64_t>(factor));
        if (factor == 2 && !target.logits)
            return kernels_.shuffled_bits(in, graph_.margin, wide, i, graph_.threshold, bits);
        auto* shuffled = reinterpret_cast<std::int16_t*>(scratch_.get());
        kernels_.shuffle(in, width(value), 1, factor, i, shuffled);
        logits = shuffled;
    }
    logits += graph_.margin * CHANNEL_STEP;
    if (bits) kernels_.threshold_bits(logits, wide, CHANNEL_STEP, graph_.threshold, bits);
    if (target.logits) rows::place(logits, wide, CHANNEL_STEP, 1, target.logits + line * wide, 1, 0);
}

void Part::output_row(const Step& step, std::int64_t y) {
    if (graph_.is_mask) return mask_row(step, y);
    std::size_t value = step.reads[0].value, columns = width(value), channels = graph_.values[value].channels;
    std::int16_t* out = job_.target.streams[step.node] + static_cast<std::size_t>(y) * columns * channels;
    rows::place(row<const std::int16_t>(value, y), columns, padded_channels(channels), channels, out, channels, 0);
}

}  // namespace docbin::net
