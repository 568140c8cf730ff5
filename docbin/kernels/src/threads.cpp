#include "threads.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#endif

namespace docbin {

namespace {

// A thread that waits is woken at once even where others want the processor; a new one has to queue up behind
// them. But a process that has done with its pages should be of one thread again.
constexpr std::chrono::seconds PATIENCE{2};

// A call that wants helpers, as long as it is under way; it lives on its caller's stack.
struct Call {
    void (*body)(void*);
    void* context;
    std::size_t wanted;
    Call* next = nullptr;
    std::size_t helping = 0;
    std::condition_variable ended{};
};

class Helpers {
public:
    void run(Call& call) {
        announce(call);
        call.body(call.context);
        std::unique_lock<std::mutex> lock(mutex_);
        withdraw(call);
        call.ended.wait(lock, [&call] { return call.helping == 0; });
    }

private:
    void announce(Call& call) {
        const std::size_t wanted = call.wanted;
        {
            std::lock_guard<std::mutex> lock(mutex_);
            call.next = calls_;
            calls_ = &call;
            wanted_ += wanted;
            start();
        }
        for (std::size_t i = 0; i < wanted; ++i) wake_.notify_one();
    }

    // As many as are wanted and not there.
    void start() {
        try {
            for (; waiting_ < wanted_; ++waiting_) std::thread([this] { help(); }).detach();
        } catch (...) {  // no more threads to be had: those that run do the rest
        }
    }

    void withdraw(const Call& call) {
        wanted_ -= call.wanted;
        for (Call** place = &calls_; *place; place = &(*place)->next)
            if (*place == &call) {
                *place = call.next;
                return;
            }
    }

    void help() {
        std::unique_lock<std::mutex> lock(mutex_);
        while (wake_.wait_for(lock, PATIENCE, [this] { return calls_ != nullptr; })) {
            Call& call = *calls_;
            if (--call.wanted == 0) calls_ = call.next;
            --wanted_;
            --waiting_;
            ++call.helping;
            lock.unlock();
            call.body(call.context);
            lock.lock();
            ++waiting_;
            if (--call.helping == 0) call.ended.notify_one();
        }
        --waiting_;
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    Call* calls_ = nullptr;
    std::size_t wanted_ = 0;   // by all calls together
    std::size_t waiting_ = 0;  // helpers that are in no call
};

// Never destroyed: at the end of the process its threads may still wait.
std::atomic<Helpers*> all_helpers{nullptr};

#if defined(__unix__) || defined(__APPLE__)
// A fork has no threads but one, and whoever held the lock is not among them: it gets helpers of its own.
[[maybe_unused]] const int forgotten_in_forks =
    pthread_atfork(nullptr, nullptr, [] { all_helpers.store(nullptr, std::memory_order_relaxed); });
#endif

Helpers& helpers() {
    Helpers* found = all_helpers.load(std::memory_order_acquire);
    if (found) return *found;
    auto* fresh = new Helpers;
    if (all_helpers.compare_exchange_strong(found, fresh, std::memory_order_acq_rel)) return *fresh;
    delete fresh;
    return *found;
}

}  // namespace

void on_threads(std::size_t threads, void (*body)(void*), void* context) {
    if (threads < 2) return body(context);
    Call call{body, context, threads - 1};
    helpers().run(call);
}

}  // namespace docbin
