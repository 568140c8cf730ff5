"""A picture of an image with the regions that were found drawn upon it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from docbin.dependencies import load
from docbin.image import Color, as_rgb
from docbin.regions import TextRegion

# By kind; what has no colour of its own takes that of text. RGB.
_COLORS = {"text": (0, 160, 60), "seal": (230, 0, 200)}
_FIRST = (255, 60, 0)
_FRACTION = 16  # of a pixel, in which corners are drawn
_SHIFT = 4


def overlay(image: Any, regions: Sequence[TextRegion], *, numbers: bool = True) -> Color:
    """Return a copy of an image, RGB (H, W, 3), with outlines and places in the reading order.

    The first side of each region, along which its text runs, is drawn in another colour.

    Parameters
    ----------
    image
        What `docbin.image.as_array` takes.
    regions
        In reading order, in pixels of the image.
    numbers
        Whether each region's place in the order stands at its first corner.
    """
    cv2 = load("cv2", purpose="pictures of what was found")
    drawn = np.array(as_rgb(image))
    width = max(1, round(min(drawn.shape[:2]) / 400))
    for place, region in enumerate(regions, 1):
        corners = np.round((region.polygon - 0.5) * _FRACTION).astype(np.int32)
        color = _COLORS.get(region.kind, _COLORS["text"])
        cv2.polylines(drawn, [corners], True, color, width, cv2.LINE_AA, _SHIFT)  # noqa: FBT003
        first, second = (tuple(corner.tolist()) for corner in corners[:2])
        cv2.line(drawn, first, second, _FIRST, width, cv2.LINE_AA, _SHIFT)
        if numbers:
            at = (int(region.polygon[0, 0]), max(int(region.polygon[0, 1]) - 2, 12))
            size, face = 0.4 + 0.1 * width, cv2.FONT_HERSHEY_SIMPLEX
            cv2.putText(drawn, str(place), at, face, size, (255, 255, 255), width + 2, cv2.LINE_AA)
            cv2.putText(drawn, str(place), at, face, size, color, width, cv2.LINE_AA)
    return drawn
