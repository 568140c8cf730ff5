// What look-ups reach in registers alone, and products in their innermost loop, for timings.

// Multiplications done in `rounds`; the result keeps compilers from leaving them out.
static std::size_t look_up_peak(std::size_t rounds, std::uint8_t* result) {
    Bytes table = load_bytes(result), index[4], sums[8];
    times<4>([&](auto i) DOCBIN_INLINED { index[i] = load_bytes(result + LANES * i); });
    times<8>([&](auto i) DOCBIN_INLINED { sums[i] = table; });
    for (std::size_t round = 0; round < rounds; ++round) {
        in_order(table);
        times<8>([&](auto i) DOCBIN_INLINED {
            sums[i] = sums[i] + look_up(table, index[i % 4]);
            in_order(sums[i]);
        });
    }
    times<8>([&](auto i) DOCBIN_INLINED { store_bytes(result + LANES * i, sums[i]); });
    return rounds * 8 * LANES * 4;
}

// Four pixels and eight pairs of channels over and over, in the nearest cache.
static std::size_t product_peak(std::size_t rounds, std::uint8_t* result) {
    alignas(64) std::int16_t codes[64], weights[8 * 32];
    for (std::size_t i = 0; i < 64; ++i) codes[i] = result[i];
    for (std::size_t i = 0; i < 8 * 32; ++i) weights[i] = result[i];
    Sums sums[4];
    times<4>([&](auto p) DOCBIN_INLINED { sums[p] = no_sums(); });
    for (std::size_t round = 0; round < rounds; ++round)
        for (std::size_t k = 0; k < 8; ++k) {
            times<4>([&](auto p) DOCBIN_INLINED { add_products<true>(sums[p], codes + 16 * p + 2 * k, weights + 32 * k); });
            times<4>([&](auto p) DOCBIN_INLINED { in_order(sums[p]); });
        }
    std::int32_t whole[16];
    times<4>([&](auto p) DOCBIN_INLINED {
        store_sums(whole, sums[p]);
        std::memcpy(result + 64 * p, whole, sizeof whole);
    });
    return rounds * 8 * 4 * 32;
}
