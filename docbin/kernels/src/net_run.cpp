#include "net_run.hpp"

#include "net_contrast.hpp"
#include "net_error.hpp"
#include "net_part.hpp"
#include "threads.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <memory>

namespace docbin::net {

namespace {

// Page rows a tick: few, so that what one step makes lies in the cache when the next one reads it.
constexpr std::size_t BAND = 16;
// A part repeats what its first rows need of the part above: below so many rows another thread brings little.
constexpr std::size_t LEAST_PART = 64;

void check_extents(std::size_t height, std::size_t width) {
    if (height == 0 || width == 0) throw NetError("the page has no pixels");
    if (height > MOST_EXTENT || width > MOST_EXTENT)
        throw NetError("the page has more than 16777216 rows or columns");
}

void check_page(const Graph& graph, const Job& job) {
    const Page& page = job.page;
    check_extents(page.height, page.width);
    if (page.channels != 1 && page.channels != 3) throw NetError("the page has neither 1 nor 3 channels");
    if (!graph.is_mask && job.target.streams.size() != graph.outputs.size())
        throw NetError("the network has " + std::to_string(graph.outputs.size()) + " outputs");
    if (!graph.is_mask && (job.target.bits || job.target.logits))
        throw NetError("the network gives streams: it has no logit");
    if (graph.is_mask && !job.target.streams.empty()) throw NetError("the network gives a logit: it has no streams");
}

// A part of a page, in rows with its margins.
struct Share {
    const Job* job;
    std::int64_t first, last;
};

// As many parts as there are threads, or one of each page where there are pages enough.
std::vector<Share> shares_of(const Network& network, const std::vector<Job>& jobs, std::size_t threads) {
    const Graph& graph = network.graph();
    std::vector<Share> shares;
    for (const Job& job : jobs) {
        std::size_t rows = graph.is_mask ? job.page.height : extents_of(graph, job.page.height, job.page.width).rows;
        std::size_t start = graph.is_mask ? graph.margin : 0;
        std::size_t parts = jobs.size() >= threads ? 1 : (threads + jobs.size() - 1) / jobs.size();
        parts = std::max<std::size_t>(1, std::min(parts, rows / LEAST_PART));
        for (std::size_t i = 0; i < parts; ++i)
            shares.push_back({&job, static_cast<std::int64_t>(start + rows * i / parts),
                              static_cast<std::int64_t>(start + rows * (i + 1) / parts)});
    }
    return shares;
}

// Threads take the shares in turn; what one throws first is thrown here, after all have ended.
class Workers {
public:
    Workers(const Network& network, const std::vector<Share>& shares, std::size_t band)
        : network_(network), shares_(shares), band_(band), thrown_(shares.size()) {}

    void run(std::size_t threads) {
        auto body = [this] { work(); };
        on_threads(std::min(threads, shares_.size()), body);
        for (const std::exception_ptr& error : thrown_)
            if (error) std::rethrow_exception(error);
    }

private:
    void work() {
        for (std::size_t i = next_++; i < shares_.size(); i = next_++) {
            try {
                Part(network_, *shares_[i].job, shares_[i].first, shares_[i].last, band_).run();
            } catch (...) {
                thrown_[i] = std::current_exception();
            }
        }
    }

    const Network& network_;
    const std::vector<Share>& shares_;
    std::size_t band_;
    std::vector<std::exception_ptr> thrown_;
    std::atomic<std::size_t> next_{0};
};

void run_jobs(const Network& network, const std::vector<Job>& jobs, std::size_t threads, std::size_t band) {
    std::vector<Share> shares = shares_of(network, jobs, threads);
    Workers(network, shares, band ? band : BAND).run(threads);
}

}  // namespace

void read_pixels(const void* context, std::size_t y, std::uint8_t* row) {
    const Pixels& pixels = *static_cast<const Pixels*>(context);
    std::memcpy(row, pixels.data + y * pixels.step, pixels.bytes);
}

std::size_t working_bytes(const Network& network, std::size_t height, std::size_t width, std::size_t band) {
    check_extents(height, width);
    const Graph& graph = network.graph();
    Extents extents = extents_of(graph, height, width);
    auto rows = static_cast<std::int64_t>(extents.rows);
    Schedule schedule(network.plan(), rows, 0, rows, static_cast<std::int64_t>(band ? band : BAND));
    Layout layout = make_layout(graph, extents, rows_kept(network.plan(), schedule));
    return layout.total + layout.widest;
}

void run(const Network& network, const std::vector<Job>& jobs, int threads, std::size_t band) {
    for (const Job& job : jobs) check_page(network.graph(), job);
    std::size_t most = threads < 1 ? 1 : static_cast<std::size_t>(threads);
    const std::vector<std::size_t>& windows = network.graph().contrast;
    if (windows.empty()) return run_jobs(network, jobs, most, band);
    std::vector<std::unique_ptr<ContrastPlanes>> planes;
    std::vector<Job> seen = jobs;
    for (Job& job : seen) {
        planes.push_back(std::make_unique<ContrastPlanes>(job.page, windows, network.graph().level, most));
        job.page = planes.back()->page();
    }
    run_jobs(network, seen, most, band);
}

}  // namespace docbin::net
