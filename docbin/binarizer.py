"""The two protocols of everything that turns an image into a mask."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol, runtime_checkable

from docbin.image import Gray, Mask, Packed


@runtime_checkable
class Binarizer(Protocol):
    """A method, a pipeline, or any callable of yours: image in, mask out."""

    def __call__(self, image: Any, /) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        ...


@runtime_checkable
class Banded(Protocol):
    """A method that can run over bands of rows with the same result as over the whole page.

    A band comes with up to ``halo`` extra rows above and below (fewer only at the page's own
    top and bottom edge); ``keep`` says which rows of the block are wanted. Methods with
    ``passes == 2`` first see every band in `survey`, whose values are combined with `merge` in
    page order; the final value is given to every call of `packed`.
    """

    passes: ClassVar[int]

    @property
    def halo(self) -> int:
        """Rows needed above and below a row."""
        ...

    def survey(self, block: Gray, keep: slice) -> Any:
        """Measure the rows ``keep`` of a block (first pass of two)."""
        ...

    def merge(self, first: Any, second: Any) -> Any:
        """Combine the measurements of two sets of rows."""
        ...

    def packed(self, block: Gray, keep: slice, survey: Any = None) -> Packed:
        """Binarize the rows ``keep`` of a block: bits, MSB first, 1 = ink."""
        ...
