"""One choice of `auto` for several pages, so that they look alike."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from docbin.image import Gray
from docbin.methods.auto import BLANK, WEIGHTS, Auto, Tile, measured, settings, shrunk_tile
from docbin.methods.isauvola import ISauvola
from docbin.methods.isauvola_bands import ISauvolaBands

# A setting by which a page would be blank counts as so much worse than the page's best.
_WORST = 20.0


class Seen(NamedTuple):
    """What `auto` sees of a page.

    Parameters
    ----------
    lost
        For every one of `docbin.methods.auto.settings` by how much its worth is below that of the
        page's best, 0 or more; empty if the page is blank by all of them.
    least
        The least contrast of text, in gray levels.
    """

    lost: tuple[float, ...]
    least: int


class Fit(NamedTuple):
    """A choice for several pages; the window is that at 300 dpi or less."""

    window: int
    k: float
    least: int


def seen(method: Auto, tiles: Sequence[Tile]) -> Seen:
    """Return what `auto` sees in the tiles of `Auto.looked_at`."""
    small = [shrunk_tile(tile, method.scale) for tile in tiles]
    least = method.least_contrast(small)
    worth = np.array([float(np.dot(WEIGHTS, each)) for each in measured(small, least)])
    if np.isnan(worth).all():
        return Seen((), least)
    lost = np.nan_to_num(np.nanmax(worth) - worth, nan=_WORST).clip(max=_WORST)
    return Seen(tuple(lost.tolist()), least)


def common(pages: Iterable[Seen]) -> Fit:
    """Return the setting by which pages lose least in the mean, with the median least contrast.

    Blank pages do not count; where there are no others, the setting is that of a blank page. The
    order of the pages does not matter.
    """
    pages = list(pages)
    marked = [page for page in pages if page.lost]
    if not marked:
        return Fit(*BLANK, max((page.least for page in pages), default=0))
    # Exact sums: the order of the pages must not decide between equals.
    sums = [math.fsum(losses) for losses in zip(*(page.lost for page in marked), strict=True)]
    window, k = settings()[int(np.argmin(sums))]
    return Fit(window, k, sorted(page.least for page in marked)[len(marked) // 2])


def fitted(method: Auto, fit: Fit) -> ISauvola:
    """Return the method that a choice means for a page of the resolution that ``method`` has."""
    return ISauvola(window=_window(method, fit), k=fit.k, least=fit.least, solid=True)


def fitted_bands(method: Auto, fit: Fit, bands: Iterable[Gray]) -> ISauvolaBands:
    """Return the same for a page too large to be held; see `Auto.choose_banded`."""
    _, tone = method.looked_at_bands(bands)
    return ISauvolaBands(window=_window(method, fit), k=fit.k, least=fit.least, around=tone)


def _window(method: Auto, fit: Fit) -> int:
    return fit.window * method.scale // 2 * 2 + 1
