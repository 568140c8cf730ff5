// Bands of rows on threads: every kernel that has neighbours only nearby splits its rows so.
#pragma once
#include <algorithm>
#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

namespace docbin {

// Calls work(top, bottom) for bands that together are the rows [first, last), each on a thread of its
// own (the last one on this). A band has at least `least` rows: below that a thread costs more than it
// brings. What a band throws is thrown here, after all have ended.
template <class Work>
void for_row_bands(std::size_t first, std::size_t last, int threads, std::size_t least, const Work& work) {
    std::size_t rows = last - first;
    std::size_t wanted = threads < 1 ? 1 : static_cast<std::size_t>(threads);
    std::size_t count = std::max<std::size_t>(1, std::min(wanted, rows / std::max<std::size_t>(1, least)));
    std::vector<std::exception_ptr> thrown(count);
    auto band = [&](std::size_t i) {
        try {
            work(first + rows * i / count, first + rows * (i + 1) / count);
        } catch (...) {
            thrown[i] = std::current_exception();
        }
    };
    std::vector<std::thread> running;
    running.reserve(count - 1);
    std::size_t started = 0;
    try {
        for (; started + 1 < count; ++started) running.emplace_back(band, started);
    } catch (...) {  // no more threads to be had: the rest runs here
    }
    for (std::size_t i = started; i < count; ++i) band(i);
    for (std::thread& thread : running) thread.join();
    for (const std::exception_ptr& error : thrown)
        if (error) std::rethrow_exception(error);
}

}  // namespace docbin
