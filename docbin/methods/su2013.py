"""Su, Lu and Tan's method with adaptive contrast and Canny's edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Gray, Mask, as_gray
from docbin.methods.contrast_level import high_contrast
from docbin.methods.su import near_edges
from docbin.ops.edges import edge_strengths, edges
from docbin.ops.parameters import number


@dataclass(frozen=True, slots=True)
class Su2013:
    """Stroke edges by contrast and gradient in a mixture that suits the page (Su et al. 2013).

    Four steps: (1) the adaptive contrast of 3×3 pixels

        C = α (max − min) / (max + min + ε) + (1 − α) (max − min) / 255,   α = (σ / 128)^γ,

    σ being the deviation of the page: contrast where the page varies, gradient where it is even;
    (2) stroke edges are pixels of Canny's edges where C is above its Otsu threshold; (3) a pixel is
    ink if there are at least N_min edge pixels in its window and it is not brighter than their
    mean plus half their deviation, with the window and N_min from the stroke width (see
    `docbin.methods.su.Su`); (4) edges end up between the classes: where the two pixels beside an
    edge pixel have the same label, the darker becomes ink and the lighter paper; edge pixels that
    hang together with no other are left out of this. Then single pixels that stick out of a
    stroke or are missing at its side are mended.

    Black around the page, as of a scanner's border, has no say in (2)
    (`docbin.methods.contrast_level`).

    The paper's text could not be had in full; the steps follow descriptions of its formulas and
    algorithms by others. Points decided here, on the training pages: Canny's thresholds, which
    those do not give; a window of three stroke widths and an N_min of one and a half, where they
    have two and one; and in (4) the two pixels across the edge alone, of those above and below and
    those left and right, since along an edge both always have the same label.

    Parameters
    ----------
    gamma
        Power γ that turns the deviation of the page into the share of contrast.
    reach
        Side of the window in stroke widths.
    least
        N_min in stroke widths.
    sigma
        Smoothing before Canny's edges are found, in pixels.
    high, low
        Canny's thresholds, relative to the page's strongest edge.

    References
    ----------
    Su, Lu and Tan 2013, doi:10.1109/TIP.2012.2231089

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:30, 20:26] = 30
    >>> int(Su2013()(page).sum())
    120
    """

    gamma: float = 1.0
    reach: float = 3.0
    least: float = 1.5
    sigma: float = 1.0
    high: float = 0.3
    low: float = 0.12

    kind: ClassVar[str] = "structural"
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="su2013",
        authors="Su, Bolan and Lu, Shijian and Tan, Chew Lim",
        title="Robust Document Image Binarization Technique for Degraded Document Images",
        venue="IEEE Transactions on Image Processing",
        year=2013,
        doi="10.1109/TIP.2012.2231089",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        number("gamma", self.gamma, 0, 100)
        number("reach", self.reach, 0.1, 100)
        number("least", self.least, 0, 1000)
        number("sigma", self.sigma, 0.1, 50)
        number("high", self.high, 0, 1)
        number("low", self.low, 0, 1)

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        edge = self.edges(gray)
        ink = near_edges(gray, edge, self.reach, self.least)
        return _without_spurs(_sided(gray, ink, _joined(edge)))

    def edges(self, gray: Gray) -> Mask:
        """Return the stroke edges, bool (H, W)."""
        contrast = self.contrast(gray)
        high = high_contrast(gray, contrast)
        return high & edges(edge_strengths(gray, self.sigma), self.high, self.low)

    def contrast(self, gray: Gray) -> Gray:
        """Return the adaptive contrast, uint8 (H, W), 255 for 1."""
        low, high = kernels.local_extremes(gray, 3, kernels.threads())
        gap = high - low
        share = (float(gray.std()) / 128) ** self.gamma
        contrast = kernels.contrast_map(gray, 3, kernels.threads())
        mixed = np.float32(share) * contrast + np.float32(1 - share) * gap
        return np.asarray(np.clip(mixed + np.float32(0.5), 0, 255), np.uint8)


def _joined(edge: Mask) -> Mask:
    """Return the edge pixels that have another among their eight neighbours."""
    return edge & (_around(edge) > 1)


def _around(mask: Mask) -> npt.NDArray[np.uint8]:
    """Count the marked pixels of the 3×3 around every pixel."""
    framed = np.pad(mask, 1).view(np.uint8)
    rows = framed[:, :-2] + framed[:, 1:-1] + framed[:, 2:]
    return np.asarray(rows[:-2] + rows[1:-1] + rows[2:])


def _sided(gray: Gray, ink: Mask, edge: Mask) -> Mask:
    """Give the pixels on the two sides of an edge different labels: the darker one is ink."""
    framed = np.pad(gray, 1, mode="edge").astype(np.int16)
    down = framed[2:, 1:-1] - framed[:-2, 1:-1]
    across = framed[1:-1, 2:] - framed[1:-1, :-2]
    result = ink.copy()
    upright = np.abs(down) > np.abs(across)
    for axis, slope, along in ((0, down, upright), (1, across, ~upright)):
        marked = edge & along & (slope != 0)
        # Beyond the page there is no other side.
        marked.swapaxes(0, axis)[[0, -1]] = False
        y, x = np.nonzero(marked)
        step = np.where(slope[y, x] > 0, 1, -1)
        dy, dx = (step, 0 * step) if axis == 0 else (0 * step, step)
        same = ink[y - dy, x - dx] == ink[y + dy, x + dx]
        y, x, dy, dx = y[same], x[same], dy[same], dx[same]
        result[y - dy, x - dx] = True
        result[y + dy, x + dx] = False
    return result


def _without_spurs(mask: Mask) -> Mask:
    """Change pixels of whose eight neighbours at most one, or at least seven, are ink."""
    ink = _around(mask) - mask.view(np.uint8)
    return np.asarray((mask & (ink > 1)) | (ink >= 7))
