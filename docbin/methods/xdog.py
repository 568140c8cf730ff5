"""XDoG: a sharpened page against one level."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.citation import Citation
from docbin.errors import UsageError
from docbin.image import Gray, Mask, Packed, as_gray, unpack
from docbin.ops.parameters import number
from docbin.ops.window import checked, distance


@dataclass(frozen=True, slots=True)
class XDoG:
    """Extended difference of Gaussians as a binarizer (Winnemöller, Kyprianidis and Olsen 2012).

    S = (1 + p) G_σ − p G_kσ of the page scaled to 0 … 1 (the paper's equation 7) is put through
    the soft threshold 1 + tanh(φ (S − ε)) where S < ε, else 1 (equation 5). Ink is what comes out
    darker than 1/2, that is S < ε − artanh(1/2) / φ. The Gaussians reach 3 σ, page edges are
    repeated; a page of one single value is blank. The flow-based variant is not part: it bends
    strokes along the edge flow, to draw and not to read.

    The defaults are those of the Doxa library. It cuts both blurred pages to whole gray values,
    an error that p enlarges: about 1 % of the pixels differ (``python -m benchmarks.agreement``),
    and none if ours are cut as well.

    Parameters
    ----------
    sigma
        σ, deviation of the inner Gaussian in pixels, or a length such as ``"0.1mm"``.
    k
        Ratio of the outer to the inner deviation; the paper mostly takes 1.6.
    p
        Strength of the sharpening, about 20 in the paper.
    epsilon
        Level ε, 0 black to 1 white.
    phi
        Steepness φ of the soft threshold.

    References
    ----------
    Winnemöller, Kyprianidis and Olsen 2012, doi:10.1016/j.cag.2012.03.004

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = 30
    >>> int(XDoG()(page).sum())
    62
    """

    sigma: float | str = 1.0
    k: float = 1.8
    p: float = 35.0
    epsilon: float = 0.2
    phi: float = 10.0

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 2
    citation: ClassVar[Citation] = Citation(
        key="winnemoeller2012",
        authors="Winnemöller, Holger and Kyprianidis, Jan Eric and Olsen, Sven C.",
        title="XDoG: An eXtended difference-of-Gaussians compendium including advanced image "
        "stylization",
        venue="Computers & Graphics",
        year=2012,
        doi="10.1016/j.cag.2012.03.004",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        if isinstance(self.sigma, str):
            checked("sigma", self.sigma)
        else:
            number("sigma", self.sigma, 0.1, 1000)
        number("k", self.k, 1, 100)
        number("p", self.p, 0, 10_000)
        number("epsilon", self.epsilon, 0, 1)
        number("phi", self.phi, 1e-6)
        if self.level() <= 0:
            raise UsageError(
                f"epsilon {self.epsilon:g} with phi {self.phi:g} makes nothing ink; give an "
                f"epsilon over {math.atanh(0.5) / self.phi:.3g}"
            )

    def at(self, dpi: float | None) -> XDoG:
        """Return the method with its deviation in pixels."""
        return dataclasses.replace(self, sigma=self._sigma(dpi))

    @property
    def halo(self) -> int:
        """Rows that the outer Gaussian reaches up and down."""
        return math.ceil(3 * self.k * self._sigma(None))

    def level(self) -> float:
        """Return the level that S is compared with, on the scale 0 to 255."""
        return 255 * (self.epsilon - math.atanh(0.5) / self.phi)

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        rows = slice(0, gray.shape[0])
        return unpack(self.packed(gray, rows, self.survey(gray, rows)), gray.shape[1])

    def survey(self, block: Gray, keep: slice) -> tuple[int, int]:
        """Darkest and lightest value of the rows: a page of one value is blank."""
        return int(block[keep].min()), int(block[keep].max())

    def merge(self, first: Any, second: Any) -> Any:
        """Return the extremes of two sets of rows."""
        return min(first[0], second[0]), max(first[1], second[1])

    def packed(self, block: Gray, keep: slice, survey: Any = None) -> Packed:
        """Binarize the rows ``keep`` of a block: bits, MSB first, 1 = ink."""
        darkest, lightest = survey
        if darkest == lightest:
            return np.zeros((keep.stop - keep.start, (block.shape[1] + 7) // 8), np.uint8)
        sigma = self._sigma(None)
        bits: Packed = kernels.gaussians_bits(
            block,
            _taps(sigma),
            _taps(self.k * sigma),
            self.p,
            self.level(),
            top=keep.start,
            bottom=keep.stop,
            threads=kernels.threads(),
        )
        return bits

    def _sigma(self, dpi: float | None) -> float:
        """Return the inner deviation in pixels."""
        return distance(self.sigma, dpi) if isinstance(self.sigma, str) else float(self.sigma)


def _taps(sigma: float) -> npt.NDArray[np.float32]:
    """Return the weights of a Gaussian from its centre to 3 σ, their sum over both sides 1."""
    weights = np.exp(-(np.arange(math.ceil(3 * sigma) + 1) ** 2) / (2 * sigma**2))
    return np.asarray(weights / (2 * weights.sum() - weights[0]), np.float32)
