"""Clusters of colours: what colours a page has, how they look, and which belong together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docbin.image import Color

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

# sRGB to XYZ under D65 (IEC 61966-2-1), each row divided by the white point.
_TO_XYZ = np.array(
    [
        [0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339 / 1.08883, 0.1191920 / 1.08883, 0.9503041 / 1.08883],
    ]
)


def color_codes(rgb: Color) -> Codes:
    """Return 65536 R + 256 G + B of every pixel, int64 (H, W)."""
    wide = rgb.astype(np.int64)
    return (wide[:, :, 0] << 16) | (wide[:, :, 1] << 8) | wide[:, :, 2]


def lab_of(codes: Codes) -> Floats:
    """Return the CIELAB colours of codes of sRGB colours under D65, float64 (N, 3): L*, a*, b*.

    Examples
    --------
    >>> (lab_of(np.array([0x000000, 0xFFFFFF, 0xFF0000])).round(1) + 0.0).tolist()
    [[0.0, 0.0, 0.0], [100.0, 0.0, 0.0], [53.2, 80.1, 67.2]]
    """
    levels = np.arange(256) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    rgb = linear[np.stack([codes >> 16, codes >> 8 & 255, codes & 255])]
    ratios = [row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2] for row in _TO_XYZ]
    x, y, z = (
        np.where(part > (6 / 29) ** 3, np.cbrt(part), part / (3 * (6 / 29) ** 2) + 4 / 29)
        for part in ratios
    )
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def nearest(points: Floats, centers: Floats) -> npt.NDArray[np.int64]:
    """Return the index of the center nearest to each point; the first of equals."""
    return np.asarray(np.argmin(_squares(points, centers), axis=1), np.int64)


def k_means(
    points: Floats, weights: Floats, clusters: int, seed: int, *, restarts: int = 4
) -> Floats:
    """Return centers so that the weighted squares of the distances to the nearest are least.

    Lloyd's iteration from centers drawn by k-means++, until no point changes its center; the
    best of some restarts. The same seed gives the same centers.

    Parameters
    ----------
    points
        float64 (N, D), all different.
    weights
        float64 (N,), positive.
    clusters
        Number of centers, at most N are returned.
    seed
        Of the draws.
    restarts
        How many draws are tried.

    Returns
    -------
    float64 (clusters, D).

    References
    ----------
    Lloyd 1982, doi:10.1109/TIT.1982.1056489; Arthur and Vassilvitskii 2007, k-means++: The
    Advantages of Careful Seeding
    """
    random = np.random.default_rng(seed)
    clusters = min(clusters, len(points))
    found = [
        _settled(points, weights, _drawn(points, weights, clusters, random))
        for _ in range(restarts)
    ]
    costs = [float((weights * _squares(points, centers).min(axis=1)).sum()) for centers in found]
    return found[int(np.argmin(costs))]


def _squares(points: Floats, centers: Floats) -> Floats:
    return np.asarray(((points[:, None, :] - centers[None]) ** 2).sum(axis=2))


def _drawn(points: Floats, weights: Floats, clusters: int, random: np.random.Generator) -> Floats:
    """Draw points, each with a chance in proportion to its weighted square from those before."""
    chances = weights
    drawn: list[Floats] = []
    for _ in range(clusters):
        upto = np.cumsum(chances)
        drawn.append(points[np.searchsorted(upto, random.random() * upto[-1], side="right")])
        chances = weights * _squares(points, np.array(drawn)).min(axis=1)
    return np.array(drawn)


def _settled(points: Floats, weights: Floats, centers: Floats) -> Floats:
    """Move each center to the mean of its points, and the points to the nearest, till both rest."""
    labels = nearest(points, centers)
    for _ in range(300):
        mass = np.bincount(labels, weights, len(centers))
        sums = [np.bincount(labels, weights * column, len(centers)) for column in points.T]
        held = mass > 0
        centers = centers.copy()
        centers[held] = np.stack(sums, axis=1)[held] / mass[held, None]
        before, labels = labels, nearest(points, centers)
        if np.array_equal(before, labels):
            break
    return centers
