"""Steps around a binarizer: before it on the picture, after it on the mask."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias, runtime_checkable

from docbin.binarizer import Binarizer
from docbin.errors import UsageError
from docbin.image import Mask, as_array, as_mask
from docbin.methods.sauvola import Sauvola

if TYPE_CHECKING:
    from docbin.steps import Pixels


@runtime_checkable
class Before(Protocol):
    """A step done to the picture before it is binarized."""

    def at(self, dpi: float | None) -> Any:
        """Return the step for pages of this resolution; None: 300 is assumed."""
        ...

    def prepare(self, image: Pixels) -> Pixels:
        """Change uint8 (H, W) or (H, W, 3) RGB; the size stays."""
        ...


@runtime_checkable
class After(Protocol):
    """A step done to the mask."""

    def at(self, dpi: float | None) -> Any:
        """Return the step for pages of this resolution; None: 300 is assumed."""
        ...

    def refine(self, mask: Mask) -> Mask:
        """Change bool (H, W), True is ink; the size stays."""
        ...


@runtime_checkable
class Instead(Protocol):
    """A step that makes the mask itself, in the place of the binarizer."""

    def at(self, dpi: float | None) -> Any:
        """Return the step for pages of this resolution; None: 300 is assumed."""
        ...

    def mask(self, image: Pixels) -> Mask:
        """Binarize uint8 (H, W) or (H, W, 3) RGB; True is ink."""
        ...


Step: TypeAlias = Before | After | Instead


@runtime_checkable
class Remarking(Protocol):
    """A step that may have nothing to do on a page, and says so."""

    def remark(self, image: Any) -> str | None:
        """Return what is to be said of a page, as it was before all steps; or None."""
        ...


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Steps and a binarizer; itself a binarizer.

    Parameters
    ----------
    steps
        Of `docbin.steps` or your own, in the order in which they are done: what prepares the
        picture before the binarizer, what refines the mask after it; at most one that makes the
        mask in the binarizer's place.
    binarizer
        A method, or any callable from uint8 pixels to a mask.

    Examples
    --------
    >>> import numpy as np
    >>> from docbin.methods.otsu import Otsu
    >>> from docbin.steps import Despeckle
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = page[30, 30] = 30
    >>> print(Pipeline((Despeckle(),), Otsu()))
    Pipeline(steps=(Despeckle(size='0.25mm', distance='0.5mm'),), binarizer=Otsu())
    >>> int(Pipeline((Despeckle(),), Otsu())(page).sum())
    60
    """

    steps: tuple[Step, ...] = ()
    binarizer: Binarizer = field(default_factory=Sauvola)

    passes: ClassVar[int] = 0

    def __post_init__(self) -> None:
        """Refuse what is no step and no binarizer."""
        object.__setattr__(self, "steps", tuple(self.steps))
        for step in self.steps:
            if isinstance(step, type) or not isinstance(step, Before | After | Instead):
                raise UsageError(f"{step!r} is no step; give for example docbin.steps.Deskew()")
        if sum(isinstance(step, Instead) for step in self.steps) > 1:
            raise UsageError("two steps make the mask; give one of them")
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
        binarizer = self.instead or self.binarizer
        return self.refine(as_mask(binarizer(self.prepare(as_array(image)))))

    @property
    def instead(self) -> Binarizer | None:
        """What the steps take in the place of the binarizer; None: nothing."""
        found = [step.mask for step in self.steps if isinstance(step, Instead)]
        return found[0] if found else None

    def prepare(self, image: Pixels) -> Pixels:
        """Do what comes before the binarizer."""
        for step in self.steps:
            if isinstance(step, Before):
                image = step.prepare(image)
        return image

    def refine(self, mask: Mask) -> Mask:
        """Do what comes after the binarizer."""
        for step in self.steps:
            if isinstance(step, After):
                mask = step.refine(mask)
        return mask
