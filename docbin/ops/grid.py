"""Grids of nodes on a page, and the windows around them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docbin.kernels.reference_regional import grid_nodes


def windows(
    shape: tuple[int, ...], step: int, window: int
) -> tuple[tuple[int, int], npt.NDArray[np.int32]]:
    """Return the windows around the nodes of a grid, clipped at the borders.

    Parameters
    ----------
    shape
        Height and width of the page.
    step
        Pixels from node to node; nodes lie on row and column 0 and on the last ones, too.
    window
        Side of the square windows, odd.

    Returns
    -------
    tuple
        Rows and columns of the grid; int32 (rows · columns, 4): top, left, bottom, right of each
        window in raster order, the last two exclusive.

    Examples
    --------
    >>> windows((1, 6), 4, 3)[1].tolist()
    [[0, 0, 1, 2], [0, 3, 1, 6], [0, 4, 1, 6]]
    """
    radius = window // 2
    rows, columns = (grid_nodes(length, step) for length in shape)
    boxes = np.empty((rows.size, columns.size, 4), np.int32)
    boxes[:, :, 0] = np.maximum(rows - radius, 0)[:, None]
    boxes[:, :, 1] = np.maximum(columns - radius, 0)
    boxes[:, :, 2] = np.minimum(rows + radius + 1, shape[0])[:, None]
    boxes[:, :, 3] = np.minimum(columns + radius + 1, shape[1])
    return (rows.size, columns.size), boxes.reshape(-1, 4)
