"""Howe's Laplacian energy with its automatic choice of parameters."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

from docbin.citation import Citation
from docbin.image import Gray, Mask, Packed, as_gray, unpack
from docbin.ops.laplacian import LaplacianEnergy
from docbin.ops.parameters import choice, number
from docbin.ops.stable_cut import CANDIDATES, StableCut, most_stable
from docbin.ops.window import Window, checked, in_pixels


@dataclass(frozen=True, slots=True)
class Howe:
    """The labels of least energy: curvature says ink or paper, changes cost unless at an edge.

    With the Laplacian ∇²I, positive inside dark strokes, the mask B minimises exactly, by a
    minimum cut, the energy

        E(B) = Σ (−∇²I where ink, ∇²I where paper) + c · (neighbours of different labels that no
        edge divides);

    ink where a pixel is brighter than the local mean by two standard deviations costs ``phi``. The
    edges are Canny's with the thresholds ``t_hi`` and ``t_lo``, relative to the page's strongest
    one; an edge pixel divides itself from its brighter neighbours, so that it belongs to the
    ink. Of several minima the one with the least ink is returned.

    The two parameters that matter are chosen for each page by stability: for every candidate of
    ``t_hi`` the c in the deepest valley between two peaks of the change from one candidate to
    the next (Algorithm 1 of the paper); then, of the masks so found, the first of the two
    consecutive ones that differ least (Algorithm 2). `tuned` returns what was chosen.

    Four points are decided here: masks are compared by |A xor B| over the mean of their ink, the
    curve is smoothed by (1, 2, 1) / 4, the local mean is over a square window, and a few edges far
    stronger than all others do not count as the strongest (`docbin.ops.edges.edge_strengths`):
    else a frame or a scratch hides faint writing, and so does a scanner's black border.

    The paper itself could not be had: ``phi``, the r = 20 of the window, ``t_lo``, ``sigma_e`` and
    the rule of the valley in Algorithm 1 come from a public port of its program.

    Parameters
    ----------
    c
        Cost of neighbours that differ, 1 to 30000; 0: chosen for the page.
    t_hi
        High threshold of the edges, up to 1; 0: chosen for the page.
    t_lo
        Low threshold of the edges.
    sigma_e
        Smoothing before the edges are found, in pixels.
    phi
        Cost of ink where a pixel outshines its surroundings.
    window
        Side of those surroundings in pixels (odd; even rounds up), or a length such as ``"3mm"``:
        2 r + 1 with the paper's r = 20.
    search
        ``"full"``: the paper's 33 candidates of c from 20 to 5120 for each of 11 candidates of
        t_hi from 0.15 to 0.65. ``"quick"``: 11 from 40 to 1280 for each of 5 from 0.2 to 0.6; on
        the training pages the masks are as good.
    sample
        About how many pixels of a larger page the choice looks at, in tiles of 256 × 256 from all
        over it; the mask itself is always one of the whole page. 0: all pixels.

    References
    ----------
    Howe 2013, doi:10.1007/s10032-012-0192-x; minimum cut: Boykov and Kolmogorov 2004,
    doi:10.1109/TPAMI.2004.60

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((60, 80), 220, np.uint8)
    >>> page[20:30, 10:60] = 40
    >>> int(Howe()(page).sum())
    500
    """

    c: int = 0
    t_hi: float = 0.0
    t_lo: float = 0.1
    sigma_e: float = 0.6
    phi: int = 500
    window: Window = 41
    search: str = "quick"
    sample: int = 2_000_000

    kind: ClassVar[str] = "structural"
    choices: ClassVar[dict[str, tuple[str, ...]]] = {"search": tuple(CANDIDATES)}
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="howe2013",
        authors="Howe, Nicholas R.",
        title="Document binarization with automatic parameter tuning",
        venue="International Journal on Document Analysis and Recognition",
        year=2013,
        doi="10.1007/s10032-012-0192-x",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        number("c", self.c, 0, 30_000, whole=True)
        number("t_hi", self.t_hi, 0, 1)
        number("t_lo", self.t_lo, 0, 1)
        number("sigma_e", self.sigma_e, 0.1, 50)
        number("phi", self.phi, 0, 1_000_000, whole=True)
        checked("window", self.window)
        choice("search", self.search, self.choices["search"])
        number("sample", self.sample, 0, 1 << 40, whole=True)

    def at(self, dpi: float | None) -> Howe:
        """Return the method with its window in pixels."""
        return dataclasses.replace(self, window=in_pixels(self.window, dpi))

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        return unpack(self._chosen(gray)[1], gray.shape[1])

    def tuned(self, image: Any) -> Howe:
        """Return the method with the ``c`` and ``t_hi`` that it chooses for a page."""
        return self._chosen(as_gray(image))[0]

    def _chosen(self, gray: Gray) -> tuple[Howe, Packed]:
        """Return the method with its choice, and the mask."""
        radius = in_pixels(self.window, None) // 2
        energy = LaplacianEnergy.of(gray, sigma=self.sigma_e, radius=radius, phi=self.phi)
        sample = energy.sample(self.sample) if self.sample else energy
        cut = self._most_stable(sample)
        mask = cut.mask
        if sample is not energy:
            mask = energy.masks(cut.high, self.t_lo, (cut.cost,))[0]
        return dataclasses.replace(self, c=cut.cost, t_hi=cut.high), mask

    def _most_stable(self, energy: LaplacianEnergy) -> StableCut:
        """Return the candidates whose mask changes least, and the mask."""
        costs, highs = CANDIDATES[self.search]
        levels = (self.c,) if self.c else costs
        highs = (float(self.t_hi),) if self.t_hi else highs
        return most_stable(energy, levels, highs, self.t_lo)
