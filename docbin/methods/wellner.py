"""Wellner's threshold from a moving average."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Mask, as_gray, unpack
from docbin.ops.parameters import number


@dataclass(frozen=True, slots=True)
class Wellner:
    """Ink is darker by a share t than the pixels passed before it (Wellner 1993).

    The rows are passed forth and back in turn. A sum g starts at 127 s and becomes
    (1 − 1 / s) g + p at each pixel p, so that g / s is about the mean of the last s pixels;
    with h, the mean of g / s here and in the row above, T = h (1 − t). ``gray <= T`` is ink; a
    page of one single value is blank. After the account of Bradley and Roth 2007.

    Every sum needs the one before it, through the whole page: more threads bring nothing.

    doxapy keeps whole numbers, rounded down at every pixel, starts the row above the first at 127 s
    and asks for ``gray < T``; by default its s is a power of two. With the same s, 99.62 % of the
    pixels are the same on the worst of eight pages and 99.92 % on all (``python -m
    benchmarks.agreement FOLDER --split train --pages 8 --only wellner``).

    Parameters
    ----------
    span
        The number s of pixels, from 1; 0 takes an eighth of the page's width, as in the paper.
    t
        Share by which ink is darker, 0 to 1.

    References
    ----------
    Wellner 1993, Adaptive Thresholding for the DigitalDesk, EuroPARC EPC-1993-110;
    Bradley and Roth 2007, doi:10.1080/2151237X.2007.10129236

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:24] = 30
    >>> int(Wellner()(page).sum())
    12
    """

    span: int = 0
    t: float = 0.15

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="wellner1993",
        authors="Wellner, Pierre",
        title="Adaptive Thresholding for the DigitalDesk",
        venue="EuroPARC Technical Report EPC-1993-110",
        year=1993,
        kind="misc",
        note="the formula as Bradley and Roth 2007 give it",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        number("t", self.t, 0, 1)
        number("span", self.span, 0, whole=True)

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        if gray.min() == gray.max():
            return np.zeros(gray.shape, np.bool_)
        width = gray.shape[1]
        span = self.span or max(1, width // 8)
        return unpack(kernels.moving_average_bits(gray, span, self.t), width)
