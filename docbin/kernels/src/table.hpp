// The table of kernels that every instruction set fills; plain pointers and sizes only.
#pragma once
#include "contour_fit_table.hpp"
#include "extremes_table.hpp"
#include "local_table.hpp"
#include "masked_windows_table.hpp"
#include "net_table.hpp"
#include "scoring_table.hpp"
#include "wiener_table.hpp"

#include <cstddef>
#include <cstdint>

namespace docbin {

// From so many pixels on a histogram is quicker by pairs of neighbours.
constexpr std::size_t HISTOGRAM_BY_PAIRS = std::size_t{1} << 19;
// Two tables of pairs. Those of a page are near each other in each, a line of 256 after the other: so that the
// nearest cache holds those of both, the second does not begin where lines of the first do.
constexpr std::size_t ODD_PAIRS = 65536 + 192;
constexpr std::size_t PAIR_CELLS = ODD_PAIRS + 65536;
// Before more pixels are counted, pairs must be summed.
constexpr std::size_t MOST_BY_PAIRS = std::size_t{1} << 31;

struct Kernels {
    const char* name;
    // Counts in `pairs`, PAIR_CELLS of them, what makes pairs, the rest in `bins`; without pairs all there.
    void (*histogram)(const std::uint8_t* gray, std::size_t count, std::uint32_t* pairs, std::int64_t* bins);
    // Adds to `bins` what is counted in `pairs`.
    void (*sum_pairs)(const std::uint32_t* pairs, std::int64_t* bins);
    void (*rgb_to_gray)(const std::uint8_t* rgb, std::size_t count, std::uint8_t* gray);
    void (*threshold_row)(const std::uint8_t* gray, std::size_t width, std::uint8_t level, std::uint8_t* bits);
    double (*fading_sums)(const std::uint8_t* row, std::size_t y, std::size_t width, double fade, double g,
                          double* sums);
    void (*mean_bits)(const std::uint8_t* gray, const double* sums, const double* above, double share,
                      std::size_t width, std::uint8_t* ink, std::uint8_t* bits);
    void (*chamfer)(const std::uint8_t* ink, std::size_t height, std::size_t width, const std::uint16_t* blank,
                    std::uint16_t* distance);
    void (*ridge_widths)(const std::uint16_t* distance, std::size_t height, std::size_t width,
                         const std::uint16_t* blank, std::size_t bins, std::int64_t* counts);
    void (*contrast_row)(const std::uint8_t* gray, const double* sums, const double* squares, std::size_t width,
                         std::size_t rows, std::size_t reach, double least, std::uint8_t* row);
    void (*doubled_row)(const std::uint8_t* const* rows, std::size_t width, std::int16_t* column, std::uint8_t* out);
    ScoringKernels scoring;
    ExtremesKernels extremes;
    FitKernels fit;
    LocalKernels local;
    MarkedKernels marked;
    WienerKernels wiener;
    NetKernels net;
};

const Kernels& chosen_kernels();  // dispatch.cpp

}  // namespace docbin
