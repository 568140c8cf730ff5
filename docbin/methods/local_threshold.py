"""What local methods share: how a formula of the window's statistics becomes a method.

Such a method is a name of a formula in the kernels and its numbers. The functions here become its
other methods, by assignment in the class body; see `docbin.methods.sauvola`.
"""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.errors import UsageError
from docbin.image import Gray, Mask, Packed, as_gray, unpack
from docbin.ops.window import Window, checked, in_pixels

LARGEST_WINDOW = 4095

AnyFormula = TypeVar("AnyFormula", bound="Formula")


class Formula(Protocol):
    """A local method, seen from here: ``formula`` names it in the kernels."""

    formula: ClassVar[str]
    passes: ClassVar[int]

    @property
    def window(self) -> Window:
        """Side of the window."""
        ...

    def numbers(self, survey: Any) -> dict[str, float]:
        """Return the formula's a, b, c and d, with what a first pass found."""
        ...

    def extra(self, gray: Gray) -> Gray | None:
        """Return another plane that the formula takes a value from."""
        ...

    def survey(self, block: Gray, keep: slice) -> Any:
        """Measure some rows (first pass of two)."""
        ...

    def packed(self, block: Gray, keep: slice, survey: Any = None) -> Packed:
        """Binarize some rows."""
        ...


def check_window(window: Any) -> None:
    """Refuse a window that is none, or larger than the kernels' sums allow."""
    checked("window", window)
    if isinstance(window, int) and window > LARGEST_WINDOW:
        raise UsageError(f"window is {window}; give at most {LARGEST_WINDOW} pixels")


def at(self: AnyFormula, dpi: float | None) -> AnyFormula:
    """Return the method with its window in pixels."""
    changed: AnyFormula = dataclasses.replace(  # type: ignore[type-var]
        self, window=in_pixels(self.window, dpi)
    )
    return changed


def pixels(self: Formula) -> int:
    """Return the window in pixels."""
    side = in_pixels(self.window, None)
    check_window(side)
    return side


def halo(self: Formula) -> int:
    """Rows that a window reaches up and down."""
    return pixels(self) // 2


def binarize(self: Formula, image: Any) -> Mask:
    """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
    gray = as_gray(image)
    return unpack(self.packed(gray, slice(0, len(gray)), _surveyed(self, gray)), gray.shape[1])


def threshold(self: Formula, gray: Gray) -> npt.NDArray[np.float32]:
    """Return the threshold of every pixel, float32 (H, W)."""
    levels: npt.NDArray[np.float32] = kernels.local_levels(
        gray,
        pixels(self),
        self.formula,
        **self.numbers(_surveyed(self, gray)),
        threads=kernels.threads(),
        extra=self.extra(gray),
    )
    return levels


def packed(self: Formula, block: Gray, keep: slice, survey: Any = None) -> Packed:
    """Binarize the rows ``keep`` of a block: bits, most significant first, 1 = ink."""
    bits: Packed = kernels.local_threshold(
        block,
        pixels(self),
        self.formula,
        **self.numbers(survey),
        top=keep.start,
        bottom=keep.stop,
        threads=kernels.threads(),
        extra=self.extra(block),
    )
    return bits


def no_extra(self: Formula, gray: Gray) -> Gray | None:
    """Return None: the page is enough."""
    del self, gray
    return None


def no_survey(self: Formula, block: Gray, keep: slice) -> Any:
    """Return None: one pass is enough."""
    del self, block, keep


def no_merge(self: Formula, first: Any, second: Any) -> Any:
    """Return None: one pass is enough."""
    del self, first, second


def _surveyed(method: Formula, gray: Gray) -> Any:
    return method.survey(gray, slice(0, len(gray))) if method.passes == 2 else None
