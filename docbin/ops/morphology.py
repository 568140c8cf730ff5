"""Gray morphology with disks."""

from __future__ import annotations

import numpy as np

from docbin.image import Gray


def disk_maximum(gray: Gray, radius: int) -> Gray:
    """Return the largest value within a disk around every pixel, uint8 (H, W).

    The disk holds the pixels with dx² + dy² ≤ radius² + radius; beyond the page it is empty. Its
    rows are wider the nearer they are to the centre, so one window that grows along the rows
    serves all of them: about 4 · radius passes over the page, whatever the disk's area.
    """
    radius = min(radius, 2 * max(gray.shape))
    # rows[y, x]: the maximum over 2 reach + 1 pixels of a row.
    rows, reach, result = gray, 0, gray.copy()
    for dy in range(radius, -1, -1):
        while (reach + 1) ** 2 + dy**2 <= radius**2 + radius:
            rows, reach = _wider(rows), reach + 1
        if dy < gray.shape[0]:
            above, below = slice(dy, None), slice(gray.shape[0] - dy)
            np.maximum(result[below], rows[above], out=result[below])
            np.maximum(result[above], rows[below], out=result[above])
    return result


def _wider(rows: Gray) -> Gray:
    """Return the maximum of each value and the two beside it."""
    wider = rows.copy()
    np.maximum(wider[:, 1:], rows[:, :-1], out=wider[:, 1:])
    np.maximum(wider[:, :-1], rows[:, 1:], out=wider[:, :-1])
    return wider


def disk_closing(gray: Gray, radius: int) -> Gray:
    """Return the page with everything dark gone that no disk of paper fits into.

    The largest value within the disk, then the smallest of these within it.
    """
    return ~disk_maximum(~disk_maximum(gray, radius), radius)
