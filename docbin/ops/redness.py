"""How red a page is beyond its paper: what tells red paste from ink and from browned paper.

A pixel's density in a channel is D = ln(paper) − ln(pixel): how much of that light is missing.
Shadows and black ink add the same to all channels, so the excess D_green − D_red does not know
them. Red paste is told from everything else by

- its excess over the paper's own colour, which is fitted by a quadratic surface, so that yellow
  paper and browned edges are paper; the deviation from that surface says what is noise;
- its share D_red / D_green, however thin the paste is: up to 0.6 for red, orange and brown paste,
  0.7 to 0.8 for brown ink, 1 for black; the page's own ink lowers the limit where it is brown;
- its share D_blue / D_green: about 1 for red, 1.7 for orange, more for yellowed and browned paper,
  less for violet and blue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.image import Color, Gray, Mask
from docbin.ops.backdrop import backdrop
from docbin.ops.paper_surface import BLOCK, LIFT, grown, lit_places, surface

Floats: TypeAlias = npt.NDArray[np.float32]

# Excess of what may be and of what surely is red: in deviations of the paper, and at least so much.
_WEAK, _STRONG = (2.5, 0.06), (5.0, 0.12)
# Least density in green of what may be and of what surely is red.
_THIN = (0.05, 0.08)
# Share D_blue / D_green of what may be and of what surely is red.
_BLUE = ((0.45, 2.4), (0.55, 2.2))
# Largest share D_red / D_green of paste, also as a share of that of the page's ink; what may be red
# may have so much more.
_SHARE, _OF_INK, _MORE = 0.68, 0.85, 0.12
# Ink that tells its colour: least density in green, least share, least pixels.
_DENSE, _INKY, _ENOUGH = 0.3, 0.62, 50


@dataclass(frozen=True, slots=True)
class Redness:
    """What is known about the colours of a small page, (h, w).

    Parameters
    ----------
    paper
        Light of the paper, float32 (h, w, 3), 0 to 255.
    density
        D in red, green and blue, float32 (h, w, 3).
    share
        D_red / D_green.
    ink
        What is dark, bool; also seals.
    weak, strong
        What may be and what surely is red.
    limit
        Largest share of paste.
    tint
        D_green / D_red and D_blue / D_red of the page's ink.
    """

    paper: Floats
    density: Floats
    share: Floats
    ink: Mask
    weak: Mask
    strong: Mask
    limit: float
    tint: tuple[float, float]

    @property
    def dense(self) -> Mask:
        """Ink that is dark enough to tell its colour."""
        return np.asarray(self.ink & (self.density[..., 1] > _DENSE))


def redness(small: Color, gray: Gray, ink: Mask, window: int) -> Redness:
    """Measure how red a small page is.

    Parameters
    ----------
    small
        uint8 (h, w, 3) RGB, at about 150 dpi.
    gray
        The same, gray.
    ink
        Roughly what is dark, bool.
    window
        How far around a place its paper is looked for, in pixels.
    """
    logs = np.log(small.astype(np.float32) + np.float32(LIFT))
    excess = logs[..., 0] - logs[..., 1]
    lit = lit_places(gray)
    level, deviation = surface(excess, lit & ~grown(ink))
    excess -= level
    least = [max(low, times * deviation) for times, low in (_WEAK, _STRONG)]
    paper = _paper(small, grown((excess > least[0]) | ~lit | ink), window)
    density = np.log(paper + np.float32(LIFT)) - logs
    green = np.maximum(density[..., 1], np.float32(1e-3))
    share, blue = density[..., 0] / green, density[..., 2] / green
    plain = ink & (green > _DENSE) & (share > _INKY)
    known = int(plain.sum()) > _ENOUGH
    ink_share, ink_blue = (float(np.median(v[plain])) if known else 1.0 for v in (share, blue))
    limit = min(_SHARE, _OF_INK * ink_share)
    weak, strong = (
        (excess > least[i])
        & (green > _THIN[i])
        & (share < limit + (_MORE if i == 0 else 0.0))
        & (blue > _BLUE[i][0])
        & (blue < _BLUE[i][1])
        for i in (0, 1)
    )
    tint = 1 / max(ink_share, 0.5), ink_blue / max(ink_share, 0.5)
    return Redness(paper, density, share, ink, weak, strong, limit, tint)


def _paper(small: Color, other: Mask, window: int) -> Floats:
    """Return the light of the paper, also where there is something else."""
    cv2: Any = load("cv2", purpose="removing seals")
    side = max(3, round((window / BLOCK - 1) / 2) * 2 + 1)
    shades = [
        backdrop(np.ascontiguousarray(small[..., channel]), other, side, BLOCK)
        for channel in range(3)
    ]
    size = small.shape[1], small.shape[0]
    wide = cv2.resize(np.stack(shades, axis=2), size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(wide, np.float32)


def reduced_color(image: Color, factor: int) -> Color:
    """Return a colour page reduced to the means of its blocks, (⌈H / factor⌉, ⌈W / factor⌉, 3)."""
    if factor == 1:
        return image
    cv2: Any = load("cv2", purpose="removing seals")
    height, width = image.shape[:2]
    down, right = -height % factor, -width % factor
    wide = cv2.copyMakeBorder(image, 0, down, 0, right, cv2.BORDER_REPLICATE)
    size = (width + right) // factor, (height + down) // factor
    return np.asarray(cv2.resize(wide, size, interpolation=cv2.INTER_AREA))
