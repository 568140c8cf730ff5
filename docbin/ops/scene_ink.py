"""Ink of one region of text in a photo: letters of any colour on a ground of any other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.image import Color, Mask
from docbin.ops.color_axis import otsu, split, two_clusters
from docbin.ops.polygon import area, filled
from docbin.regions import Polygon

Plane = npt.NDArray[np.float32]

# Chosen on the development photos of docbin.synth.scenes.
_SHARPER, _SOFTEST = 3.0, 2.0
_RING, _GROWN, _GROUND, _NEAR = 0.12, 0.05, 0.6, 0.5
_TOWARDS_INK = 0.7
# Means over letters need no finer picture than this many pixels to their height.
_FINE = 24.0


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A polygon in a photo as masks of a window around it.

    Parameters
    ----------
    window
        Rows and columns of the photo.
    inside
        bool: the polygon, a little grown.
    ring
        bool: what lies just outside.
    height
        Of the letters, in pixels, about: the shorter side of the rectangle that has the polygon's
        area and perimeter.
    """

    window: tuple[slice, slice]
    inside: Mask
    ring: Mask
    height: float

    @classmethod
    def of(cls, polygon: Polygon, shape: tuple[int, ...]) -> Region | None:
        """Return the region of a polygon in a photo; None where no pixel of it is inside."""
        height = text_height(polygon)
        window, drawn = filled(polygon, shape, int(0.4 * height) + 4)
        if not drawn.any():
            return None
        inside = _dilated(drawn.view(np.uint8), round(_GROWN * height))
        ring = _dilated(inside, max(1, round(_RING * height))) & ~inside
        return cls(window, inside != 0, ring != 0, height)


def text_height(polygon: Polygon) -> float:
    """Return the shorter side of the rectangle of a polygon's area and perimeter, at least 1.

    Examples
    --------
    >>> text_height(np.array([(0, 0), (40, 0), (40, 10), (0, 10)], float))
    10.0
    """
    steps = polygon - np.roll(polygon, 1, axis=0)
    half = float(np.hypot(steps[:, 0], steps[:, 1]).sum()) / 2
    root = max(0.0, half * half - 4 * area(polygon))
    return max(1.0, (half - math.sqrt(root)) / 2)


def region_ink(image: Color, region: Region) -> tuple[Mask, bool]:
    """Return the ink of a region, bool as its window, and whether it is lighter than the ground.

    The photo is sharpened by as much as letters of this height may be blurred. Its colours are
    split in two, and Fisher's discriminant of the halves gives the axis on which ink and ground
    differ most (`docbin.ops.color_axis`). On this axis the mean around each pixel is taken away,
    so that shadows do not count, and Otsu's threshold makes two classes. The ground is the class
    that lies at the border of the region and around it. Last, a pixel is ink where it is nearer to
    the local mean of the ink than to that of the ground, in the ratio 3 to 7: blur makes strokes
    thicker than they are.

    Parameters
    ----------
    image
        uint8 (H, W, 3) RGB, the whole photo.
    region
        Where the text is.
    """
    pixels = _sharpened(image[region.window], region.height)
    inside = region.inside
    values = pixels[inside]
    found = two_clusters(values)
    axis = None if found is None else split(values, found)
    if axis is None:
        return np.zeros_like(inside), False
    plane = np.asarray(pixels @ axis, np.float32)
    wide = inside | region.ring
    evened = plane - _mean(plane, wide, _GROUND * region.height, region.height)
    first = evened > otsu(evened[inside])
    near = _NEAR * region.height
    first = _nearer(plane, first, region, near, 0.5)
    first = _nearer(plane, first, region, near, 0.5)
    ink = first if _is_ink(first, region) else ~first
    ink = _nearer(plane, ink, region, near, _TOWARDS_INK) & inside
    light = bool(ink.any() and _luma(image, region, ink) > _luma(image, region, inside & ~ink))
    return ink, light


def _luma(image: Color, region: Region, where: Mask) -> float:
    if not where.any():
        return 0.0
    red, green, blue = image[region.window][where].mean(axis=0)
    return float(0.299 * red + 0.587 * green + 0.114 * blue)


def _sharpened(image: Color, height: float) -> Plane:
    """Return the photo minus its blur, float32: unsharp masking."""
    cv2: Any = load("cv2", purpose="binarizing text in photos")
    pixels = image.astype(np.float32)
    deviation = min(_SOFTEST, max(0.8, 0.06 * height + 0.5))
    pixels += np.float32(_SHARPER) * (pixels - cv2.GaussianBlur(pixels, (0, 0), deviation))
    return np.clip(pixels, -128, 383)


def _mean(plane: Plane, where: Mask, deviation: float, height: float) -> Plane:
    """Return the mean of some pixels around each one, weighted by a bell; of all where none is."""
    cv2: Any = load("cv2", purpose="binarizing text in photos")
    factor = max(1.0, height / _FINE)
    size = tuple(max(1, round(length / factor)) for length in plane.shape[::-1])
    weight = where.astype(np.float32)
    sums = [
        cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in (plane * weight, weight)
    ]
    sums = [cv2.GaussianBlur(each, (0, 0), max(0.5, deviation / factor)) for each in sums]
    whole = float(plane[where].mean())
    mean = (sums[0] + np.float32(1e-3 * whole)) / (sums[1] + np.float32(1e-3))
    return np.asarray(cv2.resize(mean, plane.shape[::-1], interpolation=cv2.INTER_LINEAR))


def _nearer(plane: Plane, ink: Mask, region: Region, deviation: float, share: float) -> Mask:
    """Return where pixels are on the ink's side of what is ``share`` from ground to ink."""
    its, ground = ink & region.inside, region.inside & ~ink
    if not its.any() or not ground.any():
        return ink
    high, low = (_mean(plane, each, deviation, region.height) for each in (its, ground))
    level = low + (high - low) * np.float32(share)
    return np.asarray(plane > level if plane[its].mean() > plane[ground].mean() else plane < level)


def _is_ink(first: Mask, region: Region) -> bool:
    """Say whether a class is the ink: less of the border and of what is around belongs to it."""
    cv2: Any = load("cv2", purpose="binarizing text in photos")
    inner = cv2.erode(
        region.inside.view(np.uint8), np.ones((3, 3), np.uint8), borderValue=0
    ).astype(bool)
    places = [where for where in (region.inside & ~inner, region.ring) if where.any()]
    return sum(float(first[where].mean()) for where in places) < 0.5 * len(places)


def _dilated(mask: Any, radius: int) -> Any:
    if radius < 1:
        return mask
    cv2: Any = load("cv2", purpose="binarizing text in photos")
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)
    return cv2.dilate(mask, disk)
