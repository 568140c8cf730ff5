// Bands of rows on threads: every kernel that has neighbours only nearby splits its rows so.
#pragma once
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace docbin {

// Bands for each thread: a thread that the system runs late, or slowly, leaves its share to the others.
constexpr std::size_t BANDS_PER_THREAD = 3;

// What the threads of one call share; it outlives the call where a thread starts after all is done.
struct SharedBands {
    explicit SharedBands(std::size_t bands) : count(bands), thrown(bands) {}

    const std::size_t count;
    std::vector<std::exception_ptr> thrown;
    std::atomic<std::size_t> next{0};
    std::size_t done = 0;
    std::mutex counting;
    std::condition_variable all_done;

    // Works on bands until none is left. Without a band, `work` is not touched.
    template <class Work>
    void take(const Work& work) {
        for (std::size_t i = next++; i < count; i = next++) {
            try {
                work(i);
            } catch (...) {
                thrown[i] = std::current_exception();
            }
            std::lock_guard<std::mutex> guard(counting);
            if (++done == count) all_done.notify_all();
        }
    }

    void wait() {
        std::unique_lock<std::mutex> guard(counting);
        all_done.wait(guard, [this] { return done == count; });
    }
};

// Calls work(top, bottom) for bands that together are the rows [first, last), on threads of which this
// is one; each takes the next band when it has done with one. A band has at least `least` rows: below
// that a thread costs more than it brings. What a band throws is thrown here, after all have ended.
// A thread that has not started by then is not waited for.
template <class Work>
void for_row_bands(std::size_t first, std::size_t last, int threads, std::size_t least, const Work& work) {
    std::size_t rows = last - first;
    std::size_t wanted = threads < 1 ? 1 : static_cast<std::size_t>(threads);
    std::size_t most = std::max<std::size_t>(1, rows / std::max<std::size_t>(1, least));
    std::size_t count = wanted == 1 ? 1 : std::min(BANDS_PER_THREAD * wanted, most);
    auto shared = std::make_shared<SharedBands>(count);
    auto band = [&work, first, rows, count](std::size_t i) {
        work(first + rows * i / count, first + rows * (i + 1) / count);
    };
    try {
        for (std::size_t helper = 1; helper < std::min(wanted, count); ++helper)
            std::thread([shared, band] { shared->take(band); }).detach();
    } catch (...) {  // no more threads to be had: those that run do the rest
    }
    shared->take(band);
    shared->wait();
    for (const std::exception_ptr& error : shared->thrown)
        if (error) std::rethrow_exception(error);
}

}  // namespace docbin
