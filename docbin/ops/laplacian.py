"""The Laplacian energy of a page and the masks of least energy."""

from __future__ import annotations

import math
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.image import Gray, Mask, Packed
from docbin.ops.edges import edge_strengths, edges

Ints = npt.NDArray[np.int32]
_Any = TypeVar("_Any", bound=np.generic)

# Side of the tiles of a sample, in pixels.
TILE = 256


class LaplacianEnergy(NamedTuple):
    """What all cuts of a page have in common.

    Parameters
    ----------
    gray
        uint8 (H, W).
    strengths
        float32 (H, W): edges relative to the page's strongest.
    terminal
        int32 (H, W): what it costs more to call a pixel paper than ink.
    seams
        Rows from one line that no neighbour reaches across to the next, 0 for none.
    """

    gray: Gray
    strengths: npt.NDArray[np.float32]
    terminal: Ints
    seams: int = 0

    @classmethod
    def of(cls, gray: Gray, *, sigma: float, radius: int, phi: int) -> LaplacianEnergy:
        """Measure a page; see `docbin.methods.howe.Howe` for the parameters."""
        threads = kernels.threads()
        # Beyond the page a window finds nothing.
        radius = min(radius, 1000, max(gray.shape))
        terminal = kernels.ink_terminals(gray, radius, phi, threads)
        return cls(gray, edge_strengths(gray, sigma), terminal)

    def sample(self, pixels: int) -> LaplacianEnergy:
        """Return about so many pixels of the page: whole tiles from all over it, side by side.

        The tiles are numbered by rows; those come first whose number times the golden ratio has
        the smallest fraction, which spreads any number of them evenly. A page that is hardly
        larger is returned as it is.
        """
        across, down = self.gray.shape[1] // TILE, self.gray.shape[0] // TILE
        wanted = max(1, pixels // TILE**2)
        if across * down < wanted + wanted // 4:
            return self
        order = np.argsort(np.arange(across * down) * ((math.sqrt(5) - 1) / 2) % 1, kind="stable")
        corners = [divmod(int(i), across) for i in np.sort(order[:wanted])]
        return LaplacianEnergy(
            _tiles(self.gray, corners),
            _tiles(self.strengths, corners),
            _tiles(self.terminal, corners),
            seams=TILE,
        )

    def masks(self, high: float, low: float, costs: tuple[int, ...]) -> list[Packed]:
        """Return the packed masks of least energy, one for each cost of differing neighbours.

        Parameters
        ----------
        high, low
            Thresholds of the edges that divide neighbours for free.
        costs
            Positive, rising.
        """
        right, down = _joined(self.gray, edges(self.strengths, high, low))
        if self.seams:
            down[self.seams - 1 :: self.seams] = 0
        # The terminals are the slopes of 2 I added up: the flow starts along them.
        potential = self.gray.astype(np.int32) * 2
        levels = np.array(costs, np.int32)
        return list(kernels.grid_cuts(self.terminal, right, down, potential, levels)[0])


def _tiles(plane: npt.NDArray[_Any], corners: list[tuple[int, int]]) -> npt.NDArray[_Any]:
    """Return tiles of a plane below each other."""
    return np.concatenate(
        [plane[y * TILE : (y + 1) * TILE, x * TILE : (x + 1) * TILE] for y, x in corners]
    )


def _joined(gray: Gray, edge: Mask) -> tuple[Ints, Ints]:
    """Return 1 where no edge divides a pixel from the next of its row, and from the one below."""
    right, down = np.ones(gray.shape, np.int32), np.ones(gray.shape, np.int32)
    right[:, :-1] = ~_divided(gray[:, :-1], gray[:, 1:], edge[:, :-1], edge[:, 1:])
    down[:-1] = ~_divided(gray[:-1], gray[1:], edge[:-1], edge[1:])
    return right, down


def _divided(first: Gray, second: Gray, edge: Mask, second_edge: Mask) -> Mask:
    """Return where the darker pixel of two neighbours is an edge."""
    darker = first < second
    return (edge & darker) | (second_edge & ~darker)
