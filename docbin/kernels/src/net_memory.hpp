// Memory aligned for vectors of any instruction set, zeroed, freed by itself.
#pragma once
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>

namespace docbin::net {

constexpr std::size_t ALIGNMENT = 64;

constexpr std::size_t aligned(std::size_t bytes) { return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

struct FreeBlock {
    void operator()(unsigned char* block) const noexcept { ::operator delete(block, std::align_val_t{ALIGNMENT}); }
};

using Block = std::unique_ptr<unsigned char, FreeBlock>;

inline Block make_block(std::size_t bytes) {
    Block block(static_cast<unsigned char*>(::operator new(aligned(bytes + 1), std::align_val_t{ALIGNMENT})));
    std::memset(block.get(), 0, aligned(bytes + 1));
    return block;
}

}  // namespace docbin::net
