"""The twin of the minimum cut kernel."""

from __future__ import annotations

import itertools
from collections import deque

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]

# The largest terminal, weight times level, and potential.
_LARGEST = 1 << 27


def grid_cuts(
    terminal: Ints, right: Ints, down: Ints, potential: Ints, levels: Ints
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return minimum cuts of a page's 4-connected grid, one for each level of its capacities.

    Pixel p is joined to the source with capacity ``terminal[p]`` where that is positive, to the
    sink with ``-terminal[p]`` where it is negative; neighbours are joined, both ways, with the
    level times the weight between them. Of all minimum cuts the one with the smallest source
    side is returned: the pixels that the source still reaches when the flow is maximal. That
    side does not depend on how the flow was found.

    Parameters
    ----------
    terminal
        int32 (H, W), within ±2^27.
    right, down
        int32 (H, W), not negative: weights of the edges to the next pixel of the row and to the
        pixel below (the last column and the last row have none and are ignored). Weight times
        level is at most 2^27.
    potential
        int32 (H, W), within ±2^27: where the flow starts. It is a hint that makes the kernel
        faster (exact where the terminal is the sum of the differences to the neighbours) and
        never changes the result.
    levels
        int32 (N,), positive and rising.

    Returns
    -------
    cuts
        uint8 (N, H, ceil(W / 8)): the source side as bits, most significant first, 1 = source.
    flows
        int64 (N,): the maximum flow, equal to the capacity of the cut.
    """
    _check(terminal, right, down, potential, levels)
    height, width = terminal.shape
    cuts = np.zeros((levels.size, height, (width + 7) // 8), np.uint8)
    flows = np.zeros(levels.size, np.int64)
    if terminal.size:
        for i, level in enumerate(levels.tolist()):
            grid = _Grid(terminal, right, down, level)
            flows[i] = grid.fill()
            cuts[i] = np.packbits(grid.source_side().reshape(height, width), axis=1)
    return cuts, flows


def _check(terminal: Ints, right: Ints, down: Ints, potential: Ints, levels: Ints) -> None:
    if not terminal.shape == right.shape == down.shape == potential.shape:
        raise ValueError("terminal, right, down and potential must have one shape")
    if levels.size and (levels[0] <= 0 or (np.diff(levels) <= 0).any()):
        raise ValueError("levels must be positive and rise")
    top = int(levels[-1]) if levels.size else 1
    for plane in (terminal, potential):
        if plane.size and np.abs(plane.astype(np.int64)).max() > _LARGEST:
            raise ValueError("a terminal or a potential is beyond 2^27")
    for plane in (right, down):
        if plane.size and not 0 <= plane.min() <= plane.max() <= _LARGEST // top:
            raise ValueError("a weight is negative, or beyond 2^27 with the highest level")


class _Grid:
    """Shortest augmenting paths (Edmonds and Karp 1972) on plain lists of neighbours."""

    def __init__(self, terminal: Ints, right: Ints, down: Ints, level: int) -> None:
        height, width = terminal.shape
        self.excess = terminal.ravel().tolist()
        self.room: list[dict[int, int]] = [{} for _ in self.excess]
        for p in range(height * width):
            y, x = divmod(p, width)
            if x + 1 < width:
                self.room[p][p + 1] = self.room[p + 1][p] = level * int(right[y, x])
            if y + 1 < height:
                self.room[p][p + width] = self.room[p + width][p] = level * int(down[y, x])

    def fill(self) -> int:
        """Fill every path from the source to the sink; return the flow."""
        flow = 0
        while path := self._path():
            steps = list(itertools.pairwise(path))
            amount = min(
                [self.room[p][q] for p, q in steps] + [self.excess[path[0]], -self.excess[path[-1]]]
            )
            for p, q in steps:
                self.room[p][q] -= amount
                self.room[q][p] += amount
            self.excess[path[0]] -= amount
            self.excess[path[-1]] += amount
            flow += amount
        return flow

    def source_side(self) -> npt.NDArray[np.bool_]:
        """Return which pixels the source reaches, bool (H W,)."""
        reached, _ = self._search()
        side = np.zeros(len(self.excess), bool)
        side[list(reached)] = True
        return side

    def _path(self) -> list[int]:
        came_from, end = self._search()
        if end is None:
            return []
        path = [end]
        while (before := came_from[path[-1]]) >= 0:
            path.append(before)
        return path[::-1]

    def _search(self) -> tuple[dict[int, int], int | None]:
        """Go from the source breadth first to a pixel with room to the sink, if there is one."""
        came_from = {p: -1 for p, excess in enumerate(self.excess) if excess > 0}
        waiting = deque(came_from)
        while waiting:
            p = waiting.popleft()
            if self.excess[p] < 0:
                return came_from, p
            for q, room in self.room[p].items():
                if room > 0 and q not in came_from:
                    came_from[q] = p
                    waiting.append(q)
        return came_from, None
