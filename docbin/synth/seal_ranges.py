"""What pages with seals are drawn from: configurations that share no font and no shape.

``DEVELOPMENT`` is for making methods, ``TEST`` for judging them: its fonts, shapes of seals and
seeds are held out. Of both there are leaves, too: titles and colophons, with little writing and the
seals of many owners, where seals do most harm.
All were fixed before any method that removes seals, and are not to be changed to suit one.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from docbin.synth.fields import Range

# Red, green and blue light that a full layer of the paste leaves: least and most of each.
COLORS: dict[str, tuple[Range, Range, Range]] = {
    "vermilion": ((0.78, 0.95), (0.16, 0.36), (0.08, 0.28)),
    "faded orange": ((0.88, 0.98), (0.48, 0.68), (0.30, 0.52)),
    "brown": ((0.50, 0.68), (0.28, 0.44), (0.18, 0.34)),
    "dark red": ((0.42, 0.62), (0.06, 0.20), (0.08, 0.22)),
}


@dataclass(frozen=True, slots=True)
class SealRanges:
    """From what sealed pages are drawn.

    Parameters
    ----------
    name
        Name of the configuration; the split of its pages.
    first
        Seed of its page 0; page n has seed ``first + n``.
    shapes
        Keys of `docbin.synth.seal_shapes.SHAPES`.
    seal_fonts, text_fonts
        Regular expressions over names of font files without extension: brush fonts in which
        seals are cut, fonts in which pages are written.
    pages
        Pages 0 … ``pages − 1`` of 1000 × 1200 pixels are the set that is scored.
    faces
        Built-in faces in which seals are cut where none of their fonts is installed.
    colors
        Keys of `COLORS`.
    seals
        Least and most seals of a page.
    side
        Longer side of a seal, in ems of the page's text.
    opacity
        How much of the light the paste takes where it is thickest: 0 none, 1 as `COLORS` says.
    body
        Share of the paste that covers what is under it rather than filtering its light; 0 is also
        what ink looks like that was written over a seal.
    uneven
        How much of the paste may be missing in patches.
    bare
        How much of the seal may not print at all, in spots.
    turn
        Greatest angle in degrees, to both sides.
    frame
        Width of the frame, as a share of half the side.
    overlap
        Share of the seals that are set on writing rather than beside it.
    rubric
        Share of the pages with some of their writing in red, which is ink.
    jpeg
        Least and greatest JPEG quality.
    inset, lead
        Least and most of what these are in `docbin.synth.recipes.Recipe`; None: as in any page.
    layouts
        Keys of `docbin.synth.layouts.LAYOUTS` that pages have; none: as any page.
    left_out
        Degradations that such pages never have: those of film and gray scanners, and those that
        are drawn here in another way.
    """

    name: str
    first: int
    shapes: tuple[str, ...]
    seal_fonts: str
    text_fonts: str
    faces: tuple[str, ...]
    pages: int = 60
    colors: tuple[str, ...] = tuple(COLORS)
    seals: tuple[int, int] = (1, 4)
    side: Range = (3.0, 8.0)
    opacity: Range = (0.3, 1.0)
    body: Range = (0.0, 0.4)
    uneven: Range = (0.0, 0.7)
    bare: Range = (0.0, 0.35)
    turn: float = 8.0
    frame: Range = (0.05, 0.14)
    overlap: float = 0.6
    rubric: float = 0.15
    jpeg: tuple[int, int] = (60, 95)
    inset: Range | None = None
    lead: Range | None = None
    layouts: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ("seals", "jpeg", "low-contrast", "scratches", "banding")


# Pages of a configuration; seeds of one never reach those of the other.
SPAN = 1_000_000

DEVELOPMENT = SealRanges(
    "development",
    1 * SPAN,
    shapes=("square", "circle", "tall"),
    seal_fonts="kouzan-mouhitsu|AoyagiKouzanT",
    text_fonts=(
        "kouzan-mouhitsu|AoyagiKouzanT|DancingScript-.*|[Bb]reip.*|BecauseWe.*|Isabella|Zainer.*"
        "|Fust.*|Rot.*|Spira.*|Parix.*|Hamlet.*|OldStandard-.*|Lohit-Devanagari|DejaVu.*"
    ),
    faces=("plain", "bold"),
)

TEST = SealRanges(
    "test",
    2 * SPAN,
    shapes=("rounded", "ellipse", "octagon", "gourd", "double"),
    seal_fonts="KouzanBrushFontSousyo|kouzan-mouhitsu-gyosho|aoyagi-soseki",
    text_fonts=(
        "KouzanBrushFontSousyo|kouzan-mouhitsu-gyosho|aoyagi-soseki|ipaexm|Kristi|Joscelyn.*"
        "|Blankenburg.*|Rusch.*|Ptolemy.*|Soufflet.*|Swey.*|Jessen.*|GFSDidot.*|Amiri-.*"
    ),
    faces=("book", "hand"),
)


def _leaves(ranges: SealRanges, first: int) -> SealRanges:
    return dataclasses.replace(
        ranges,
        name=f"{ranges.name}-leaves",
        first=first,
        seals=(3, 8),
        inset=(0.8, 2.0),
        lead=(1.0, 1.8),
        layouts=("page", "letter", "note", "upright"),
    )


DEVELOPMENT_LEAVES = _leaves(DEVELOPMENT, 3 * SPAN)
TEST_LEAVES = _leaves(TEST, 4 * SPAN)

SEALS = {ranges.name: ranges for ranges in (DEVELOPMENT, TEST, DEVELOPMENT_LEAVES, TEST_LEAVES)}

# Opened books, for training alone: see `docbin.synth.books`. Seals are those of DEVELOPMENT.
BOOKS = dataclasses.replace(
    DEVELOPMENT,
    name="books",
    first=5 * SPAN,
    text_fonts="kouzan.*|Kouzan.*|[Aa]oyagi.*|ipaexm",
    seals=(0, 4),
    side=(1.2, 6.0),
    opacity=(0.4, 1.0),
)
