"""What is done to a page, and the doing of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from docbin.api import AUTO, at, create
from docbin.binarizer import Banded
from docbin.errors import UsageError
from docbin.image import Mask, Packed, as_mask, pack, to_uint8
from docbin.io.page import Dpi, PageInfo, PageSource
from docbin.io.paper import place
from docbin.methods import default
from docbin.pipeline import Pipeline, Remarking, Step
from docbin.registry import Registry, near_miss
from docbin.streaming import bilevel_bands, packed_bands

if TYPE_CHECKING:
    from docbin.methods.auto_scope import Fit

# Densities that cameras and programs write when they know nothing.
_MEANINGLESS = (72, 96)
_PIECE = 1 << 22
# A larger page gets a method that runs in bands when the choice is automatic.
_HELD_PIXELS = 1 << 26

UNTOUCHED = "untouched"
SCOPES = ("page", "folder", "document")

# In the order that makes sense.
STEPS = Registry(
    "step",
    {
        "border": "docbin.steps:Border",
        "remove_seals": "docbin.steps:RemoveSeals",
        "deskew": "docbin.steps:Deskew",
        "background": "docbin.steps:Background",
        "despeckle": "docbin.steps:Despeckle",
        "scene": "docbin.scene:Scene",
    },
)
# Those that are for scans; the others are for photos.
PAGE_STEPS = tuple(name for name in STEPS if name != "scene")


@dataclass(frozen=True, slots=True)
class Treatment:
    """How pages are cleaned.

    Parameters
    ----------
    method
        Name of a method; ``"auto"`` chooses for each page. None is `docbin.methods.default`, and
        ``"auto"`` for pages too large to be held.
    params
        Parameters of the method.
    steps
        What is done before and after, see `docbin.pipeline`.
    dpi
        Resolution of the pages, instead of what the files say.
    paper
        ``"a4"``, ``"letter"`` or ``"auto"``: sheets of a PDF; in other formats and for lengths in
        millimetres, the resolution that the page has on such a sheet.
    max_pixels
        See `docbin.io.open_source`.
    huge_pages
        Name of the method for pages too large to be held, with its own parameters; None: that of
        the others, or where none is named, ``"auto"``.
    scope
        ``"page"``; ``"folder"`` or ``"document"``: ``"auto"`` makes one choice for all pages of a
        folder, or of a file, see `docbin.batch.scope`. Other methods have nothing to choose.
    fit
        The choice, where it is made already.
    """

    method: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    dpi: float | None = None
    paper: str | None = None
    max_pixels: int | None = None
    huge_pages: str | None = None
    scope: str = "page"
    fit: Fit | None = None

    def resolution(self, info: PageInfo) -> Dpi | None:
        """Return what counts as the page's resolution; None where nobody knows."""
        if self.dpi is not None:
            return (self.dpi, self.dpi)
        known = None if info.dpi is None else (float(info.dpi[0]), float(info.dpi[1]))
        if known and _is_meaningless(known):
            known = None
        if self.paper is None or (known and self.paper == "auto"):
            return known
        sheet = place(info.width, info.height, known, self.paper)
        return (info.width / sheet.width * 72, info.height / sheet.height * 72)

    def check(self) -> None:
        """Refuse a method or parameters that there are not, and impossible resolutions."""
        if self.dpi is not None and not 0 < self.dpi < math.inf:
            raise UsageError(f"--dpi is {self.dpi}; give a positive number (dpi= in Python)")
        at(create(self.method or default(), **self.params), None)
        if self.huge_pages is not None:
            create(self.huge_pages)
        if self.scope not in SCOPES:
            raise UsageError(
                f"there is no scope '{self.scope}'.{near_miss(self.scope, list(SCOPES))} "
                f"Known: {', '.join(SCOPES)}."
            )

    @property
    def shared(self) -> str | None:
        """The scope, where one choice is made for several pages; else None."""
        return self.scope if self.method == AUTO and self.scope != SCOPES[0] else None

    def name(self, info: PageInfo) -> str:
        """Return the name of the method for a page.

        Where none was named a page that is too large to be held gets ``auto``, which runs in bands.
        """
        huge = self.for_huge_pages() if is_huge(info) else None
        return huge or self.method or default()

    def for_huge_pages(self) -> str | None:
        """Return the method that pages too large to be held get; None: that of the others."""
        if self.huge_pages is not None:
            return self.huge_pages
        unnamed = self.method is None and not self.params and not self.steps
        return AUTO if unnamed and default() != AUTO else None

    def scales(self, info: PageInfo) -> bool:
        """Return whether the mask depends on the resolution; auto does without where it must."""
        if self.steps:
            return True
        if info.bilevel or self.name(info) == AUTO:
            return False
        return bool(self.method_at(300.0, info) != self.method_at(600.0, info))

    def method_at(self, dpi: float | None, info: PageInfo) -> Any:
        """Return the method for a page, with lengths on paper in pixels."""
        name = self.name(info)
        own = name == (self.method or default())
        return at(create(name, **(self.params if own else {})), dpi)


@dataclass(frozen=True, slots=True)
class CleanedPage:
    """What was done to a page.

    ``method`` is what made it, ``"untouched"`` for a 1-bit page and for a page of a PDF without a
    scan, whose size counts as 0; ``assumed`` says that the result depends on a resolution that is
    not known; ``remarks`` say which steps had nothing to do, and why.
    """

    source: str
    index: int
    format: str
    width: int
    height: int
    dpi: Dpi | None
    method: str = UNTOUCHED
    automatic: bool = False
    assumed: bool = False
    remarks: tuple[str, ...] = ()


# Does one page: its rows, which are made while they are taken, and what is done to it.
Cleaner: TypeAlias = "Callable[[PageSource, Treatment], tuple[Iterator[Packed], CleanedPage]]"


def is_huge(info: PageInfo) -> bool:
    """Return whether a page is too large to be held without need."""
    return info.width * info.height > _HELD_PIXELS


def _is_meaningless(dpi: Dpi) -> bool:
    return all(round(side) in _MEANINGLESS for side in dpi)


def cleaned(source: PageSource, treatment: Treatment) -> tuple[Iterator[Packed], CleanedPage]:
    """Return a cleaned page as packed rows, and what is done to it.

    Methods with one or two passes run in bands of rows; others, and all steps, need the page in
    memory. A page that has one bit a pixel passes through untouched unless there are steps.
    """
    info = source.info
    dpi = treatment.resolution(info)
    remarks: list[str] = []
    side = None if dpi is None else (dpi[0] * dpi[1]) ** 0.5
    rows, method = _rows(source, treatment, side, remarks)
    page = CleanedPage(
        *(info.source, info.index, info.format, info.width, info.height, dpi, method),
        automatic=treatment.name(info) == AUTO and not info.bilevel,
        assumed=dpi is None and treatment.scales(info),
        remarks=tuple(remarks),
    )
    return rows, page


def _rows(
    source: PageSource, treatment: Treatment, dpi: float | None, remarks: list[str]
) -> tuple[Iterator[Packed], str]:
    """Return the rows, and what makes them; what there is to say is added to ``remarks``."""
    info = source.info
    if info.bilevel and not treatment.steps:
        return bilevel_bands(source), UNTOUCHED
    if treatment.steps:
        return _with_steps(source, treatment, dpi, remarks)
    method = treatment.method_at(dpi, info)
    automatic = treatment.name(info) == AUTO
    if automatic and is_huge(info):
        method = _chosen_banded(method, treatment, source)
    if _runs_in_bands(method):
        return packed_bands(source, method), repr(method)
    pixels = source.load().pixels
    if automatic:
        method = _chosen(method, treatment, pixels)
    return _pieces(as_mask(method(pixels))), repr(method)


def _chosen_banded(method: Any, treatment: Treatment, source: PageSource) -> Any:
    """Return what ``auto`` takes for a page that is seen in bands, or for all of them."""
    from docbin.methods.auto import TILE
    from docbin.methods.auto_scope import fitted_bands

    bands = source.bands(TILE)
    if treatment.fit:
        return fitted_bands(method, treatment.fit, bands)
    return method.choose_banded(bands)


def _chosen(method: Any, treatment: Treatment, pixels: Any) -> Any:
    """Return what ``auto`` takes for a page, or for all of them."""
    from docbin.methods.auto_scope import fitted

    return fitted(method, treatment.fit) if treatment.fit else method.choose(pixels)


def chosen_steps(**wanted: bool) -> tuple[Step, ...]:
    """Return the steps that are wanted, in the order that makes sense."""
    return tuple(STEPS.create(name) for name in STEPS if wanted.get(name))


def _with_steps(
    source: PageSource, treatment: Treatment, dpi: float | None, remarks: list[str]
) -> tuple[Iterator[Packed], str]:
    pixels: Any = source.load().pixels
    bilevel = pixels.dtype == np.bool_
    steps = Pipeline(treatment.steps).at(dpi)
    remarks += [
        said
        for step in steps.steps
        if isinstance(step, Remarking) and (said := step.remark(pixels))
    ]
    prepared = steps.prepare(to_uint8(pixels) if bilevel else pixels)
    names = ", ".join(repr(step) for step in steps.steps)
    if bilevel:
        mask, made = np.less(prepared, 128), f"{UNTOUCHED} with {names}"
    elif steps.instead is not None:
        mask, made = steps.instead(prepared), names
        remarks += [] if mask.any() else ["no text was found"]
    else:
        chosen = treatment.method_at(dpi, source.info)
        if treatment.name(source.info) == AUTO:
            chosen = _chosen(chosen, treatment, prepared)
        mask, made = as_mask(chosen(prepared)), f"{chosen!r} with {names}"
    return _pieces(steps.refine(mask)), made


def _runs_in_bands(method: Any) -> bool:
    return isinstance(method, Banded) and method.passes in (1, 2)


def _pieces(mask: Mask) -> Iterator[Packed]:
    step = max(1, _PIECE // mask.shape[1])
    for top in range(0, len(mask), step):
        yield pack(mask[top : top + step])
