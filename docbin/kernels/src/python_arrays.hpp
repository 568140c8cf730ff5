// Arrays that cross between Python and the kernels.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <new>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace docbin::python {

namespace nb = nanobind;

template <class T>
using Plane = nb::ndarray<const T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

template <class T>
using Row = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// Asks the system for large pages of memory, as numpy does for its own arrays: handing out a plane of bytes in
// small ones takes as long as many kernels take to fill it. Without them all goes on as before.
inline void in_large_pages(void* data, std::size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    constexpr std::size_t PAGE = 4096, LEAST = std::size_t{4} << 20;
    if (bytes < LEAST) return;
    const std::size_t skipped = PAGE - reinterpret_cast<std::uintptr_t>(data) % PAGE;
    madvise(static_cast<char*>(data) + skipped, bytes - skipped, MADV_HUGEPAGE);
#else
    static_cast<void>(data), static_cast<void>(bytes);
#endif
}

// A fresh numpy array of zeros that frees itself. The system clears large ones when they are first written to, by
// whichever thread does.
template <class T>
nb::ndarray<nb::numpy, T> zeros(std::initializer_list<std::size_t> shape) {
    std::size_t count = 1;
    for (std::size_t extent : shape) count *= extent;
    void* raw = std::calloc(count > 0 ? count : 1, sizeof(T));
    if (raw == nullptr) throw std::bad_alloc();
    nb::capsule owner(raw, [](void* p) noexcept { std::free(p); });
    return nb::ndarray<nb::numpy, T>(raw, shape, owner);
}

// The same without writing to it: every cell must be written before Python sees it.
template <class T>
nb::ndarray<nb::numpy, T> blank(std::initializer_list<std::size_t> shape) {
    std::size_t count = 1;
    for (std::size_t extent : shape) count *= extent;
    std::unique_ptr<T[]> data(new T[count]);
    T* raw = data.get();
    in_large_pages(raw, count * sizeof(T));
    nb::capsule owner(raw, [](void* p) noexcept { delete[] static_cast<T*>(p); });
    data.release();
    return nb::ndarray<nb::numpy, T>(raw, shape, owner);
}

}  // namespace docbin::python
