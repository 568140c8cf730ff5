"""What tells pages that need a look from those that do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from docbin.image import Gray, Mask
from docbin.ops.skew import skew_angle

# A page is blank with less ink than this share of its pixels, and heavy with more than that.
BLANK = 0.0005
HEAVY = 0.3
# Gray levels: paper darker than the first is too dark, less between paper and ink is faint.
DARK = 110
FAINT = 40
# Degrees.
SKEWED = 1.0
# Lines are looked for on a page of which the longer side has so many pixels, and of these ink is
# what is darker than a level: a third of it is ink.
MEASURED_SIDE = 1400
INK_PART = 170

# Flag -> what it says of a page; in this order they are shown.
FLAGS = {
    "blank": f"less than {BLANK:.2%} of the result is ink",
    "dark": f"too dark: the paper of the scan is darker than {DARK} of 255",
    "faint": f"low contrast: less than {FAINT} of 255 between paper and ink of the scan",
    "heavy": f"more than {HEAVY:.0%} of the result is ink: pictures, blots, or a failure",
    "skewed": f"lines of text fall or rise by {SKEWED:g}° or more in the result",
}


@dataclass(frozen=True, slots=True)
class Measures:
    """Of one page and its result.

    Parameters
    ----------
    ink
        Share of the result's pixels that are ink, 0 to 1.
    paper, darkness
        Gray levels of the scan, 0 to 255: with a share ``ink`` of the pixels being ink, the median
        of the lightest 1 − ``ink`` and the median of the darkest ``ink``. None: the scan is not
        there any more, or the page has nothing of the kind.
    skew
        Degrees by which lines of text fall to the right in the result, see
        `docbin.ops.skew.skew_angle`.
    """

    ink: float
    paper: int | None
    darkness: int | None
    skew: float

    @property
    def contrast(self) -> int | None:
        """Gray levels between paper and ink."""
        if self.paper is None or self.darkness is None:
            return None
        return self.paper - self.darkness

    @property
    def flags(self) -> tuple[str, ...]:
        """Names of `FLAGS` that are true of the page."""
        blank = self.ink < BLANK
        true = {
            "blank": blank,
            "dark": self.paper is not None and self.paper < DARK,
            "faint": self.contrast is not None and self.contrast < FAINT and not blank,
            "heavy": self.ink > HEAVY,
            "skewed": abs(self.skew) >= SKEWED,
        }
        return tuple(name for name in FLAGS if true[name])


def measured(ink: float, mask: Mask, histogram: npt.NDArray[np.int64] | None) -> Measures:
    """Return the measures of a page.

    Parameters
    ----------
    ink
        Share of the result's pixels that are ink.
    mask
        The result, bool (H, W), True is ink, shrunk to about `MEASURED_SIDE` pixels.
    histogram
        How often each gray level is in the scan, int64 (256,); None where there is no scan.

    Examples
    --------
    >>> mask = np.zeros((10, 10), bool)
    >>> mask[0] = True
    >>> counts = np.zeros(256, np.int64)
    >>> counts[[30, 200]] = 10, 90
    >>> measured(0.1, mask, counts)
    Measures(ink=0.1, paper=200, darkness=30, skew=0.0)
    """
    paper, darkness = (None, None) if histogram is None else _levels(histogram, ink)
    return Measures(ink, paper, darkness, skew_angle(mask))


def histogram_of(gray: Gray) -> npt.NDArray[np.int64]:
    """Return how often each level is in a page or a band, int64 (256,)."""
    return np.bincount(gray.reshape(-1), minlength=256).astype(np.int64)


def _levels(histogram: npt.NDArray[np.int64], ink: float) -> tuple[int | None, int | None]:
    """Return the levels of paper and ink: the middles of both parts of the sorted pixels."""
    total = int(histogram.sum())
    if total == 0:
        return None, None
    below = np.cumsum(histogram)

    def at(share: float) -> int:
        return int(np.searchsorted(below, min(total, share * total + 0.5)))

    paper = at(ink + (1 - ink) / 2) if ink < 1 else None
    return paper, (at(ink / 2) if ink > 0 else None)
