"""The probability map of an image of any size, in tiles where it is large."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.detect.field_model import FieldModel
from docbin.errors import InputError
from docbin.image import Color

# Small pictures are not enlarged beyond this: there is nothing in them to be seen.
MOST_ENLARGED = 4.0
# Of what the network sees, in pixels.
MOST_PIXELS = 1 << 28

Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class ProbabilityMap:
    """Where text is in an image.

    Parameters
    ----------
    values
        uint8 (H', W') in steps of 1/255.
    size
        Height and width of the image.
    seen
        Height and width to which the image was resized for the model.
    stride
        Pixels of the resized image for one of the map.
    """

    values: npt.NDArray[np.uint8]
    size: tuple[int, int]
    seen: tuple[int, int]
    stride: int

    @property
    def scale(self) -> tuple[float, float]:
        """Pixels of the image that one of the map is wide and high."""
        return (
            self.stride * self.size[1] / self.seen[1],
            self.stride * self.size[0] / self.seen[0],
        )


def seen_size(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return height and width with a shorter side of ``side`` pixels; 0 leaves them.

    Pictures are enlarged four times at most.

    Examples
    --------
    >>> seen_size((1472, 2560), 736), seen_size((10, 20), 736), seen_size((9, 5000), 0)
    ((736, 1280), (40, 80), (9, 5000))
    """
    factor = min(side / min(size), MOST_ENLARGED) if side else 1.0
    height, width = (max(1, round(length * factor)) for length in size)
    if height * width > MOST_PIXELS:
        raise InputError(
            f"an image of {size[1]} x {size[0]} would become {width} x {height} pixels; the limit "
            f"is {MOST_PIXELS / 1e6:.0f} million: give a smaller side"
        )
    return height, width


def probability_map(model: FieldModel, image: Color, *, side: int, tile: int) -> ProbabilityMap:
    """Return the map of an image, RGB (H, W, 3).

    A resized image of up to ``tile`` × ``tile`` pixels is seen at once, a larger one in tiles, each
    with its surroundings, as far as the model looks; every pixel of the map is that of the tile
    that it lies in. So there are no seams between tiles to be mended, the map is the one that the
    whole image would have, and beside the image memory holds one byte a pixel.
    """
    size = (image.shape[0], image.shape[1])
    seen = seen_size(size, side)
    pixels = _resized(image, seen)
    if seen[0] * seen[1] <= tile * tile:
        field = model.probability(pixels)
        return ProbabilityMap(_bytes(field), size, seen, _stride(seen, field.shape))
    values = np.zeros((0, 0), np.uint8)
    stride = 1
    spans = [list(_spans(length, tile, model)) for length in seen]
    for core_rows, rows in spans[0]:
        for core_columns, columns in spans[1]:
            part = pixels[slice(*rows), slice(*columns)]
            field = model.probability(np.ascontiguousarray(part))
            if values.size == 0:
                stride = _stride(part.shape, field.shape)
                values = np.zeros([-(-length // stride) for length in seen], np.uint8)
            inner = _bytes(field[_within(core_rows, rows, stride)])
            inner = inner[:, _within(core_columns, columns, stride)]
            top, left = core_rows[0] // stride, core_columns[0] // stride
            values[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    return ProbabilityMap(values, size, seen, stride)


def _resized(image: Color, seen: tuple[int, int]) -> Color:
    if image.shape[:2] == seen:
        return image
    cv2 = load("cv2", purpose="text detection")
    smaller = seen[0] < image.shape[0] or seen[1] < image.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (seen[1], seen[0]), interpolation=how))


def _bytes(field: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Return probabilities in steps of 1/255, rounded."""
    cv2 = load("cv2", purpose="text detection")
    return np.asarray(cv2.convertScaleAbs(np.ascontiguousarray(field), alpha=255.0))


def _stride(seen: tuple[int, ...], shape: tuple[int, ...]) -> int:
    """Return the stride of a map; both sides have to agree on it."""
    for stride in (1, 2, 4, 8, 16, 32):
        if all(-(-seen[axis] // stride) == shape[axis] for axis in (0, 1)):
            return stride
    raise InputError(
        f"the model gives a map of {shape} for an image of {tuple(seen[:2])}; its extents have to "
        "be those of the image divided by a power of two, rounded up"
    )


def _spans(length: int, tile: int, model: FieldModel) -> Iterator[tuple[Span, Span]]:
    """Yield of each tile what it decides, and what it sees, along one axis."""
    multiple = model.multiple
    halo = -(-model.halo // multiple) * multiple
    step = max(tile // multiple, 1) * multiple
    for start in range(0, length, step):
        core = (start, min(start + step, length))
        yield core, (max(0, start - halo), min(core[1] + halo, length))


def _within(core: Span, seen: Span, stride: int) -> slice:
    """Return which of a tile's map is its own."""
    return slice((core[0] - seen[0]) // stride, -(-(core[1] - seen[0]) // stride))
