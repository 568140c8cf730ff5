"""A page without its seals: the ink under them is what is left in the projection they vanish in.

Densities of layers add. Paste of the colour (u_red, u_green, u_blue) changes D_red by a share
κ = u_red / (u_green − u_red) of what it adds to the excess e = D_green − D_red, and black ink does
not change e. So T = D_red − κ e is the ink alone. κ is measured on the page, around each place, as
paste is of many colours: 0.1 for vermilion, 0.5 for dark red, 1 for brown.

Colours of JPEG are blurred, so the edges of a seal leave traces in T; what is no ink at half the
resolution either, or is far fainter than the page's ink, is paper.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from docbin.dependencies import load
from docbin.image import Color, Mask
from docbin.ops.paper_surface import LIFT
from docbin.ops.redness import Floats, Redness

# How far around a place its paste is looked at, in millimetres.
_REACH = 3.0
# D_red / e of what is paste alone.
_PASTE = (-0.2, 1.6)
# Ink fainter than the first share of the page's ink is none, from the sum of both it is kept whole.
_FAINT, _RISE = 0.2, 0.2


def without_seals(
    image: Color, page: Redness, areas: Mask, density: float, *, factor: int, millimetre: float
) -> Color:
    """Return a page on which paper and ink are seen instead of seals; the rest is the same.

    Parameters
    ----------
    image
        uint8 (H, W, 3) RGB.
    page
        What is known about the colours of the small page, (⌈H / factor⌉, ⌈W / factor⌉).
    areas
        bool, in the small page: where seals are.
    density
        D_red of the page's ink.
    factor
        Side in pixels of what is one pixel of the small page.
    millimetre
        Pixels of a millimetre in the small page.
    """
    cv2: Any = load("cv2", purpose="removing seals")
    result = image.copy()
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(areas.view(np.uint8), connectivity=8)
    reach = max(3, 2 * round((_REACH * millimetre - 1) / 2) + 1)
    for label in range(1, count):
        left, top, width, height = (int(value) for value in boxes[label, :4])
        small = np.s_[top : top + height, left : left + width]
        whole = np.s_[
            top * factor : (top + height) * factor, left * factor : (left + width) * factor
        ]
        area = labels[small] == label
        result[whole] = _cleaned(image[whole], page, small, area, (density, factor, reach))
    return result


def _cleaned(
    pixels: Color, page: Redness, small: Any, area: Mask, scales: tuple[float, int, int]
) -> Color:
    """Return the pixels of a box without the seals in its area."""
    cv2: Any = load("cv2", purpose="removing seals")
    ink, factor, reach = scales
    height, width = pixels.shape[:2]

    def enlarged(values: Any) -> Floats:
        plane = np.ascontiguousarray(values, dtype=np.float32)
        size = area.shape[1] * factor, area.shape[0] * factor
        wide = cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR)
        return np.asarray(wide[:height, :width])

    red = page.density[small][..., 0]
    excess = np.maximum(page.density[small][..., 1] - red, 0)
    kappa = _kappa(red, excess, page.strong[small] & area, reach)
    coarse = cv2.blur(np.maximum(red, 0), (3, 3)) - kappa * cv2.blur(excess, (3, 3))
    coarse = cv2.dilate(np.ascontiguousarray(coarse), np.ones((3, 3), np.uint8))
    paper = enlarged(page.paper[small]) + np.float32(LIFT)
    density = np.log(paper[..., :2]) - np.log(pixels[..., :2] + np.float32(LIFT))
    own = cv2.blur(density[..., 1] - density[..., 0], (3, 3))
    left = np.maximum(density[..., 0] - enlarged(kappa) * np.maximum(own, 0), 0)
    left *= _kept(left / ink) * enlarged(_kept(coarse / ink))
    tint = np.array([1.0, *page.tint], np.float32)
    clean = paper * np.exp(-left[..., None] * tint) - np.float32(LIFT)
    near = cv2.dilate((page.weak[small] & area).view(np.uint8), np.ones((3, 3), np.uint8))
    weight = np.minimum(enlarged(near), enlarged(area))[..., None]
    mixed = pixels + weight * (clean - pixels)
    return np.asarray(np.clip(np.rint(mixed), 0, 255), np.uint8)


def _kept(share: Floats) -> Floats:
    """Return how much is kept of ink that has a share of the density of the page's ink."""
    return np.asarray(np.clip((share - np.float32(_FAINT)) / np.float32(_RISE), 0, 1))


def _kappa(red: Floats, excess: Floats, paste: Mask, reach: int) -> Floats:
    """Return κ around each place: means of D_red / e over paste, twice without what is above them.

    What is above them has ink under it.
    """
    cv2: Any = load("cv2", purpose="removing seals")
    ratio = np.where(paste, red / np.maximum(excess, np.float32(0.05)), np.float32(9))
    paste = ratio < _PASTE[1]
    ratio = np.where(paste, np.maximum(ratio, np.float32(_PASTE[0])), 0).astype(np.float32)

    def means(kept: Mask) -> tuple[Floats, Floats, Floats]:
        number = cv2.blur(kept.astype(np.float32), (reach, reach))
        safe = np.maximum(number, np.float32(1e-4))
        first, second = (
            cv2.blur(np.ascontiguousarray(power * kept), (reach, reach)) / safe
            for power in (ratio, ratio * ratio)
        )
        return number, first, np.sqrt(np.maximum(second - first * first, 0))

    kept = paste
    for _ in range(2):
        _, mean, deviation = means(kept)
        kept = paste & (ratio < mean + deviation + np.float32(0.02))
    number, mean, _ = means(kept)
    middle = np.float32(np.median(ratio[paste])) if paste.any() else np.float32(0)
    return np.where(number > 0.01, mean, middle)
