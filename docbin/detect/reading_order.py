"""Regions in the order in which people read them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from docbin.regions import TextRegion

Boxes = npt.NDArray[np.float64]

# Sides of a gap between columns: so many regions, so many heights of a line wide. A column of
# prices beside their names is narrower: it is read along the lines.
_LEAST_REGIONS = 4
_LEAST_WIDTH = 8.0
# Regions are of one line where the lower begins above this share of the upper's height.
_SAME_LINE = 0.5
# A region is vertical text where it is so much higher than wide.
_VERTICAL = 1.5


def in_reading_order(regions: Sequence[TextRegion]) -> list[TextRegion]:
    """Return the regions in reading order.

    Lines from top to bottom, and within a line from left to right. Where white space divides the
    regions into columns of text, column by column: both sides of it have at least four regions and
    are eight heights of a line wide. If most of the area is in upright regions that are higher than
    wide, the text runs down, and its lines are read from right to left, as in Japanese books.

    Examples
    --------
    >>> boxes = [(50, 2, 90, 12), (0, 30, 90, 40), (0, 0, 40, 10)]
    >>> regions = [TextRegion([(a, b), (c, b), (c, d), (a, d)]) for a, b, c, d in boxes]
    >>> [tuple(one.polygon[0].tolist()) for one in in_reading_order(regions)]
    [(0.0, 0.0), (50.0, 2.0), (0.0, 30.0)]
    """
    if len(regions) < 2:
        return list(regions)
    boxes = np.array(
        [[*one.polygon.min(axis=0), *one.polygon.max(axis=0)] for one in regions], np.float64
    )
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    down = height > _VERTICAL * width
    if (width * height)[down].sum() > (width * height).sum() / 2:
        # Turned by a quarter, lines from right to left are lines from top to bottom.
        boxes = np.stack([boxes[:, 1], -boxes[:, 2], boxes[:, 3], -boxes[:, 0]], axis=1)
    return [regions[index] for index in _ordered(boxes, np.arange(len(regions)))]


def _ordered(boxes: Boxes, members: npt.NDArray[np.intp]) -> list[int]:
    """Return the indices of regions whose lines run to the right, in order."""
    cut = _gap(boxes[members])
    if cut is None:
        return _by_lines(boxes, members)
    left = boxes[members, 2] <= cut
    return _ordered(boxes, members[left]) + _ordered(boxes, members[~left])


def _gap(boxes: Boxes) -> float | None:
    """Return where the widest white space between two columns begins; None without any."""
    order = np.argsort(boxes[:, 0], kind="stable")
    reached = np.maximum.accumulate(boxes[order, 2])
    gaps = boxes[order[1:], 0] - reached[:-1]
    line = float(np.median(boxes[:, 3] - boxes[:, 1]))
    counts = np.arange(1, len(boxes))
    wide = (reached[:-1] - boxes[order[0], 0], boxes[:, 2].max() - boxes[order[1:], 0])
    fits = (gaps > line / 2) & (np.minimum(counts, len(boxes) - counts) >= _LEAST_REGIONS)
    fits &= np.minimum(*wide) >= _LEAST_WIDTH * line
    if not fits.any():
        return None
    best = int(np.argmax(np.where(fits, gaps, -np.inf)))
    return float(reached[best])


def _by_lines(boxes: Boxes, members: npt.NDArray[np.intp]) -> list[int]:
    """Return the indices line by line."""
    order = members[np.lexsort((boxes[members, 0], (boxes[members, 1] + boxes[members, 3]) / 2))]
    lines: list[list[int]] = []
    for index in order:
        top, bottom = boxes[index, 1], boxes[index, 3]
        if lines:
            above = boxes[lines[-1][-1]]
            shared = min(bottom, above[3]) - max(top, above[1])
            if shared > _SAME_LINE * min(bottom - top, above[3] - above[1]):
                lines[-1].append(int(index))
                continue
        lines.append([int(index)])
    return [index for line in lines for index in sorted(line, key=lambda one: boxes[one, 0])]
