// Bands of rows on threads: by many callers at once, within each other, with errors, and in forks. Every row is
// to be worked on once, and the error of the first band that has one is to arrive. Also for the thread sanitizer.
#include "row_bands.hpp"

#include <cstdio>
#include <stdexcept>
#include <thread>
#include <vector>
#if defined(__unix__) && !defined(__SANITIZE_THREAD__)
#include <sys/wait.h>
#include <unistd.h>
#define FORKS
#endif

using namespace docbin;

namespace {

constexpr std::size_t FIRST = 5, ROWS = 173;

bool each_row_once(int threads, std::size_t least) {
    std::vector<int> seen(FIRST + ROWS);
    for_row_bands(FIRST, FIRST + ROWS, threads, least, [&](std::size_t top, std::size_t bottom) {
        for (std::size_t y = top; y < bottom; ++y) ++seen[y];
    });
    for (std::size_t y = 0; y < seen.size(); ++y)
        if (seen[y] != (y >= FIRST)) return false;
    return true;
}

// As many states as threads at most, and each band by one of them.
bool each_thread_starts_once(int threads) {
    std::atomic<int> started{0}, taken{0};
    for_row_bands_from(0, ROWS, threads, 1, [&] {
        ++started;
        return [&](std::size_t top, std::size_t bottom) { taken += static_cast<int>(bottom - top); };
    });
    return started >= 1 && started <= threads && taken == static_cast<int>(ROWS);
}

bool the_first_error_arrives(int threads) {
    try {
        for_row_bands(0, ROWS, threads, 1, [&](std::size_t top, std::size_t bottom) {
            if (bottom > ROWS / 3) throw std::runtime_error(std::to_string(top));
        });
    } catch (const std::runtime_error& error) {
        const std::size_t top = static_cast<std::size_t>(std::stoi(error.what())), bands = BANDS_PER_THREAD * threads;
        if (threads == 1) return top == 0;
        for (std::size_t i = 0; i < bands; ++i)
            if (ROWS * (i + 1) / bands > ROWS / 3) return top == ROWS * i / bands;
    }
    return false;
}

bool bands_within_bands(int threads) {
    std::atomic<int> wrong{0};
    for_row_bands(0, 12, threads, 1, [&](std::size_t, std::size_t) { wrong += !each_row_once(threads, 4); });
    return wrong == 0;
}

bool all_is_well(int threads) {
    bool sound = true;
    for (int i = 0; i < 60; ++i)
        sound = sound && each_row_once(threads, i % 7) && each_thread_starts_once(threads);
    return sound && the_first_error_arrives(threads) && bands_within_bands(threads);
}

int many_callers() {
    std::atomic<int> wrong{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < 5; ++i) callers.emplace_back([&wrong, i] { wrong += !all_is_well(i + 1); });
    for (std::thread& caller : callers) caller.join();
    return wrong;
}

#ifdef FORKS
// Forks at any moment of the work of others.
int forks() {
    std::atomic<bool> over{false};
    std::atomic<int> wrong{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < 3; ++i)
        callers.emplace_back([&] { while (!over) wrong += !each_row_once(3, 1); });
    for (int i = 0; i < 40; ++i) {
        pid_t child = fork();
        if (child == 0) {
            alarm(60);  // a fork that waits for a thread which it does not have would wait for ever
            _exit(!(each_row_once(3, 1) && many_callers() == 0));
        }
        int status = 1;
        wrong += child < 0 || waitpid(child, &status, 0) != child || status != 0;
    }
    over = true;
    for (std::thread& caller : callers) caller.join();
    return wrong;
}
#endif

}  // namespace

int main() {
    int failures = many_callers();
#ifdef FORKS
    failures += forks();
#endif
    std::printf("%d failures\n", failures);
    return failures != 0;
}
