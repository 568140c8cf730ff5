// Memory aligned for vectors of any instruction set, freed by itself.
#pragma once
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace docbin::net {

constexpr std::size_t ALIGNMENT = 64;

constexpr std::size_t aligned(std::size_t bytes) { return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

constexpr std::size_t HUGE_PAGE = std::size_t{2} << 20;

struct FreeBlock {
    std::size_t alignment = ALIGNMENT;
    void operator()(unsigned char* block) const noexcept { ::operator delete(block, std::align_val_t{alignment}); }
};

using Block = std::unique_ptr<unsigned char, FreeBlock>;

// Not written to: large blocks cost their pages only when these are used, and whole huge pages where the
// system has them, which takes a hundredth of the time.
inline Block raw_block(std::size_t bytes) {
    std::size_t whole = bytes < HUGE_PAGE ? aligned(bytes + 1) : (bytes + HUGE_PAGE) / HUGE_PAGE * HUGE_PAGE;
    std::size_t alignment = bytes < HUGE_PAGE ? ALIGNMENT : HUGE_PAGE;
    Block block(static_cast<unsigned char*>(::operator new(whole, std::align_val_t{alignment})), FreeBlock{alignment});
#if defined(__linux__)
    if (bytes >= HUGE_PAGE) madvise(block.get(), whole, MADV_HUGEPAGE);
#endif
    return block;
}

// Zeroed.
inline Block make_block(std::size_t bytes) {
    Block block = raw_block(bytes);
    std::memset(block.get(), 0, bytes);
    return block;
}

}  // namespace docbin::net
