// Threads that wait for work: a call that has some for them need not start any.
#pragma once
#include <cstddef>

namespace docbin {

// Calls body(context) on up to `threads` threads at once, of which this is one, and returns when all of them
// have ended. A thread that does not come before this one has done is not waited for: what there is to do,
// body must find out by itself, and it must not throw. A body may call on threads, too.
void on_threads(std::size_t threads, void (*body)(void*), void* context);

template <class Body>
void on_threads(std::size_t threads, Body& body) {
    on_threads(threads, [](void* context) { (*static_cast<Body*>(context))(); }, &body);
}

}  // namespace docbin
