"""Bataineh's thresholds of windows of two sizes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Gray, Mask, as_gray
from docbin.ops.parameters import number

Boxes = npt.NDArray[np.int32]

# No window is smaller: a threshold of fewer pixels says nothing.
_LEAST_SIDE = 8


@dataclass(frozen=True, slots=True)
class Bataineh:
    """One threshold for each of a page's windows, whose sizes it chooses (Bataineh et al. 2011).

    T = m − m² s / ((m_g + s)(a·s_a + s)) with mean m and deviation s of a window, mean m_g of the
    page and s_a = (s − s_min) / (s_max − s_min) · L, the deviation relative to that of all
    windows, on the scale of the page's lightest value L.

    The windows tile the page. The confusion threshold T_c = m_g − m_g² s_g / ((m_g + s_g)(L / 2 +
    s_g)) of the whole page makes pixels dark (at most T_c − s_g / 2), light (at least T_c +
    s_g / 2) or, between, confused. With dark ones at least 2.5 times the confused ones, or
    s_g < L / 10, there are 6 × 4 windows across and down the page; with more dark than confused
    ones, or a page of width + height below 400, 30 × 20; else 40 × 30. A window with more confused
    than dark pixels is quartered. A rest of less than half a window goes to its neighbour.

    Two corrections that the authors made later, as the Doxa library reports them, are included:
    m² s (not m² − s) in both formulas and s_max − s_min as divisor. ``weight`` is the factor a:
    1 in the paper; with the 2 of the authors' own code, which Doxa has, the masks agree. A window
    of a single value, and one whose T is not a number, is paper. Windows are at least 8 pixels
    wide here. The whole page is needed.

    Parameters
    ----------
    weight
        Factor a of the adaptive deviation.

    References
    ----------
    Bataineh, Abdullah and Omar 2011, doi:10.1016/j.patrec.2011.08.001

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((80, 120), 220, np.uint8)
    >>> page[20:24, 20:100] = 30
    >>> int(Bataineh()(page).sum())
    320
    """

    weight: float = 1.0

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="bataineh2011",
        authors="Bataineh, Bilal and Abdullah, Siti Norul Huda Sheikh and Omar, Khairuddin",
        title="An adaptive local binarization method for document images based on a novel "
        "thresholding method and dynamic windows",
        venue="Pattern Recognition Letters",
        year=2011,
        doi="10.1016/j.patrec.2011.08.001",
        note="with the authors' corrections as reported by the Doxa library",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        number("weight", self.weight, 0, 100)

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        page = _Page.of(gray)
        if np.count_nonzero(page.counts) < 2:
            return np.zeros(gray.shape, bool)
        boxes = _windows(gray, page)
        levels = np.floor(self._thresholds(gray, boxes, page)).clip(-1, 255).astype(np.int16)
        ink = kernels.rectangle_ink(gray, boxes, levels, kernels.threads())
        return np.asarray(ink).view(np.bool_)

    def thresholds(self, gray: Gray, boxes: Boxes) -> npt.NDArray[np.float64]:
        """Return the threshold of each window (top, left, bottom, right), −1 for paper alone."""
        return self._thresholds(gray, boxes, _Page.of(gray))

    def _thresholds(self, gray: Gray, boxes: Boxes, page: _Page) -> npt.NDArray[np.float64]:
        mean, deviation = _statistics(gray, boxes)
        least, spread = deviation.min(), np.ptp(deviation)
        adaptive = (deviation - least) / (spread or 1.0) * page.lightest
        divisor = (page.mean + deviation) * (self.weight * adaptive + deviation)
        level = mean - mean**2 * deviation / np.where(divisor > 0, divisor, 1.0)
        return np.where(deviation > 0, level, -1.0)


class _Page(NamedTuple):
    """What the whole page holds."""

    counts: npt.NDArray[np.int64]
    mean: float
    deviation: float
    lightest: int

    @staticmethod
    def of(gray: Gray) -> _Page:
        counts = kernels.histogram(gray, kernels.threads())
        values = np.arange(256)
        mean = float(counts @ values / gray.size)
        variance = float(counts @ values**2 / gray.size) - mean * mean
        return _Page(counts, mean, math.sqrt(max(variance, 0.0)), int(np.flatnonzero(counts)[-1]))


def windows(gray: Gray) -> Boxes:
    """Return the windows of a page with at least two values: top, left, bottom, right each."""
    return _windows(gray, _Page.of(gray))


def _windows(gray: Gray, page: _Page) -> Boxes:
    mean, deviation, lightest = page.mean, page.deviation, page.lightest
    middle = mean - mean**2 * deviation / ((mean + deviation) * (lightest / 2 + deviation))
    # The last gray values that are dark, and dark or confused.
    dark = max(-1, math.floor(middle - deviation / 2))
    confused = max(dark, math.ceil(middle + deviation / 2) - 1)
    number_dark = int(page.counts[: dark + 1].sum())
    number_confused = int(page.counts[: confused + 1].sum()) - number_dark
    ratio = number_dark / number_confused if number_confused else math.inf
    if ratio >= 2.5 or deviation < 0.1 * lightest:
        across, down = 6, 4
    elif ratio > 1 or sum(gray.shape) < 400:
        across, down = 30, 20
    else:
        across, down = 40, 30
    boxes = _tiles(_edges(gray.shape[0], down), _edges(gray.shape[1], across))
    counts = kernels.rectangle_counts(gray, boxes, dark, confused, kernels.threads())
    unclear = counts[:, 1] - counts[:, 0] > counts[:, 0]
    found = np.concatenate([boxes[~unclear], *_quarters(boxes[unclear])])
    # A window one pixel high or wide has quarters without pixels.
    return found[(found[:, :2] < found[:, 2:]).all(axis=1)]


def _edges(length: int, parts: int) -> list[int]:
    """Return where windows of length / parts pixels begin, and the end of the last one."""
    side = max(length // parts, _LEAST_SIDE)
    edges = list(range(0, length, side))
    # A rest of less than half a window belongs to the last whole one.
    if len(edges) > 1 and length - edges[-1] < side // 2:
        edges.pop()
    return [*edges, length]


def _tiles(rows: list[int], columns: list[int]) -> Boxes:
    """Return the windows between the edges."""
    boxes = np.empty((len(rows) - 1, len(columns) - 1, 4), np.int32)
    boxes[:, :, 0::2] = np.array([rows[:-1], rows[1:]]).T[:, None]
    boxes[:, :, 1::2] = np.array([columns[:-1], columns[1:]]).T
    return boxes.reshape(-1, 4)


def _quarters(boxes: Boxes) -> list[Boxes]:
    """Cut windows in four."""
    top, left, bottom, right = boxes.T
    row, column = top + (bottom - top) // 2, left + (right - left) // 2
    return [
        np.stack(corners, axis=1)
        for corners in (
            (top, left, row, column),
            (top, column, row, right),
            (row, left, bottom, column),
            (row, column, bottom, right),
        )
    ]


def _statistics(gray: Gray, boxes: Boxes) -> tuple[npt.NDArray[np.float64], ...]:
    """Return mean and deviation of rectangles."""
    sums = kernels.rectangle_sums(gray, boxes, kernels.threads())
    count = ((boxes[:, 2] - boxes[:, 0]).astype(np.int64)) * (boxes[:, 3] - boxes[:, 1])
    mean = sums[:, 0] / count
    return mean, np.sqrt(np.maximum(sums[:, 1] / count - mean * mean, 0))
