"""A page in overlapping square patches, and patches of results blended back to a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from docbin.errors import UsageError

Field = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]
Place = tuple[int, int]
T = TypeVar("T", bound=np.generic)

# Beyond this a patch's neighbour begins less than one of twenty of its side later.
MOST_OVERLAP = 0.95


def starts(length: int, side: int, stride: int) -> list[int]:
    """Return where patches start on an extent at least a patch long; the last ends at the border.

    Examples
    --------
    >>> starts(1000, 448, 224)
    [0, 224, 448, 552]
    """
    last = length - side
    return sorted({min(start, last) for start in range(0, last + stride, stride)})


def stride_of(side: int, overlap: float) -> int:
    """Return the step between patches that overlap by a share of their side, at least 1.

    Examples
    --------
    >>> stride_of(224, 0.25), stride_of(224, 0.9)
    (168, 22)
    """
    if not 0 <= overlap <= MOST_OVERLAP:
        raise UsageError(f"overlap is {overlap!r}; give a share of a patch, 0 to {MOST_OVERLAP}")
    return max(1, int(side * (1 - overlap) + 1e-9))


def grid(shape: tuple[int, ...], side: int, overlap: float) -> list[Place]:
    """Return top and left of the patches that cover a page, in reading order.

    Parameters
    ----------
    shape
        Height and width of the page; a page smaller than a patch has one patch there.
    side
        Of the square patches, in pixels.
    overlap
        Share of a side that neighbours have in common, 0 to 0.95. The last patches of a row and a
        column end at the border, so they may have more.

    Examples
    --------
    >>> grid((100, 150), 100, 0.25)
    [(0, 0), (0, 50)]
    >>> len(grid((3508, 2480), 224, 0.25)), len(grid((3508, 2480), 224, 0.9))
    (315, 15704)
    """
    stride = stride_of(side, overlap)
    tops, lefts = (starts(max(extent, side), side, stride) for extent in shape[:2])
    return [(top, left) for top in tops for left in lefts]


def medians(image: Pixels) -> npt.NDArray[np.uint8]:
    """Return the median of each channel, uint8 (C,); of gray one number."""
    flat = image.reshape(-1, 1 if image.ndim == 2 else image.shape[2])
    middle = np.partition(flat, len(flat) // 2, axis=0)[len(flat) // 2]
    return np.asarray(middle, np.uint8)


def filled(image: Pixels, height: int, width: int) -> tuple[Pixels, Place]:
    """Return a page in the middle of a larger one of its channels' medians, and its place there.

    Parameters
    ----------
    image
        uint8 (H, W) or (H, W, 3); returned as it is where it is large enough.
    height, width
        Least extents of the result.
    """
    tall, wide = max(height, image.shape[0]), max(width, image.shape[1])
    if (tall, wide) == image.shape[:2]:
        return image, (0, 0)
    top, left = (tall - image.shape[0]) // 2, (wide - image.shape[1]) // 2
    large = np.empty((tall, wide, *image.shape[2:]), np.uint8)
    large[...] = medians(image)
    large[top : top + image.shape[0], left : left + image.shape[1]] = image
    return large, (top, left)


def mirrored(image: npt.NDArray[T], side: int) -> npt.NDArray[T]:
    """Return a page continued below and to the right as by mirrors until a patch fits into it.

    Parameters
    ----------
    image
        (H, W) or (H, W, C) of any dtype; returned as it is where it is large enough.
    side
        Least extent of the result.

    Examples
    --------
    >>> mirrored(np.array([[1, 2]]), 3).tolist()
    [[1, 2, 2], [1, 2, 2], [1, 2, 2]]
    """
    behind = [(0, max(0, side - extent)) for extent in image.shape[:2]]
    if behind == [(0, 0)] * 2:
        return image
    return np.pad(image, behind + [(0, 0)] * (image.ndim - 2), mode="symmetric")


def cut(image: Pixels, places: Iterable[Place], side: int) -> Iterator[Pixels]:
    """Yield the patches of a page at these places, (side, side) or (side, side, 3)."""
    for top, left in places:
        yield np.ascontiguousarray(image[top : top + side, left : left + side])


def ramp(side: int, overlap: float) -> Field:
    """Return the weight of a patch's rows, float32 (side,): it rises over what overlaps.

    w(i) = min(1, (i + ½) / o, (side − i − ½) / o) with o = max(1, side − stride).
    """
    shared = max(1, side - stride_of(side, overlap))
    place = np.arange(side) + 0.5
    rising: Field = np.minimum(1.0, np.minimum(place, side - place) / shared).astype(np.float32)
    return rising


def weights(length: int, side: int, overlap: float) -> Field:
    """Return each patch's share of every pixel of a row, float32 (patches, length).

    They are at least 0 and add up to 1 at every pixel; of a page they are the product of those of
    its rows and of its columns.
    """
    rising = ramp(side, overlap)
    places = starts(length, side, stride_of(side, overlap))
    found = np.zeros((len(places), length), np.float32)
    for row, start in zip(found, places, strict=True):
        row[start : start + side] = rising
    shares: Field = found / found.sum(0)
    return shares


def blended(patches: Iterable[Field], shape: tuple[int, ...], side: int, overlap: float) -> Field:
    """Return one field of the fields of patches: their mean, weighted by `weights`.

    Parameters
    ----------
    patches
        float32 (side, side) each, in the order of `grid`.
    shape
        Height and width of the page, neither less than ``side``.
    side, overlap
        As for `grid`.
    """
    down, across = (weights(extent, side, overlap) for extent in shape[:2])
    # A thousand patches may meet in a pixel: their sum in single precision would show it.
    total = np.zeros(shape[:2], np.float64)
    tops, lefts = (starts(extent, side, stride_of(side, overlap)) for extent in shape[:2])
    each = iter(patches)
    for top, rows in zip(tops, down, strict=True):
        for left, columns in zip(lefts, across, strict=True):
            area = np.s_[top : top + side, left : left + side]
            share = rows[top : top + side, None] * columns[None, left : left + side]
            total[area] += share * next(each)
    return total.astype(np.float32)
