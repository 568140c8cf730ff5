"""The axis of colours on which two kinds of pixels differ most."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float32]
Classes = npt.NDArray[np.bool_]
Axis = npt.NDArray[np.float32]

# More colours tell nothing more about a region.
_MOST = 20_000


def otsu(values: Points) -> float:
    """Return Otsu's threshold of numbers of any range, by 256 cells.

    Of thresholds that are equally good the middle one (doi:10.1109/TSMC.1979.4310076).

    Examples
    --------
    >>> 2 < otsu(np.array([1, 2, 2, 9, 9, 8], np.float32)) < 8
    True
    """
    low, high = float(values.min()), float(values.max())
    if high <= low:
        return low
    counts, edges = np.histogram(values, 256, (low, high))
    share = counts / counts.sum()
    below = np.cumsum(share)
    moment = np.cumsum(share * (edges[1:] + edges[:-1]) / 2)
    between = np.square(moment[-1] * below - moment)[:-1]
    between /= np.maximum(1e-12, below * (1 - below))[:-1]
    best = np.flatnonzero(between >= between.max() - 1e-12)
    return float(edges[1 + int(best.mean())])


def two_clusters(colors: Points) -> Classes | None:
    """Return which colours, float32 (N, D), belong to the second of two clusters.

    Lloyd's iteration from both sides of Otsu's threshold on the axis of greatest variance; no
    draw. None where all colours are one.
    """
    centred = colors - colors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    along = centred @ axes[:, -1]
    classes = along > otsu(along)
    for _ in range(20):
        if classes.all() or not classes.any():
            return None
        second, first = colors[classes].mean(axis=0), colors[~classes].mean(axis=0)
        # Nearer to the second center: on its side of the plane between them.
        moved = (colors - (first + second) / 2) @ (second - first) > 0
        if (moved == classes).all():
            break
        classes = moved
    return None if classes.all() or not classes.any() else classes


def split(colors: Points, classes: Classes, rounds: int = 3) -> Axis | None:
    """Return Fisher's axis of two classes of colours, float32 (D,) of length 1.

    S⁻¹ (m₂ − m₁), S the mean covariance within the classes, with a little of its trace on the
    diagonal; then the classes are made anew by Otsu's threshold on the axis, some rounds long.
    None where one class is left.

    References
    ----------
    Fisher 1936, doi:10.1111/j.1469-1809.1936.tb02137.x
    """
    step = max(1, len(colors) // _MOST)
    colors, classes = colors[::step], classes[::step]
    axis: Axis | None = None
    for _ in range(rounds):
        if classes.all() or not classes.any():
            return axis
        halves = [colors[classes], colors[~classes]]
        apart = halves[0].mean(axis=0) - halves[1].mean(axis=0)
        within = np.zeros((colors.shape[1],) * 2)
        for half in halves:
            centred = half - half.mean(axis=0)
            within += centred.T @ centred / len(colors)
        within += np.eye(len(within)) * (0.05 * np.trace(within) / len(within) + 4)
        found = np.linalg.solve(within, apart)
        axis = np.asarray(found / np.linalg.norm(found), np.float32)
        along = colors @ axis
        classes = along > otsu(along)
    return axis
