// What look-ups and products reach in registers alone, for timings.

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

static std::size_t product_peak(std::size_t rounds, std::uint8_t* result) {
    Sums sums[4];
    std::int16_t numbers[34];
    for (std::size_t i = 0; i < 34; ++i) numbers[i] = result[i];
    times<4>([&](auto i) DOCBIN_INLINED { sums[i] = no_sums(); });
    for (std::size_t round = 0; round < rounds; ++round)
        times<4>([&](auto i) DOCBIN_INLINED {
            add_products<true>(sums[i], numbers, numbers + 2);
            in_order(sums[i]);
        });
    std::int32_t whole[16];
    times<4>([&](auto i) DOCBIN_INLINED {
        store_sums(whole, sums[i]);
        std::memcpy(result + 64 * i, whole, sizeof whole);
    });
    return rounds * 4 * 32;
}
