// What look-ups reach in registers alone, and products in their innermost loop, for timings.

#if defined(DOCBIN_PERMUTE)
static std::size_t look_up_peak(std::size_t rounds, std::uint8_t* result) {
    const __m512i factors = _mm512_set1_epi32(0x02020202);
    __m512i table = _mm512_loadu_si512(result), index[4], sums[8];
    times<4>([&](auto i) DOCBIN_INLINED { index[i] = _mm512_loadu_si512(result + 64 * i); });
    times<8>([&](auto i) DOCBIN_INLINED { sums[i] = table; });
    for (std::size_t round = 0; round < rounds; ++round) {
        in_order(table);
        times<8>([&](auto i) DOCBIN_INLINED {
            sums[i] = _mm512_dpbusd_epi32(sums[i], _mm512_permutexvar_epi8(index[i % 4], table), factors);
            in_order(sums[i]);
        });
    }
    times<8>([&](auto i) DOCBIN_INLINED { _mm512_storeu_si512(result + 64 * (i % 4), sums[i]); });
    return rounds * 8 * 256;
}
#else
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
#endif

// A few pixels and eight times PRODUCTS channels over and over, in the nearest cache.
static std::size_t product_peak(std::size_t rounds, std::uint8_t* result) {
    constexpr std::size_t LINE = 16 * PRODUCTS, P = WIDE_SUMS ? 12 : 4;
    alignas(64) ProductCode codes[P * 8 * PRODUCTS];
    alignas(64) ProductWeight weights[8 * LINE];
    for (std::size_t i = 0; i < P * 8 * PRODUCTS; ++i) codes[i] = result[i % 256];
    for (std::size_t i = 0; i < 8 * LINE; ++i) weights[i] = static_cast<ProductWeight>(result[i % 256]);
    Sums sums[P];
    times<P>([&](auto p) DOCBIN_INLINED { sums[p] = no_sums(); });
    for (std::size_t round = 0; round < rounds; ++round)
        for (std::size_t k = 0; k < 8; ++k) {
            times<P>([&](auto p) DOCBIN_INLINED { add_products<true>(sums[p], codes + (8 * p + k) * PRODUCTS, weights + LINE * k); });
            times<P>([&](auto p) DOCBIN_INLINED { in_order(sums[p]); });
        }
    std::int32_t whole[16];
    times<P>([&](auto p) DOCBIN_INLINED {
        store_sums(whole, sums[p]);
        std::memcpy(result + 64 * (p % 4), whole, sizeof whole);
    });
    return rounds * 8 * P * LINE;
}
