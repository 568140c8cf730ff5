// The Python face of the weight maps: checks first, pointers afterwards.
#include "pseudo_weights.hpp"
#include "python_arrays.hpp"
#include "scoring.hpp"

#include <stdexcept>

namespace docbin {

using namespace python;

void bind_weights(nb::module_& m) {
    using Mask = nb::ndarray<const bool, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
    m.def("pseudo_weights", [](Mask truth) {
        std::size_t height = truth.shape(0), width = truth.shape(1);
        if (!height || !width) throw std::invalid_argument("the truth has no pixels");
        auto ink_distance = blank<std::uint8_t>({height, width});
        auto ink_norm = blank<std::uint16_t>({height, width});
        auto paper_distance = blank<std::uint8_t>({height, width});
        auto paper_norm = blank<std::uint8_t>({height, width});
        {
            nb::gil_scoped_release release;
            PseudoWeights weights(reinterpret_cast<const std::uint8_t*>(truth.data()), height, width);
            weights.ink(ink_distance.data(), ink_norm.data());
            weights.paper(paper_distance.data(), paper_norm.data());
        }
        return nb::make_tuple(ink_distance, ink_norm, paper_distance, paper_norm);
    }, nb::arg("truth"));
}

}  // namespace docbin
