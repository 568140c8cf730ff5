"""Bernsen's local threshold."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Gray, Mask, Packed, as_gray, unpack
from docbin.ops.parameters import number
from docbin.ops.window import Window, checked, in_pixels


@dataclass(frozen=True, slots=True)
class Bernsen:
    """Local threshold halfway between the window's darkest and lightest pixel (Bernsen 1986).

    T = ⌊(min + max) / 2⌋ where max − min > ``contrast_limit``; a window of less contrast holds
    one class only and takes the fixed threshold ``low_contrast``. A page of one single value is
    blank. The report itself could not be had: formula and one-class rule follow Trier and Taxt
    1995 (contrast limit 15); the defaults are those of the Doxa library.

    Parameters
    ----------
    window
        Side of the square window in pixels (odd; even rounds up), or a length such as ``"6mm"``.
        Larger than two strokes and the gap between them.
    contrast_limit
        Largest contrast of a window that holds one class, 0 to 255.
    low_contrast
        Threshold in such windows, 0 to 255: what is as dark as this is ink there.

    References
    ----------
    Bernsen 1986, Dynamic thresholding of gray-level images, Proc. 8th ICPR, 1251–1255;
    Trier and Taxt 1995, doi:10.1109/34.368197

    Examples
    --------
    >>> import numpy as np
    >>> Bernsen(window=3).threshold(np.array([[10, 10, 90, 95, 95]], np.uint8)).tolist()
    [[100, 50, 52, 100, 100]]
    """

    window: Window = 75
    contrast_limit: int = 25
    low_contrast: int = 100

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 2
    citation: ClassVar[Citation] = Citation(
        key="bernsen1986",
        authors="Bernsen, John",
        title="Dynamic thresholding of gray-level images",
        venue="Proceedings of the 8th International Conference on Pattern Recognition",
        year=1986,
        kind="inproceedings",
        note="by way of Trier and Taxt 1995, doi:10.1109/34.368197",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        checked("window", self.window)
        number("contrast_limit", self.contrast_limit, 0, 255, whole=True)
        number("low_contrast", self.low_contrast, 0, 255, whole=True)

    def at(self, dpi: float | None) -> Bernsen:
        """Return the method with its window in pixels."""
        return dataclasses.replace(self, window=in_pixels(self.window, dpi))

    @property
    def halo(self) -> int:
        """Rows that a window reaches up and down."""
        return in_pixels(self.window, None) // 2

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        rows = slice(0, gray.shape[0])
        return unpack(self.packed(gray, rows, self.survey(gray, rows)), gray.shape[1])

    def threshold(self, gray: Gray) -> npt.NDArray[np.uint8]:
        """Return the threshold of every pixel, uint8 (H, W)."""
        low, high = kernels.local_extremes(gray, in_pixels(self.window, None), kernels.threads())
        middle = (low & high) + ((low ^ high) >> 1)
        level: npt.NDArray[np.uint8] = np.where(
            high - low > self.contrast_limit, middle, np.uint8(self.low_contrast)
        )
        return level

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
        bits: Packed = kernels.bernsen(
            block,
            in_pixels(self.window, None),
            self.contrast_limit,
            self.low_contrast,
            top=keep.start,
            bottom=keep.stop,
            threads=kernels.threads(),
        )
        return bits
