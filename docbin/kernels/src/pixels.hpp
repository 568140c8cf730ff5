// Per-pixel kernels. Included once per instruction set, inside its namespace: no header of the
// standard library may be used here, or the linker could pick code of the wrong instruction set.

#if defined(__AVX2__)
// Eight grays as whole numbers, from 28 bytes. The weight of green is beyond 16 bits with a sign: half of
// it goes with red, half with blue.
static inline __m256i eight_grays(const std::uint8_t* rgb) {
    const __m256i red_green = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, -1, 1, -1, 3, -1, 4, -1, 6, -1, 7, -1, 9, -1, 10, -1));
    const __m256i green_blue = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(1, -1, 2, -1, 4, -1, 5, -1, 7, -1, 8, -1, 10, -1, 11, -1));
    __m256i bytes = _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(rgb))),
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(rgb + 12)), 1);
    __m256i with_red = _mm256_madd_epi16(_mm256_shuffle_epi8(bytes, red_green), _mm256_set1_epi32(19235 << 16 | 19595));
    __m256i with_blue = _mm256_madd_epi16(_mm256_shuffle_epi8(bytes, green_blue), _mm256_set1_epi32(7471 << 16 | 19235));
    __m256i sum = _mm256_add_epi32(_mm256_add_epi32(with_red, with_blue), _mm256_set1_epi32(32768));
    return _mm256_srli_epi32(sum, 16);
}
#endif

static void rgb_to_gray(const std::uint8_t* rgb, std::size_t count, std::uint8_t* gray) {
    std::size_t i = 0;
#if defined(__AVX2__)
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    for (; i + 34 <= count; i += 32) {  // the last load reaches into the 34th pixel
        const std::uint8_t* p = rgb + 3 * i;
        __m256i first = _mm256_packus_epi32(eight_grays(p), eight_grays(p + 24));
        __m256i second = _mm256_packus_epi32(eight_grays(p + 48), eight_grays(p + 72));
        __m256i all = _mm256_permutevar8x32_epi32(_mm256_packus_epi16(first, second), order);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(gray + i), all);
    }
#endif
    for (; i < count; ++i) {
        const std::uint8_t* p = rgb + 3 * i;
        gray[i] = static_cast<std::uint8_t>((19595u * p[0] + 38470u * p[1] + 7471u * p[2] + 32768u) >> 16);
    }
}

// Bits of gray <= level, the first pixel of a byte highest.
static void threshold_row(const std::uint8_t* gray, std::size_t width, std::uint8_t level, std::uint8_t* bits) {
    std::size_t x = 0;
#if defined(__AVX2__)
    const __m256i most = _mm256_set1_epi8(static_cast<char>(level));
    const __m256i turn = _mm256_broadcastsi128_si256(_mm_setr_epi8(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8));
    for (; x + 32 <= width; x += 32) {
        __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(gray + x));
        __m256i ink = _mm256_shuffle_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(v, most), v), turn);
        int four = _mm256_movemask_epi8(ink);
        std::memcpy(bits + x / 8, &four, 4);
    }
#elif defined(__aarch64__) && defined(__ARM_NEON)
    const std::uint8_t places[16] = {128, 64, 32, 16, 8, 4, 2, 1, 128, 64, 32, 16, 8, 4, 2, 1};
    for (; x + 16 <= width; x += 16) {
        uint8x16_t ink = vandq_u8(vcleq_u8(vld1q_u8(gray + x), vdupq_n_u8(level)), vld1q_u8(places));
        bits[x / 8] = vaddv_u8(vget_low_u8(ink));
        bits[x / 8 + 1] = vaddv_u8(vget_high_u8(ink));
    }
#endif
    for (; x < width; x += 8) {
        unsigned byte = 0;
        for (std::size_t i = x; i < x + 8; ++i) byte = 2 * byte + (i < width && gray[i] <= level);
        bits[x / 8] = static_cast<std::uint8_t>(byte);
    }
}

static void add_each(const std::uint8_t* gray, std::size_t count, std::int64_t* bins) {
    // Four tables: equal neighbours would otherwise wait for each other's store.
    std::uint32_t part[4][256] = {};
    std::size_t i = 0;
    for (; i + 4 <= count; i += 4)
        for (int k = 0; k < 4; ++k) ++part[k][gray[i + k]];
    for (int v = 0; v < 256; ++v)
        for (int k = 0; k < 4; ++k) bins[v] += part[k][v];
    for (; i < count; ++i) ++bins[gray[i]];
}

// Pairs of neighbours, two tables in turn: half as many counts as pixels, and those of a page, whose neighbours
// are alike, stay in the nearest cache. `count` is a multiple of 8.
static void count_pairs(const std::uint8_t* gray, std::size_t count, std::uint32_t* pairs) {
    std::uint32_t *even = pairs, *odd = pairs + ODD_PAIRS;
    for (std::size_t i = 0; i < count; i += 8) {
        std::uint64_t eight;
        std::memcpy(&eight, gray + i, 8);
        ++even[eight & 65535];
        ++odd[eight >> 16 & 65535];
        ++even[eight >> 32 & 65535];
        ++odd[eight >> 48];
    }
}

static void sum_pairs(const std::uint32_t* pairs, std::int64_t* bins) {
    const std::uint32_t *even = pairs, *odd = pairs + ODD_PAIRS;
    std::uint32_t lows[256] = {};
    for (std::size_t high = 0; high < 256; ++high) {
        std::uint32_t highs = 0;
        for (std::size_t low = 0; low < 256; ++low) {
            std::uint32_t both = even[256 * high + low] + odd[256 * high + low];
            highs += both;
            lows[low] += both;
        }
        bins[high] += highs;
    }
    for (std::size_t low = 0; low < 256; ++low) bins[low] += lows[low];
}

static void histogram(const std::uint8_t* gray, std::size_t count, std::uint32_t* pairs, std::int64_t* bins) {
    const std::size_t paired = pairs ? count / 8 * 8 : 0;
    if (paired > 0) count_pairs(gray, paired, pairs);
    add_each(gray + paired, count - paired, bins);
}
