"""The twins of the component kernels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]


def components(ink: Bytes, connectivity: int = 8) -> tuple[Ints, Ints]:
    """Label the connected components of uint8 (H, W), non-zero is ink.

    Returns
    -------
    labels
        int32 (H, W): 0 for paper, else 1, 2, … in the order of the components' first pixels.
    boxes
        int32 (N, 5): top, left, bottom, right (both exclusive) and area of each.
    """
    if connectivity not in (4, 8):
        raise ValueError("connectivity must be 4 or 8")
    rows, starts, stops = _runs(ink)
    names = _join(rows, starts, stops, int(connectivity == 8))
    labels = np.zeros(ink.size + 1, np.int32)
    width = ink.shape[1]
    np.add.at(labels, rows * width + starts, names + 1)
    np.add.at(labels, rows * width + stops, -names - 1)
    painted = np.cumsum(labels[:-1], dtype=np.int32).reshape(ink.shape)
    return painted, _boxes(names, rows, starts, stops)


def reconstruct(ink: Bytes, seed: Bytes, connectivity: int = 8, threads: int = 1) -> Bytes:
    """Return, as 0 and 1, the components of ``ink`` that have a pixel where ``seed`` is not 0."""
    del threads
    if ink.shape != seed.shape:
        raise ValueError("ink and seed must have one shape")
    labels, boxes = components(ink, connectivity)
    met = np.zeros(len(boxes) + 1, np.uint8)
    met[labels[seed != 0]] = 1
    met[0] = 0
    return met[labels]


def component_boxes(ink: Bytes, connectivity: int = 8) -> Ints:
    """Return the boxes of `components` alone."""
    return components(ink, connectivity)[1]


def superlevel_counts(values: Bytes, connectivity: int = 8) -> npt.NDArray[np.int64]:
    """Return for each t from 0 to 255 how many components the pixels of ``values`` above t form."""
    sizes = [len(component_boxes((values > t).astype(np.uint8), connectivity)) for t in range(256)]
    return np.array(sizes, np.int64)


def _runs(ink: Bytes) -> tuple[npt.NDArray[np.int64], ...]:
    """Return row, start and exclusive stop of every run of ink, in raster order."""
    padded = np.zeros((ink.shape[0], ink.shape[1] + 2), np.int8)
    padded[:, 1:-1] = ink != 0
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    stops = np.nonzero(steps == -1)[1]
    return rows.astype(np.int64), starts.astype(np.int64), stops.astype(np.int64)


def _join(
    rows: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
    stops: npt.NDArray[np.int64],
    reach: int,
) -> npt.NDArray[np.int64]:
    """Return each run's component, numbered from 0 in raster order of the first run."""
    parent = list(range(rows.size))

    def root(run: int) -> int:
        while parent[run] != run:
            parent[run] = parent[parent[run]]
            run = parent[run]
        return run

    # One number per position on the page: runs of one row cannot meet those of another.
    span = int(stops.max(initial=0)) + 3
    first = np.searchsorted(
        rows * span + stops + reach, (rows - 1) * span + starts, side="right"
    ).tolist()
    last = np.searchsorted(rows * span + starts, (rows - 1) * span + stops + reach).tolist()
    for run in range(rows.size):
        for above in range(first[run], last[run]):
            low, high = sorted((root(above), root(run)))
            parent[high] = low
    roots = np.array([root(run) for run in range(rows.size)], np.int64)
    return np.unique(roots, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _boxes(
    names: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
    stops: npt.NDArray[np.int64],
) -> Ints:
    boxes = np.zeros((int(names.max(initial=-1)) + 1, 5), np.int32)
    boxes[:, :2] = np.iinfo(np.int32).max
    np.minimum.at(boxes[:, 0], names, rows)
    np.minimum.at(boxes[:, 1], names, starts)
    np.maximum.at(boxes[:, 2], names, rows + 1)
    np.maximum.at(boxes[:, 3], names, stops)
    np.add.at(boxes[:, 4], names, stops - starts)
    return boxes
