"""The twins of the kernels that say how well a mask's contour fits the page."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Curvature = npt.NDArray[np.int16]


def curvature(gray: Bytes, threads: int = 1) -> Curvature:
    """Return the Laplacian of the page smoothed by [1 2 1]ᵀ[1 2 1], int16 (H, W).

    Sixteen times the gray values, border pixels repeated; positive inside strokes.
    """
    del threads
    if gray.size == 0:
        return np.zeros(gray.shape, np.int16)
    wide = np.pad(gray.astype(np.int32), 1, mode="edge")
    down = wide[:-2] + 2 * wide[1:-1] + wide[2:]
    smooth = np.pad(down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:], 1, mode="edge")
    around = smooth[:-2, 1:-1] + smooth[2:, 1:-1] + smooth[1:-1, :-2] + smooth[1:-1, 2:]
    return np.asarray(around - 4 * smooth[1:-1, 1:-1], np.int16)


def contour_fit(ink: Bytes, curvature: Curvature, threads: int = 1) -> tuple[int, int, int, int]:
    """Return four sums over the page.

    Parameters
    ----------
    ink
        uint8 (H, W) of 0 and 1.
    curvature
        int16 (H, W), from `curvature`.
    threads
        Has no influence on the result.

    Returns
    -------
    tuple
        Number of paper pixels with ink among their eight neighbours; their curvature; the
        curvature of all ink; and without sign that of the contour, both its sides.
    """
    del threads
    if ink.shape != curvature.shape:
        raise ValueError("ink and curvature must have one shape")
    if ink.size == 0:
        return 0, 0, 0, 0
    if ink.max() > 1:
        raise ValueError("ink must be 0 or 1")
    wide = np.pad(ink, 1, mode="edge")
    height, width = ink.shape
    around = [wide[y : y + height, x : x + width] for y in range(3) for x in range(3)]
    any_ink, all_ink = np.maximum.reduce(around), np.minimum.reduce(around)
    beside = (any_ink == 1) & (ink == 0)
    contour = any_ink > all_ink
    values = curvature.astype(np.int64)
    return (
        int(beside.sum()),
        int(values[beside].sum()),
        int(values[ink == 1].sum()),
        int(np.abs(values[contour]).sum()),
    )
