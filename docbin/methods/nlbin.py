"""The non-linear binarization of OCRopus and Kraken."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Gray, Mask, as_gray
from docbin.ops.parameters import number
from docbin.ops.reduction import block_sums, enlarged, reduced
from docbin.ops.window import Window, checked, in_pixels

Field = npt.NDArray[np.float32]

# Blocks in which the page is looked at for text.
_COARSE = 4


@dataclass(frozen=True, slots=True)
class Nlbin:
    """Paper flattened by percentiles, black and white level estimated, cut in the middle (ocropus).

    Four steps: (1) at half the size, the percentile ``percent`` of windows of two pixels across
    and ``window`` down, then of that the same the other way round: the white level of the paper;
    (2) the page minus that level, plus 1, at most 1, where the page's values go from 0 to 1; (3)
    where the page varies, as text does, the percentiles ``low`` and ``high`` of the flat page are
    black and white; (4) ink where (flat − black) / (white − black) ≤ ``threshold``.

    Where a page varies: its local deviation (a blur of the squares of what differs from a blur) is
    more than 0.3 of the largest one; rectangles as long as 5/4 of the window join what is found; a
    tenth of the page on each side is left out.

    No paper describes it; the steps are those of the program ``ocropus-nlbin`` and of Kraken,
    which has it from there. It differs in that windows are clipped at the borders, the half size is
    made of means, values are whole from 0 to 255, and the place of text is found in blocks of four
    pixels with a mean instead of a Gaussian.

    Parameters
    ----------
    window
        Length of the percentile's windows in pixels (odd; even rounds up), or a length such as
        ``"3mm"``; twice the 20 pixels of the programs, which count at half size.
    percent
        Percentile of the white level.
    low, high
        Percentiles of black and white.
    threshold
        Where to cut, from black 0 to white 1.

    References
    ----------
    Breuel 2008, The OCRopus open source OCR system, doi:10.1117/12.783598; its program
    ``ocropus-nlbin``; percentile filters: Afzal et al. 2013, Robust binarization of stereo and
    monocular document images using percentile filter, CBDAR

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((80, 90), 220, np.uint8)
    >>> page[30:50, 40:46] = 30
    >>> int(Nlbin()(page).sum())
    120
    """

    window: Window = 41
    percent: int = 80
    low: int = 5
    high: int = 90
    threshold: float = 0.5

    kind: ClassVar[str] = "structural"
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="breuel2008",
        authors="Breuel, Thomas M.",
        title="The OCRopus open source OCR system",
        venue="Document Recognition and Retrieval XV",
        year=2008,
        doi="10.1117/12.783598",
        kind="inproceedings",
        note="after its program ocropus-nlbin",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        checked("window", self.window)
        number("percent", self.percent, 0, 100, whole=True)
        number("low", self.low, 0, 100, whole=True)
        number("high", self.high, 0, 100, whole=True)
        number("threshold", self.threshold, 0, 1)

    def at(self, dpi: float | None) -> Nlbin:
        """Return the method with its window in pixels."""
        return dataclasses.replace(self, window=in_pixels(self.window, dpi))

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        if gray.min() == gray.max():
            return np.zeros(gray.shape, bool)
        flat = self.flat(gray)
        black, white = self.levels(flat)
        level = black + self.threshold * (white - black)
        # A page without ink has one level only.
        return flat <= level if white > black else flat < white

    def flat(self, gray: Gray) -> Gray:
        """Return the page with its paper at 255, uint8 (H, W)."""
        side = max(1, in_pixels(self.window, None) // 2)
        low, high = int(gray.min()), int(gray.max())
        stretched = ((gray.astype(np.int32) - low) * 255 // (high - low)).astype(np.uint8)
        half = reduced(stretched, 2)
        for tall, wide in ((side, 2), (2, side)):
            half = kernels.rank_filter(
                half, min(tall, 1 << 20), min(wide, 1 << 20), self.percent, kernels.threads()
            )
        result = np.empty_like(gray)
        for rows, band in enlarged(half.astype(np.float32), 2, *gray.shape):
            result[rows] = np.clip(np.rint(stretched[rows] - band + 255), 0, 255)
        return result

    def levels(self, flat: Gray) -> tuple[float, float]:
        """Return black and white of a flat page, from the places that hold text."""
        height, width = flat.shape
        inner = flat[height // 10 : height - height // 10, width // 10 : width - width // 10]
        text = _varied(inner, max(1, in_pixels(self.window, None) // 2))
        seen = np.bincount(inner[text], minlength=256)
        total = np.cumsum(seen)
        black, white = (
            float(np.searchsorted(total, max(1, total[-1] * share / 100)))
            for share in (self.low, self.high)
        )
        return black, white


def _varied(page: Gray, spread: int) -> Mask:
    """Return where a page varies within ``spread`` pixels, and what lies between, else all."""
    sums = block_sums(page, _COARSE).astype(np.float64)
    mean = sums / block_sums(np.ones(page.shape, np.uint8), _COARSE)
    side = max(1, spread // _COARSE) * 2 + 1
    difference = mean - _blurred(mean, side)
    deviation = np.sqrt(_blurred(difference * difference, side))
    found = (deviation > 0.3 * deviation.max()).astype(np.uint8)
    if not found.any():
        return np.ones(page.shape, bool)
    long = max(1, spread * 5 // 2 // _COARSE)
    for tall, wide in ((long, 1), (1, long)):
        found = kernels.rank_filter(found, tall, wide, 100)
    spread_out = found.repeat(_COARSE, axis=0).repeat(_COARSE, axis=1)
    return np.asarray(spread_out[: page.shape[0], : page.shape[1]] != 0)


def _blurred(values: npt.NDArray[np.float64], side: int) -> npt.NDArray[np.float64]:
    """Return the means over windows clipped at the borders."""
    for axis in (0, 1):
        length, radius = values.shape[axis], side // 2
        total = np.concatenate([np.zeros_like(values.take([0], axis)), values.cumsum(axis)], axis)
        low = np.maximum(np.arange(length) - radius, 0)
        high = np.minimum(np.arange(length) + radius + 1, length)
        shape = (-1, 1) if axis == 0 else (1, -1)
        values = (total.take(high, axis) - total.take(low, axis)) / (high - low).reshape(shape)
    return values
