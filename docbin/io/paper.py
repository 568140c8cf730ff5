"""Where a page of pixels lies on paper, in points of 1/72 inch."""

from __future__ import annotations

from dataclasses import dataclass

from docbin.errors import InputError, UsageError
from docbin.registry import near_miss

_POINT = 72.0
_MILLIMETRE = _POINT / 25.4
# Portrait width and height, in points.
PAPERS = {"a4": (210 * _MILLIMETRE, 297 * _MILLIMETRE), "letter": (612.0, 792.0)}
# What is assumed where a file gives no resolution.
UNKNOWN_DPI = 300.0


@dataclass(frozen=True, slots=True)
class Placement:
    """A sheet of paper and the rectangle of it that the page covers; lengths in points."""

    paper_width: float
    paper_height: float
    left: float
    bottom: float
    width: float
    height: float


def place(
    width: int, height: int, dpi: tuple[float, float] | None = None, paper: str | None = None
) -> Placement:
    """Lay a page of ``width`` by ``height`` pixels on paper.

    Parameters
    ----------
    width, height
        Pixels.
    dpi
        Horizontal and vertical resolution; None where it is not known.
    paper
        None: the sheet is as large as the page at ``dpi`` (at 300 dpi where that is None).
        ``"a4"`` or ``"letter"``: the sheet has exactly this size, turned to landscape for a page
        wider than high; the page lies centred on it, in its true size where that is known and
        fits, else as large as fits. ``"auto"``: as None where ``dpi`` is known, else the one of
        the two papers whose shape is nearer to that of the page.

    Raises
    ------
    UsageError
        If there is no paper of this name.
    """
    if dpi is not None and not all(0 < value < float("inf") for value in dpi):
        raise InputError(f"a resolution of {dpi} dpi cannot be used; give two positive numbers")
    names = [*PAPERS, "auto"]
    if paper is not None and paper not in names:
        raise UsageError(
            f"there is no paper '{paper}'; use {', '.join(names)}.{near_miss(paper, names)}"
        )
    horizontal, vertical = dpi or (UNKNOWN_DPI, UNKNOWN_DPI)
    page = (width / horizontal * _POINT, height / vertical * _POINT)
    if paper is None or (paper == "auto" and dpi is not None):
        return Placement(*page, 0.0, 0.0, *page)
    if paper == "auto":
        paper = min(PAPERS, key=lambda name: abs(_shape(PAPERS[name]) - _shape(page)))
    sheet = PAPERS[paper] if page[0] <= page[1] else PAPERS[paper][::-1]
    scale = min(sheet[0] / page[0], sheet[1] / page[1])
    if dpi is not None:
        scale = min(scale, 1.0)
    size = (page[0] * scale, page[1] * scale)
    return Placement(*sheet, (sheet[0] - size[0]) / 2, (sheet[1] - size[1]) / 2, *size)


def _shape(size: tuple[float, float]) -> float:
    return max(size) / min(size)
