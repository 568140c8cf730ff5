"""Lelore and Bouchara's restoration of documents around their edges."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Gray, Mask, as_gray
from docbin.methods.contrast_level import level_of, page_counts
from docbin.ops.dark_edges import dark_edges
from docbin.ops.edges import edge_strengths, edges
from docbin.ops.parameters import number
from docbin.ops.window import Window, checked, in_pixels

Labels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int32]

_PAPER, _INK, _UNKNOWN = 0, 1, 2
# Rounds of expectation and maximisation; most reviews.
_ROUNDS = 10
_REVIEWS = 15


@dataclass(frozen=True, slots=True)
class Fair:
    """Ink and paper told apart around edges, then everything between (Lelore and Bouchara 2013).

    S-FAIR, for a factor f: (1) edges by Canny's hysteresis, with the thresholds f T and ``alpha``
    T, T being Otsu's threshold of the edges' strength, black around the page left out
    (`docbin.ops.dark_edges`); (2) in the window around an edge pixel the
    gray values are a mixture of two Gaussians, found by expectation and maximisation; it gives
    every pixel of the window a probability of ink; (3) a pixel is ink if the mean of its
    probabilities over all windows that hold it is more than 1/2, else paper; unknown if none does.

    FAIR: (4) S-FAIR with f = ``few`` and ``many``; ink of either is ink, what either knows is
    known; (5) known components of less than ``specks`` pixels in the midst of the unknown are
    forgotten; (6) ink at the border to the unknown is looked at again: in a window of ``review``
    pixels, its gray, that of the unknown beside it and that of the paper are a mixture of two;
    ink that falls to the lighter one becomes paper, until nothing changes; (7) an unknown component
    becomes ink if more of its neighbours are ink than paper.

    The steps follow the abstract and an implementation (the Python package ``otary``), the paper
    itself could not be had; the figures of (4) and (6) are those of the implementation. It leaves
    the paper out of (6), which makes large strokes hollow where their ink is noisy. The
    windows lie around the edge pixels that are first in cells of half a window.

    Parameters
    ----------
    window
        Side of the windows of (2) in pixels (odd; even rounds up), or a length such as ``"1mm"``.
    few, many
        Factors of the two high thresholds.
    alpha
        Factor of the low threshold.
    specks
        Least area that stays in (5), in pixels.
    review
        Side of the windows of (6).

    References
    ----------
    Lelore and Bouchara 2013, doi:10.1109/TPAMI.2013.63

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:30, 20:26] = 30
    >>> int(Fair()(page).sum())
    120
    """

    window: Window = 15
    few: float = 1.4
    many: float = 1.66
    alpha: float = 0.38
    specks: int = 25
    review: Window = 75

    kind: ClassVar[str] = "structural"
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="lelore2013",
        authors="Lelore, Thibault and Bouchara, Frédéric",
        title="FAIR: A Fast Algorithm for Document Image Restoration",
        venue="IEEE Transactions on Pattern Analysis and Machine Intelligence",
        year=2013,
        doi="10.1109/TPAMI.2013.63",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        checked("window", self.window)
        number("few", self.few, 0.01, 100)
        number("many", self.many, 0.01, 100)
        number("alpha", self.alpha, 0, 100)
        number("specks", self.specks, 0, 1 << 30, whole=True)
        checked("review", self.review)

    def at(self, dpi: float | None) -> Fair:
        """Return the method with its windows in pixels."""
        return dataclasses.replace(
            self, window=in_pixels(self.window, dpi), review=in_pixels(self.review, dpi)
        )

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        one, two = self.labels(gray, self.few, self.many)
        merged = np.where(one == _UNKNOWN, two, np.where(two == _INK, _INK, one))
        labels = _reviewed(gray, _forgotten(merged, self.specks), in_pixels(self.review, None))
        return _decided(labels)

    def labels(self, gray: Gray, *factors: float) -> list[Labels]:
        """Return S-FAIR's labels for each factor, uint8 (H, W): 0 paper, 1 ink, 2 unknown."""
        strengths = edge_strengths(gray, 0.6)
        counts = page_counts((255 * strengths).astype(np.uint8), dark_edges(gray))
        level = level_of(counts) / 255
        side = min(in_pixels(self.window, None), 2 * max(gray.shape) + 1)
        found = []
        for factor in factors:
            edge = edges(strengths, min(1.0, factor * level), min(1.0, self.alpha * level))
            share, seen = _windowed(gray, edge, np.ones(gray.shape, bool), side)
            found.append(np.where(seen == 0, _UNKNOWN, 2 * share > seen).astype(np.uint8))
        return found


def _windowed(gray: Gray, centres: Mask, taking_part: Mask, side: int) -> tuple[Floats, Counts]:
    """Return the sums over windows around centres of the probability of ink, and their number."""
    step, width = max(1, side // 2), gray.shape[1]
    y, x = np.nonzero(centres)
    # The first of every cell of half a window stands for the others.
    first = np.unique((y // step) * (width // step + 1) + x // step, return_index=True)[1]
    share, seen = kernels.mixture_shares(
        gray,
        taking_part.view(np.uint8),
        y[first].astype(np.int32),
        x[first].astype(np.int32),
        side,
        _ROUNDS,
        kernels.threads(),
    )
    return share, seen


def _forgotten(labels: Labels, least: int) -> Labels:
    """Return the labels without known components of less than ``least`` pixels."""
    names, boxes = kernels.components((labels != _UNKNOWN).astype(np.uint8), 8)
    small = np.concatenate([[False], boxes[:, 4] < least])
    return np.where(small[names], _UNKNOWN, labels).astype(np.uint8)


def _reviewed(gray: Gray, labels: Labels, side: int) -> Labels:
    """Turn ink beside the unknown into paper where it goes with the lighter pixels there."""
    side = min(side, 2 * max(gray.shape) + 1)
    for _ in range(_REVIEWS):
        ink, unknown = labels == _INK, labels == _UNKNOWN
        asked = ink & _near(unknown)
        beside = unknown & _near(ink)
        share, seen = _windowed(gray, asked, asked | beside | (labels == _PAPER), side)
        falls = asked & (seen > 0) & (2 * share <= seen)
        if not falls.any():
            break
        labels = np.where(falls, _PAPER, labels).astype(np.uint8)
    return labels


def _near(mask: Mask) -> Mask:
    """Return what is at most two pixels away across or down."""
    result = mask.copy()
    for step in (1, 2):
        result[step:] |= mask[:-step]
        result[:-step] |= mask[step:]
        result[:, step:] |= mask[:, :-step]
        result[:, :-step] |= mask[:, step:]
    return result


def _decided(labels: Labels) -> Mask:
    """Return ink, with the unknown components that touch more ink than paper."""
    names, boxes = kernels.components((labels == _UNKNOWN).astype(np.uint8), 8)
    height, width = labels.shape
    framed = np.pad(names, 1)
    touching = []
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, 2), (2, 1), (0, 0), (0, 2), (2, 0)):
        beside = framed[dy : dy + height, dx : dx + width]
        y, x = np.nonzero((beside > 0) & (labels != _UNKNOWN))
        touching.append(beside[y, x].astype(np.int64) * labels.size + y * width + x)
    # A pixel counts once for each component that it touches.
    pairs = np.unique(np.concatenate(touching))
    name, place = pairs // labels.size, pairs % labels.size
    lead = np.where(labels.ravel()[place] == _INK, 1, -1)
    votes = np.bincount(name, weights=lead, minlength=len(boxes) + 1)
    return np.asarray((labels == _INK) | ((votes > 0)[names] & (labels == _UNKNOWN)))
