// The Python face of the kernels: every shape and dtype is checked before a pointer is used.
#include "backgrounds_binding.hpp"
#include "coding.hpp"
#include "contour_fit_binding.hpp"
#include "decoding.hpp"
#include "edges.hpp"
#include "grid_cuts.hpp"
#include "histogram_part.hpp"
#include "masked_windows_binding.hpp"
#include "regional.hpp"
#include "row_bands.hpp"
#include "scoring.hpp"
#include "local_binding.hpp"
#include "mixtures.hpp"
#include "moving_average.hpp"
#include "net_binding.hpp"
#include "packed_binding.hpp"
#include "python_arrays.hpp"
#include "structural.hpp"
#include "table.hpp"
#include "window_extremes.hpp"

#include <mutex>
#include <stdexcept>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

namespace nb = nanobind;
using docbin::chosen_kernels;

using Gray = nb::ndarray<const std::uint8_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Rgb = nb::ndarray<const std::uint8_t, nb::shape<-1, -1, 3>, nb::c_contig, nb::device::cpu>;

// Pixels that are worth a band of their own.
constexpr std::size_t LEAST_COUNTED = std::size_t{1} << 17;

NB_MODULE(_kernels, m) {
    m.doc() = "docbin's C++ kernels; docbin.kernels.reference defines each of them";
    m.def("instruction_set", [] { return chosen_kernels().name; });
    m.def("rgb_to_gray", [](Rgb rgb) {
        auto gray = docbin::python::blank<std::uint8_t>({rgb.shape(0), rgb.shape(1)});
        {
            nb::gil_scoped_release release;
            chosen_kernels().rgb_to_gray(rgb.data(), rgb.shape(0) * rgb.shape(1), gray.data());
        }
        return gray;
    }, nb::arg("rgb"));
    m.def("histogram", [](Gray gray, int threads) {
        auto bins = docbin::python::zeros<std::int64_t>({256});
        {
            nb::gil_scoped_release release;
            std::mutex adding;
            // Counts add up to the same whatever the order.
            docbin::for_row_bands_from(0, gray.size(), threads, LEAST_COUNTED, [&] {
                bool by_pairs = gray.size() >= docbin::HISTOGRAM_BY_PAIRS;
                return [part = docbin::HistogramPart(bins.data(), adding, by_pairs),
                        &gray](std::size_t first, std::size_t last) mutable {
                    part.count(gray.data() + first, last - first);
                };
            });
        }
        return bins;
    }, nb::arg("gray"), nb::arg("threads") = 1);
    docbin::bind_backgrounds(m);
    m.def("threshold_bits", [](Gray gray, int level, int threads) {
        if (level < -1 || level > 255) throw std::invalid_argument("level must be from -1 to 255");
        std::size_t width = gray.shape(1), bytes = (width + 7) / 8;
        if (level < 0) return docbin::python::zeros<std::uint8_t>({gray.shape(0), bytes});
        auto bits = docbin::python::blank<std::uint8_t>({gray.shape(0), bytes});
        nb::gil_scoped_release release;
        docbin::for_row_bands(0, gray.shape(0), threads, 256, [&](std::size_t top, std::size_t bottom) {
            for (std::size_t y = top; y < bottom; ++y)
                chosen_kernels().threshold_row(gray.data() + y * width, width, static_cast<std::uint8_t>(level),
                                               bits.data() + y * bytes);
        });
        return bits;
    }, nb::arg("gray"), nb::arg("level"), nb::arg("threads") = 1);
    docbin::bind_coding(m);
    docbin::bind_contour_fit(m);
    docbin::bind_decoding(m);
    docbin::bind_scoring(m);
    docbin::bind_local(m);
    docbin::bind_mixtures(m);
    docbin::bind_moving_average(m);
    docbin::bind_net(m);
    docbin::bind_packed_conv(m);
    docbin::bind_packed_rows(m);
    docbin::bind_structural(m);
    docbin::bind_extremes(m);
    docbin::bind_edges(m);
    docbin::bind_grid_cuts(m);
    docbin::bind_masked_windows(m);
    docbin::bind_regional(m);
    docbin::bind_weights(m);
}
