// Bands of rows on threads: every kernel that has neighbours only nearby splits its rows so.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

namespace docbin {

// Bands for each thread: a thread that the system runs late, or slowly, leaves its share to the others.
constexpr std::size_t BANDS_PER_THREAD = 3;

// Calls work(top, bottom) for bands that together are the rows [first, last), on threads of which this
// is one; each takes the next band when it has done with one. A band has at least `least` rows: below
// that a thread costs more than it brings. What a band throws is thrown here, after all have ended.
template <class Work>
void for_row_bands(std::size_t first, std::size_t last, int threads, std::size_t least, const Work& work) {
    std::size_t rows = last - first;
    std::size_t wanted = threads < 1 ? 1 : static_cast<std::size_t>(threads);
    std::size_t most = std::max<std::size_t>(1, rows / std::max<std::size_t>(1, least));
    std::size_t count = wanted == 1 ? 1 : std::min(BANDS_PER_THREAD * wanted, most);
    std::vector<std::exception_ptr> thrown(count);
    std::atomic<std::size_t> next{0};
    auto bands = [&] {
        for (std::size_t i = next++; i < count; i = next++) {
            try {
                work(first + rows * i / count, first + rows * (i + 1) / count);
            } catch (...) {
                thrown[i] = std::current_exception();
            }
        }
    };
    std::vector<std::thread> running;
    std::size_t helpers = std::min(wanted, count) - 1;
    running.reserve(helpers);
    try {
        while (running.size() < helpers) running.emplace_back(bands);
    } catch (...) {  // no more threads to be had: those that run do the rest
    }
    bands();
    for (std::thread& thread : running) thread.join();
    for (const std::exception_ptr& error : thrown)
        if (error) std::rethrow_exception(error);
}

}  // namespace docbin
