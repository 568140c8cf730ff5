// Bands of rows on threads: every kernel that has neighbours only nearby splits its rows so.
#pragma once
#include "threads.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>

namespace docbin {

// Bands for each thread: a thread that the system runs late, or slowly, leaves its share to the others.
constexpr std::size_t BANDS_PER_THREAD = 3;

// The bands of one call, which its threads take from the first to the last.
class RowBands {
public:
    RowBands(std::size_t first, std::size_t last, int threads, std::size_t least)
        : first_(first), rows_(last - first), threads_(threads < 1 ? 1 : static_cast<std::size_t>(threads)) {
        const std::size_t most = std::max<std::size_t>(1, rows_ / std::max<std::size_t>(1, least));
        count_ = threads_ == 1 ? 1 : std::min(BANDS_PER_THREAD * threads_, most);
    }

    std::size_t threads() const { return std::min(threads_, count_); }
    std::size_t next() { return next_++; }
    bool is_one(std::size_t band) const { return band < count_; }
    std::size_t top(std::size_t band) const { return first_ + rows_ * band / count_; }

    // What the first of them threw is what the call throws, whoever is the first to end.
    void failed(std::size_t band) {
        std::lock_guard<std::mutex> guard(failing_);
        if (thrown_ && failed_ <= band) return;
        failed_ = band;
        thrown_ = std::current_exception();
    }

    void rethrow() const {
        if (thrown_) std::rethrow_exception(thrown_);
    }

private:
    const std::size_t first_, rows_, threads_;
    std::size_t count_;
    std::atomic<std::size_t> next_{0};
    std::mutex failing_;
    std::size_t failed_ = 0;
    std::exception_ptr thrown_;
};

// Calls start() on each thread that comes before all is done, and what it returns with (top, bottom) for bands
// that together are the rows [first, last); this thread is one of them. Each takes the next band when it has
// done with one. A band has at least `least` rows: below that a thread costs more than it brings. What a band
// throws is thrown here, after all have ended, and no band after it matters.
template <class Start>
void for_row_bands_from(std::size_t first, std::size_t last, int threads, std::size_t least, const Start& start) {
    RowBands bands(first, last, threads, least);
    auto body = [&bands, &start] {
        std::size_t band = bands.next();
        if (!bands.is_one(band)) return;
        try {
            for (auto&& work = start(); bands.is_one(band); band = bands.next())
                work(bands.top(band), bands.top(band + 1));
        } catch (...) {
            bands.failed(band);
        }
    };
    on_threads(bands.threads(), body);
    bands.rethrow();
}

// The same where a thread has nothing to keep from one band to the next: calls work(top, bottom).
template <class Work>
void for_row_bands(std::size_t first, std::size_t last, int threads, std::size_t least, const Work& work) {
    for_row_bands_from(first, last, threads, least, [&work]() -> const Work& { return work; });
}

}  // namespace docbin
