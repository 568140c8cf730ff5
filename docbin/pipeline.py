"""Steps around a binarizer: before it on the picture, after it on the mask."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from docbin.binarizer import Binarizer
from docbin.errors import UsageError
from docbin.image import Mask, as_array, as_mask
from docbin.methods.sauvola import Sauvola

Picture = npt.NDArray[np.uint8]


@runtime_checkable
class Step(Protocol):
    """Something done to a page before or after it is binarized; lengths scale with its dpi."""

    def at(self, dpi: float | None) -> Step:
        """Return the step with lengths on paper resolved to pixels; None: 300 is assumed."""
        ...

    def prepare(self, image: Picture) -> Picture:
        """Change uint8 (H, W) or (H, W, 3) RGB before it is binarized; the size stays."""
        ...

    def refine(self, mask: Mask) -> Mask:
        """Change the mask; the size stays."""
        ...


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Steps and a binarizer; itself a binarizer.

    Parameters
    ----------
    steps
        In the order in which they are done: all ``prepare`` first, then the binarizer, then all
        ``refine``.
    binarizer
        A method, or any callable from uint8 pixels to a mask.

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = 30
    >>> int(Pipeline()(page).sum())
    60
    """

    steps: tuple[Step, ...] = ()
    binarizer: Binarizer = field(default_factory=Sauvola)

    passes: ClassVar[int] = 0

    def __post_init__(self) -> None:
        """Refuse what is no step and no binarizer."""
        object.__setattr__(self, "steps", tuple(self.steps))
        for step in self.steps:
            if not isinstance(step, Step) or isinstance(step, type):
                raise UsageError(f"{step!r} is no step; give for example docbin.pipeline.Deskew()")
        if not callable(self.binarizer):
            raise UsageError(
                f"{self.binarizer!r} is no binarizer; give a method, docbin.create('sauvola'), or "
                "a callable"
            )

    def at(self, dpi: float | None) -> Pipeline:
        """Return the pipeline with lengths on paper resolved to pixels; None: 300 is assumed."""
        binarizer: Any = self.binarizer
        if hasattr(binarizer, "at"):
            binarizer = binarizer.at(dpi)
        steps = tuple(step.at(dpi) for step in self.steps)
        return dataclasses.replace(self, steps=steps, binarizer=binarizer)

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        return self.refine(as_mask(self.binarizer(self.prepare(as_array(image)))))

    def prepare(self, image: Picture) -> Picture:
        """Do what comes before the binarizer."""
        for step in self.steps:
            image = step.prepare(image)
        return image

    def refine(self, mask: Mask) -> Mask:
        """Do what comes after the binarizer."""
        for step in self.steps:
            mask = step.refine(mask)
        return mask
