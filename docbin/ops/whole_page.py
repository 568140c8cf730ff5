"""A whole page seen at one small size, and what is found there brought back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from docbin.image import Mask
from docbin.ops.patches import Pixels, filled

Field = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A page at one size, and how to get back.

    Attributes
    ----------
    pixels
        uint8 (side, side) or (side, side, 3).
    place
        Top and left of the page in the square around it.
    around
        Height and width of what was shrunk: the page, or the square around it.
    shape
        Height and width of the page.
    """

    pixels: Pixels
    place: tuple[int, int]
    around: tuple[int, int]
    shape: tuple[int, int]

    def back(self, field: Field) -> Field:
        """Return a field of the small page at the page's size, float32 (H, W), bilinear."""
        import cv2

        large = cv2.resize(field, self.around[::-1], interpolation=cv2.INTER_LINEAR)
        top, left = self.place
        return np.asarray(large[top : top + self.shape[0], left : left + self.shape[1]])


def fits(shape: tuple[int, ...], *, least: int, slimmest: int) -> bool:
    """Return whether a page can be looked at as a whole.

    Not if its longer side is shorter than ``least``, or longer than ``slimmest`` shorter sides.
    """
    low, high = sorted(shape[:2])
    return low * slimmest >= high >= least


def shrunk(image: Pixels, side: int, *, squared: int) -> Shrunk:
    """Return a page stretched to a square of ``side`` pixels.

    Parameters
    ----------
    image
        uint8 (H, W) or (H, W, 3).
    side
        Of the result.
    squared
        A page longer than so many shorter sides is first laid in the middle of a square of its
        channels' medians; others are stretched as they are.
    """
    low, high = sorted(image.shape[:2])
    page, place = filled(image, high, high) if low * squared < high else (image, (0, 0))
    return Shrunk(_resized(page, side), place, _extents(page), _extents(image))


def shrunk_truth(truth: Mask, side: int, *, squared: int, thickness: int) -> Mask:
    """Return the truth of `shrunk`, with its ink thickened; bool (side, side).

    Parameters
    ----------
    truth
        bool (H, W), True is ink.
    side, squared
        As for `shrunk`.
    thickness
        See `thickened`.
    """
    import cv2

    low, high = sorted(truth.shape)
    ink = truth.view(np.uint8)
    if low * squared < high:
        top, left = ((high - extent) // 2 for extent in truth.shape)
        ink = np.pad(ink, [(top, high - len(ink) - top), (left, high - ink.shape[1] - left)])
    small = cv2.resize(ink, (side, side), interpolation=cv2.INTER_NEAREST)
    return thickened(np.asarray(small, np.float32), thickness) > 0


def thickened(field: Field, thickness: int) -> Field:
    """Return the largest value in a square window around each pixel, float32 (H, W).

    Parameters
    ----------
    field
        float32 (H, W), more where ink is.
    thickness
        Odd side of the window; 1 changes nothing.
    """
    import cv2

    return np.asarray(cv2.dilate(field, np.ones((thickness, thickness), np.uint8)))


def _extents(image: Pixels) -> tuple[int, int]:
    return image.shape[0], image.shape[1]


def _resized(image: Pixels, side: int) -> Pixels:
    """Return a picture at another size: means of areas, or bilinear where it grows both ways."""
    import cv2

    grows = max(image.shape[:2]) <= side
    way = cv2.INTER_LINEAR if grows else cv2.INTER_AREA
    return np.asarray(cv2.resize(image, (side, side), interpolation=way), np.uint8)
