"""Text in photos: found, and binarized where it is. A step of a `docbin.pipeline.Pipeline`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.detect import DETECTORS
from docbin.detect.detector import Detector
from docbin.detect.reading_order import in_reading_order
from docbin.errors import UsageError
from docbin.image import Mask, as_rgb
from docbin.ops.scene_ink import Region, region_ink
from docbin.regions import Polygon, TextRegion
from docbin.runtime.shipped import DETECTOR

# White around a crop, as a share of its height.
_MARGIN = 0.15
# Letters of lower crops are too small to be read, and are enlarged.
_LEAST_HEIGHT = 32.0
_MOST_ENLARGED = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """A region of text set upright, ready to be read.

    Parameters
    ----------
    mask
        bool (h, w), True is ink, whatever its colour in the photo; white around it.
    region
        Where it came from, in pixels of the photo.
    corners
        float64 (4, 2): the rectangle of the photo that the crop shows without its margin, clockwise
        from the corner that is its upper left.
    light
        Whether letters are lighter than their ground.
    """

    mask: Mask
    region: TextRegion
    corners: Polygon
    light: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """Find the text of a photo and binarize it there; all else is white.

    It stands in the place of the binarizer. `docbin.ops.scene_ink` says how a region is binarized:
    letters may be light on dark, dark on light, or of another colour than their ground.

    Parameters
    ----------
    weights
        Of the detector, see `docbin.detect.db.Db`: ``"detector"``, which docbin comes with, or the
        path of a packed network (``.docbin``) or a model in ONNX (``.onnx``).

    Examples
    --------
    >>> page = np.full((40, 90, 3), (40, 60, 160), np.uint8)
    >>> page[10:30, 20:24] = page[10:14, 12:32] = 240  # a light T on blue
    >>> region = TextRegion([(8, 6), (36, 6), (36, 34), (8, 34)])
    >>> int(binarized(page, [region]).sum())
    144
    """

    weights: str = DETECTOR

    def __post_init__(self) -> None:
        """Refuse weights that are none; whether they are there shows with the first photo."""
        if not isinstance(self.weights, str):
            raise UsageError(f"weights is {self.weights!r}; give a path, or '{DETECTOR}'")

    def at(self, dpi: float | None) -> Scene:
        """Return the step for pages of this resolution: the same."""
        del dpi
        return self

    def detector(self) -> Detector:
        """Return what finds the text.

        Raises
        ------
        UsageError
            If the weights are not there, or find no text.
        """
        found: Detector = DETECTORS.create("db", weights=self.weights)
        return found

    def remark(self, image: Any) -> str | None:
        """Return why there is nothing to do on a page, or None."""
        bilevel = np.asarray(image).dtype == np.bool_
        return (
            "the page is black and white already; its text is not looked for" if bilevel else None
        )

    def mask(self, image: Any) -> Mask:
        """Return the ink of the text in a photo, uint8 (H, W) or (H, W, 3) RGB; True is ink."""
        return binarized(image, self.detector()(image))

    def crops(self, image: Any) -> list[Crop]:
        """Return the text of a photo, region by region in reading order."""
        return cropped(image, self.detector()(image))


def binarized(image: Any, regions: Sequence[TextRegion]) -> Mask:
    """Return the ink in some regions of a photo; all else is white.

    Parameters
    ----------
    image
        uint8 (H, W) gray or (H, W, 3) RGB; see `docbin.image.as_array` for all that is taken.
    regions
        In pixels of the photo; what lies outside does not count.

    Returns
    -------
    Mask
        bool (H, W), True is ink of letters of any colour.
    """
    rgb = as_rgb(image)
    result = np.zeros(rgb.shape[:2], bool)
    for each in regions:
        region = Region.of(each.polygon, rgb.shape)
        if region is not None:
            result[region.window] |= region_ink(rgb, region)[0]
    return result


def cropped(image: Any, regions: Sequence[TextRegion]) -> list[Crop]:
    """Return regions of a photo as crops that can be read, in reading order.

    Each is the smallest rectangle around its polygon, or the polygon itself where it has four
    corners, seen upright: the side that is nearest to level and topmost is its top. Text that runs
    down stays so, and text on a curve stays curved. Small ones are enlarged up to four times.
    """
    rgb = as_rgb(image)
    found = []
    for each in in_reading_order(regions):
        region = Region.of(each.polygon, rgb.shape)
        if region is not None:
            ink, light = region_ink(rgb, region)
            corners = upright_corners(each.polygon)
            found.append(Crop(_upright(ink, region, corners), each, corners, light))
    return found


def upright_corners(polygon: Polygon) -> Polygon:
    """Return the corners of a region's rectangle, clockwise from the upper left of its text.

    Examples
    --------
    >>> upright_corners(np.array([(0, 10), (0, 0), (40, 0), (40, 10)], float)).tolist()
    [[0.0, 0.0], [40.0, 0.0], [40.0, 10.0], [0.0, 10.0]]
    """
    cv2: Any = load("cv2", purpose="cutting text out of photos")
    corners = np.asarray(polygon, np.float64)
    if len(corners) != 4 or not cv2.isContourConvex(corners.astype(np.float32)):
        corners = cv2.boxPoints(cv2.minAreaRect(corners.astype(np.float32))).astype(np.float64)
    sides = np.roll(corners, -1, axis=0) - corners
    if (corners[:, 0] * np.roll(corners[:, 1], -1)).sum() < (
        corners[:, 1] * np.roll(corners[:, 0], -1)
    ).sum():
        corners = corners[::-1]
        sides = np.roll(corners, -1, axis=0) - corners
    # The top runs to the right more than any other side does.
    level = sides[:, 0] / np.maximum(1e-9, np.hypot(sides[:, 0], sides[:, 1]))
    return np.ascontiguousarray(np.roll(corners, -int(np.argmax(level)), axis=0))


def _upright(ink: Mask, region: Region, corners: Polygon) -> Mask:
    """Return the ink of a region as it is seen upright, with white around it."""
    cv2: Any = load("cv2", purpose="cutting text out of photos")
    sides = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    wide, high = max(sides[0], sides[2], 1.0), max(sides[1], sides[3], 1.0)
    scale = min(_MOST_ENLARGED, max(1.0, _LEAST_HEIGHT / min(wide, high)))
    size = (max(1, round(wide * scale)), max(1, round(high * scale)))
    margin = max(2, round(_MARGIN * min(size)))
    target = np.array([(0, 0), (size[0], 0), size, (0, size[1])], np.float32) + margin - 0.5
    origin = np.array([region.window[1].start, region.window[0].start])
    matrix = cv2.getPerspectiveTransform((corners - origin - 0.5).astype(np.float32), target)
    cover: npt.NDArray[np.uint8] = ink.view(np.uint8) * np.uint8(255)
    whole = (size[0] + 2 * margin, size[1] + 2 * margin)
    return np.asarray(cv2.warpPerspective(cover, matrix, whole, flags=cv2.INTER_LINEAR) >= 128)
