// Packed networks over rows.
#pragma once
#include "net_network.hpp"
#include "rows.hpp"

namespace docbin::edge {

// Refuses a network that gives no mask. Throws net::NetError.
void check_mask(const net::Network& network);

// Writes every row of `bits`. Throws net::NetError, std::bad_alloc, and what `rows` throws.
void binarize(const net::Network& network, const Rows& rows, int threads, Bits bits);

}  // namespace docbin::edge
