"""The steps of a `docbin.pipeline.Pipeline`; lengths on paper scale with the resolution."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.image import Gray, Mask, as_gray
from docbin.methods.sauvola import Sauvola
from docbin.ops.backdrop import backdrop, evened, paper_around
from docbin.ops.border import border
from docbin.ops.paper_surface import is_paper
from docbin.ops.parameters import number
from docbin.ops.redness import redness, reduced_color
from docbin.ops.reduction import factor_for, reduced
from docbin.ops.seal_areas import seal_areas
from docbin.ops.seal_removal import without_seals
from docbin.ops.skew import skew_angle, turned_back
from docbin.ops.specks import without_specks
from docbin.ops.tone import paper_tone
from docbin.ops.window import ASSUMED_DPI, Window, checked, distance

Pixels: TypeAlias = npt.NDArray[np.uint8]

# Resolutions at which pages are measured.
_SKEW_DPI, _BORDER_DPI, _SHADE_DPI, _SEAL_DPI = 150.0, 100.0, 75.0, 150.0
# Sauvola's window on a reduced page: about a tenth of an inch.
_INCH_PART = 0.1
# Paper that fills a place looks like that within this distance.
_PAPER_WINDOW = "5mm"
# Darker than this share of the page's paper is no shadow but a picture or a black area.
_NO_PAPER = 0.3


@dataclass(frozen=True, slots=True)
class Border:
    """Paint black scanner borders like the paper beside them; the size of the page stays.

    Parameters
    ----------
    solid
        Black that is at least so wide, and hangs together with the edge, is border: pixels, or a
        length such as ``"2mm"``.
    dpi
        Resolution of the page; None: 300.
    """

    solid: Window = "2mm"
    dpi: float | None = None

    def __post_init__(self) -> None:
        """Refuse lengths that are none."""
        checked("solid", self.solid)

    def at(self, dpi: float | None) -> Border:
        """Return the step for pages of this resolution."""
        return dataclasses.replace(self, dpi=dpi)

    def prepare(self, image: Pixels) -> Pixels:
        """Paint the border."""
        factor = factor_for(self.dpi, _BORDER_DPI)
        solid = _odd(distance(self.solid, self.dpi) / factor)
        gray = reduced(as_gray(image), factor)
        found = border(gray, solid, max(1, solid // 4))
        if not found.any():
            return image
        dpi = (self.dpi or ASSUMED_DPI) / factor
        ink = _ink(gray, dpi) | found
        paper = paper_around(image, ink, _odd(distance(_PAPER_WINDOW, dpi)), factor)
        rows, columns = np.nonzero(_repeated(found, factor, image))
        result = image.copy()
        result[rows, columns] = paper[rows // factor, columns // factor]
        return result


@dataclass(frozen=True, slots=True)
class Deskew:
    """Turn a page so that its lines of text are level; its size stays.

    The angle is measured on a mask of the page at about 150 dpi (Sauvola), by
    `docbin.ops.skew.skew_angle`; the picture itself is turned. Corners that come from outside
    the page are filled like the paper beside them.

    Parameters
    ----------
    limit
        Largest angle, in degrees.
    dpi
        Resolution of the page; None: 300.
    """

    limit: float = 7.0
    dpi: float | None = None

    def __post_init__(self) -> None:
        """Refuse angles out of range."""
        number("limit", self.limit, 0.1, 45)

    def at(self, dpi: float | None) -> Deskew:
        """Return the step for pages of this resolution."""
        return dataclasses.replace(self, dpi=dpi)

    def angle(self, image: Pixels) -> float:
        """Return by how many degrees the lines of a page fall to the right."""
        factor = factor_for(self.dpi, _SKEW_DPI)
        window = _odd((self.dpi or ASSUMED_DPI) / factor * _INCH_PART)
        return skew_angle(Sauvola(window=window)(reduced(as_gray(image), factor)), self.limit)

    def prepare(self, image: Pixels) -> Pixels:
        """Turn the page."""
        angle = self.angle(image)
        if angle == 0:
            return image
        factor = factor_for(self.dpi, _SHADE_DPI)
        dpi = (self.dpi or ASSUMED_DPI) / factor
        ink = _ink(reduced(as_gray(image), factor), dpi)
        paper = paper_around(image, ink, _odd(distance(_PAPER_WINDOW, dpi)), factor)
        return turned_back(image, angle, paper)


@dataclass(frozen=True, slots=True)
class RemoveSeals:
    """Remove red seals and stamps, and keep the ink under them.

    `docbin.ops.redness` says how red paste is told from ink and browned paper,
    `docbin.ops.seal_areas` how a seal is told from red lettering, `docbin.ops.seal_removal` how the
    ink under it is recovered. Pages without a seal, gray ones, and photos of something else than a
    page (`docbin.ops.paper_surface.is_paper`) stay as they are.

    Parameters
    ----------
    dpi
        Resolution of the page; None: 300.

    Notes
    -----
    Layers are separated by their optical density as by Ruifrok and Johnston 2001 (Analytical and
    Quantitative Cytology and Histology 23:291-299); the paste's colour is measured on the page.
    """

    dpi: float | None = None

    def at(self, dpi: float | None) -> RemoveSeals:
        """Return the step for pages of this resolution."""
        return dataclasses.replace(self, dpi=dpi)

    def remark(self, image: Pixels) -> str | None:
        """Return why there is nothing to do on a page, or None."""
        return None if _colored(image) else "the page has no colour, so seals are not removed"

    def prepare(self, image: Pixels) -> Pixels:
        """Remove the seals of a colour page."""
        if not _colored(image):
            return image
        factor = factor_for(self.dpi, _SEAL_DPI)
        dpi = (self.dpi or ASSUMED_DPI) / factor
        small = reduced_color(image, factor)
        gray = as_gray(small)
        ink = Sauvola(window=_odd(dpi * _INCH_PART))(gray)
        page = redness(small, gray, ink, _odd(distance(_PAPER_WINDOW, dpi)))
        millimetre = dpi / 25.4
        areas, density = seal_areas(page, millimetre)
        if areas is None or not is_paper(small, gray, ink):
            return image
        return without_seals(image, page, areas, density, factor=factor, millimetre=millimetre)


def _colored(image: Pixels) -> bool:
    """Return whether any pixel of a page has a colour."""
    if image.ndim == 2:
        return False
    # Three channels that are equal are a gray page.
    red, green, blue = (image[..., i] for i in range(3))
    return bool((red != green).any() or (green != blue).any())


@dataclass(frozen=True, slots=True)
class Background:
    """Divide a page by the shade of its paper, so that shadows and stains become white.

    Parameters
    ----------
    window
        How far around a place its paper is looked at: pixels, or a length such as ``"5mm"``.
        Larger than letters, smaller than shadows.
    dpi
        Resolution of the page; None: 300.

    Notes
    -----
    `docbin.ops.backdrop` says how the shade is estimated. It follows the idea of Gatos,
    Pratikakis and Perantonis 2006, doi:10.1016/j.patcog.2005.09.010: paper is interpolated
    under the ink of a rough mask, here Sauvola's.
    """

    window: Window = "5mm"
    dpi: float | None = None

    def __post_init__(self) -> None:
        """Refuse lengths that are none."""
        checked("window", self.window)

    def at(self, dpi: float | None) -> Background:
        """Return the step for pages of this resolution."""
        return dataclasses.replace(self, dpi=dpi)

    def prepare(self, image: Pixels) -> Pixels:
        """Even the paper."""
        factor = factor_for(self.dpi, _SHADE_DPI)
        window = _odd(distance(self.window, self.dpi) / factor)
        rough = _ink(as_gray(image), self.dpi or ASSUMED_DPI)
        # The soft edges of strokes are no paper either.
        ink = kernels.local_maximum(rough.view(np.uint8), 3, kernels.threads())
        result = np.empty_like(image)
        planes = image.reshape(*image.shape[:2], -1)
        for channel in range(planes.shape[2]):
            plane = np.ascontiguousarray(planes[:, :, channel])
            even = evened(plane, backdrop(plane, ink != 0, window, factor), factor)
            result.reshape(planes.shape)[:, :, channel] = even
        return result


@dataclass(frozen=True, slots=True)
class Despeckle:
    """Remove specks: small pieces of ink that stand alone.

    Parameters
    ----------
    size
        Largest width and height of a speck: pixels, or a length such as ``"0.25mm"``.
    distance
        A piece nearer than this to a larger one is no speck but part of a letter.
    """

    size: Window = "0.25mm"
    distance: Window = "0.5mm"

    def __post_init__(self) -> None:
        """Refuse lengths that are none."""
        checked("size", self.size, least=1)
        checked("distance", self.distance, least=1)

    def at(self, dpi: float | None) -> Despeckle:
        """Return the step with its lengths in pixels."""
        return Despeckle(
            *(max(1, round(distance(each, dpi))) for each in (self.size, self.distance))
        )

    def refine(self, mask: Mask) -> Mask:
        """Remove specks from a mask, bool (H, W)."""
        ready = self.at(None)
        assert isinstance(ready.size, int)
        assert isinstance(ready.distance, int)
        return without_specks(mask, ready.size, ready.distance)


def _ink(gray: Gray, dpi: float) -> Mask:
    """Return roughly what is no paper: Sauvola's ink, and pictures and black areas."""
    ink = Sauvola(window=_odd(dpi * _INCH_PART))(gray)
    return np.asarray(ink | (gray < _NO_PAPER * paper_tone(gray)[0]))


def _repeated(small: Mask, factor: int, image: Pixels) -> Mask:
    """Return a mask of blocks in the size of the page."""
    where = small.repeat(factor, axis=0)[: image.shape[0]]
    return where.repeat(factor, axis=1)[:, : image.shape[1]]


def _odd(pixels: float) -> int:
    """Return the nearest odd number of pixels from 3."""
    return max(3, round((pixels - 1) / 2) * 2 + 1)
