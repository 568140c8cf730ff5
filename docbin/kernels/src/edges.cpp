// The Python face of edges and curvature: checks first, pointers afterwards.
#include "edges.hpp"

#include "edge_peaks.hpp"
#include "edge_snap.hpp"
#include "ink_terminals.hpp"
#include "python_arrays.hpp"
#include "row_bands.hpp"

#include <stdexcept>

namespace docbin {

using namespace python;

static void bind_terminals(nb::module_& m) {
    m.def("ink_terminals", [](Plane<std::uint8_t> gray, std::size_t radius, std::int32_t phi, int threads) {
        if (radius < 1 || radius > 1000) throw std::invalid_argument("radius must be from 1 to 1000");
        if (phi < 0 || phi > 1000000) throw std::invalid_argument("phi must be from 0 to 1000000");
        std::size_t height = gray.shape(0), width = gray.shape(1);
        auto terminals = blank<std::int32_t>({height, width});
        if (height && width) {
            nb::gil_scoped_release release;
            // A band starts with a window of rows that give no result.
            for_row_bands(0, height, threads, 64 + 4 * radius, [&](std::size_t top, std::size_t bottom) {
                InkTerminals(gray.data(), height, width, radius, phi).write(top, bottom, terminals.data());
            });
        }
        return terminals;
    }, nb::arg("gray"), nb::arg("radius"), nb::arg("phi"), nb::arg("threads") = 1);
}

static void bind_snap(nb::module_& m) {
    m.def("snap_edges", [](Plane<std::uint8_t> gray, Plane<std::uint8_t> ink, Row<float> taps, float least,
                           int threads) {
        if (taps.shape(0) == 0) throw std::invalid_argument("taps must not be empty");
        std::size_t height = gray.shape(0), width = gray.shape(1);
        if (ink.shape(0) != height || ink.shape(1) != width)
            throw std::invalid_argument("gray and ink must have the same shape");
        auto out = blank<std::uint8_t>({height, width});
        if (height && width) {
            nb::gil_scoped_release release;
            for_row_bands(0, height, threads, 64, [&](std::size_t top, std::size_t bottom) {
                EdgeSnap(gray.data(), ink.data(), height, width, taps.data(), taps.shape(0) - 1, least)
                    .write(top, bottom, out.data());
            });
        }
        return out;
    }, nb::arg("gray"), nb::arg("ink"), nb::arg("taps"), nb::arg("least"), nb::arg("threads") = 1);
}

void bind_edges(nb::module_& m) {
    bind_terminals(m);
    bind_snap(m);
    m.def("edge_peaks", [](Plane<std::uint8_t> gray, Row<float> taps, int threads) {
        if (taps.shape(0) == 0) throw std::invalid_argument("taps must not be empty");
        std::size_t height = gray.shape(0), width = gray.shape(1);
        auto peaks = blank<float>({height, width});
        if (height && width) {
            nb::gil_scoped_release release;
            for_row_bands(0, height, threads, 64, [&](std::size_t top, std::size_t bottom) {
                EdgePeaks(gray.data(), height, width, taps.data(), taps.shape(0) - 1).write(top, bottom, peaks.data());
            });
        }
        return peaks;
    }, nb::arg("gray"), nb::arg("taps"), nb::arg("threads") = 1);
}

}  // namespace docbin
