"""The method, window and k that fit a page, chosen by what can be measured without truth."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.binarizer import Binarizer
from docbin.citation import Citation
from docbin.image import Gray, Mask, as_gray
from docbin.methods.contrast_level import least_contrast, level_of
from docbin.methods.isauvola import ISauvola
from docbin.methods.isauvola_bands import ISauvolaBands
from docbin.methods.sauvola import Sauvola
from docbin.ops.dark_edges import DarkEdges, Watched, dark_edges
from docbin.ops.parameters import number

Number = TypeVar("Number", bound=np.number[Any])

WINDOWS = (15, 25, 45, 95)
TILE = 512
KS = (0.03, 0.06, 0.1, 0.2, 0.3, 0.4)
# Weights of the logarithms of edge, fill and waste, found on training pages by
# `python -m benchmarks.auto_choice`.
WEIGHTS = (1.0, 2.7, -2.0)

# Standard deviation of the curvature per standard deviation of white noise in the page, and the
# share of it that is the median without sign.
_CURVATURE_OF_NOISE = 10.198
_MEDIAN = 0.6745
# What a logarithm starts at: gray levels a pixel squared, and a share of all curvature.
_LEAST_EDGE = 0.5
_LEAST_SHARE = 1e-3
# Window and k where no setting finds ink.
BLANK = (25, 0.1)


class Tile(NamedTuple):
    """A part of a page that is looked at.

    Parameters
    ----------
    gray
        uint8 (H, W).
    around
        bool (H, W): black around the page, which does not count; None: there is none.
    """

    gray: Gray
    around: Mask | None = None


@dataclass(frozen=True, slots=True)
class Auto:
    """The best fitting of 24 settings of `ISauvola` for each page, found without truth.

    Windows of 15, 25, 45 and 95 pixels are tried with k from 0.03 to 0.4. Each mask is judged by
    the curvature c of the page (the Laplacian of the page smoothed by a 3×3 binomial): how steep
    paper rises beside ink (edge: mean of −c just outside the contour), how much of the page's
    curvature the ink holds (fill: Σ c over ink / Σ |c|, the energy of Howe 2013), and how
    much of it lies along the contour (waste: Σ |c| along the contour / Σ |c|, which grows with
    every speck). The largest ln(edge) + 2.7 ln(fill) − 2.0 ln(waste)
    wins.

    Noise of the paper, measured by the median curvature, sets the contrast below which nothing
    is ink, so that a blank page stays blank; areas of paper as dark as ink are filled, so that
    large dark areas are not hollowed out. Black around the page, as of a scanner's border, does
    not count (`docbin.ops.dark_edges`).

    A page of more than ``sample`` megapixels is judged by tiles of 512 pixels. A page of 450 dpi or
    more is judged at half its resolution or less.

    ``docbin clean`` reads a page of more than 67 megapixels (2²⁶) in bands, chooses as on any
    other, and binarizes by `docbin.methods.isauvola_bands.ISauvolaBands` with the window, k and
    least contrast so found: ink that meets high contrast only more than 128 rows away goes, and
    dark areas are not filled.

    Parameters
    ----------
    sample
        Most megapixels that are looked at.
    noise
        Contrast of a place that surely is text, in standard deviations of the paper's noise.
    dpi
        Resolution of the page; 0: not known.

    References
    ----------
    ISauvola: Hadjadj et al. 2016, doi:10.1007/978-3-319-41501-7_82; energy of the ink: Howe 2013,
    doi:10.1007/s10032-012-0192-x. The choice between them is docbin's own.
    """

    sample: float = 1.0
    noise: float = 8.0
    dpi: float = 0.0

    kind: ClassVar[str] = "automatic"
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="docbin",
        authors="{The docbin developers}",
        title="docbin: automatic choice of a local threshold",
        venue="https://pypi.org/project/docbin",
        year=2026,
        kind="misc",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        number("sample", self.sample, 0.01, 1e6)
        number("noise", self.noise, 0, 1e3)
        number("dpi", self.dpi, 0, 1e6)

    def at(self, dpi: float | None) -> Auto:
        """Return the method for pages of a resolution."""
        return dataclasses.replace(self, dpi=float(dpi or 0))

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        return self.choose(gray)(gray)

    def choose(self, image: Any) -> Binarizer:
        """Return the method with the parameters that fit the page."""
        window, k, least = self._best(self.looked_at(as_gray(image)))
        return ISauvola(window=window, k=k, least=least, solid=True)

    def choose_banded(self, bands: Iterable[Gray]) -> ISauvolaBands:
        """Return a method that runs in bands, for a page too large to be held.

        That is `ISauvolaBands` with the window, k and least contrast that `choose` finds; to fill
        dark areas takes the whole page.

        Parameters
        ----------
        bands
            The page in bands of ``TILE`` rows, uint8 (512, W), the last with what is left.
        """
        tiles, tone = self.looked_at_bands(bands)
        window, k, least = self._best(tiles)
        return ISauvolaBands(window=window, k=k, least=least, around=tone)

    @property
    def scale(self) -> int:
        """By how much a page is shrunk before it is judged."""
        return max(1, round((self.dpi or 300) / 300))

    @property
    def _pixels(self) -> float:
        return self.sample * 1e6 * self.scale**2

    def _best(self, tiles: list[Tile]) -> tuple[int, float, int]:
        """Return window and k that fit best, and the least contrast of text."""
        small = [shrunk_tile(tile, self.scale) for tile in tiles]
        least = self.least_contrast(small)
        window, k = best_setting(small, least) or BLANK
        return window * self.scale // 2 * 2 + 1, k, least

    def looked_at(self, gray: Gray) -> list[Tile]:
        """Return about ``sample`` megapixels of a page: all of it, or square tiles that hold text.

        Of every band of ``TILE`` rows the tile with the largest sum of differences between
        neighbours counts; the busier half of these is taken, evenly if that is too many.
        """
        around = dark_edges(gray)
        if gray.size <= self._pixels:
            return _tiles([(0, 0, gray)], around)
        bands = (gray[top : top + TILE] for top in range(0, len(gray), TILE))
        return _tiles(self._busy(bands), around)

    def looked_at_bands(self, bands: Iterable[Gray]) -> tuple[list[Tile], int]:
        """Return the tiles of `looked_at`, and the tone of what is around the page."""
        watched = Watched(bands)
        places = self._busy(watched)
        around, tone = watched.around()
        return _tiles(places, around), tone

    def _busy(self, bands: Iterable[Gray]) -> list[tuple[int, int, Gray]]:
        """Return first row, first column and pixels of the tiles of `looked_at`."""
        found, top = [], 0
        for band in bands:
            row = [band[:, x : x + TILE] for x in range(0, band.shape[1], TILE)]
            busy = [_business(tile) for tile in row]
            most = int(np.argmax(busy))
            found.append((busy[most], (top, most * TILE, row[most].copy())))
            top += len(band)
        found.sort(key=lambda item: -item[0])
        found = found[: (len(found) + 1) // 2]
        count = min(max(1, round(self._pixels / TILE**2)), len(found))
        steps = np.linspace(0, len(found) - 1, count).round().astype(int)
        return [found[step][1] for step in steps]

    def least_contrast(self, tiles: list[Tile]) -> int:
        """Return the least contrast of text, in gray levels."""
        counts = np.zeros(1 << 15, np.int64)
        for gray, around in tiles:
            curvature = np.abs(kernels.curvature(gray, kernels.threads()))
            page = curvature.ravel() if around is None else curvature[~around]
            counts += np.bincount(page, minlength=counts.size)
        median = int(np.searchsorted(np.cumsum(counts), counts.sum() / 2))
        return min(255, math.ceil(self.noise * median / (_MEDIAN * _CURVATURE_OF_NOISE)))


def shrunk(gray: Gray, scale: int) -> Gray:
    """Return means of ``scale`` by ``scale`` pixels, rounded; what is left over at the end goes."""
    height, width = gray.shape[0] // scale, gray.shape[1] // scale
    if scale == 1 or height == 0 or width == 0:
        return gray
    blocks = gray[: height * scale, : width * scale].reshape(height, scale, width, scale)
    sums = blocks.sum(axis=(1, 3), dtype=np.uint32)
    return np.asarray((sums + scale * scale // 2) // (scale * scale), np.uint8)


def shrunk_tile(tile: Tile, scale: int) -> Tile:
    """Return a tile at a fraction of its resolution; blocks of its middles say what is around."""
    gray, around = shrunk(tile.gray, scale), tile.around
    if around is not None and gray is not tile.gray:
        height, width = gray.shape
        middles = slice(scale // 2, None, scale)
        around = np.ascontiguousarray(around[middles, middles][:height, :width])
    return Tile(gray, around)


def _tiles(places: Iterable[tuple[int, int, Gray]], around: DarkEdges | None) -> list[Tile]:
    """Return tiles with what is around the page in each; those that show no page go."""
    if around is None:
        return [Tile(gray) for _, _, gray in places]
    found = []
    for top, left, gray in places:
        height, width = gray.shape
        mask = around.mask(slice(top, top + height), slice(left, left + width))
        found += [] if mask.all() else [Tile(gray, mask)]
    return found


def _business(tile: Gray) -> int:
    """Sum of the differences between a tile's neighbours across, every fourth row."""
    rows = tile[::4].astype(np.int16)
    return int(np.abs(np.diff(rows, axis=1)).sum(dtype=np.int64))


def settings() -> list[tuple[int, float]]:
    """Return all windows and k that are tried."""
    return [(window, k) for window in WINDOWS for k in KS]


def measured(tiles: Sequence[Tile], least: int) -> Iterator[npt.NDArray[np.float64]]:
    """Yield ln(edge), ln(fill) and ln(waste) of every one of `settings`.

    Each is float64 (3,), NaN where nothing is ink.
    """
    threads = kernels.threads()
    curvatures = [_page_only(kernels.curvature(tile.gray, threads), tile) for tile in tiles]
    seeds = [_seed(tile, least).view(np.uint8) for tile in tiles]
    whole = sum(int(np.abs(curvature).sum(dtype=np.int64)) for curvature in curvatures)
    for window, k in settings():
        sums = np.zeros(4, np.int64)
        for tile, seed, curvature in zip(tiles, seeds, curvatures, strict=True):
            ink = Sauvola(window, k)(tile.gray).view(np.uint8)
            kept = _page_only(kernels.reconstruct(ink, seed, 8, threads), tile)
            sums += kernels.contour_fit(kept, curvature, threads)
        beside, outer, inner, along = (int(value) for value in sums)
        if beside == 0:
            yield np.full(3, np.nan)
            continue
        edge = max(-outer / beside / 16, _LEAST_EDGE)
        yield np.log([edge, *(max(part / whole, _LEAST_SHARE) for part in (inner, along))])


def _seed(tile: Tile, least: int) -> Mask:
    """Return where `ISauvola` would find high contrast if the tile were a page."""
    contrast: Gray = kernels.contrast_map(tile.gray, 3, kernels.threads())
    page = contrast if tile.around is None else contrast[~tile.around]
    level = level_of(kernels.histogram(page.reshape(1, -1), kernels.threads()))
    return least_contrast(tile.gray, contrast > level, least)


def _page_only(values: npt.NDArray[Number], tile: Tile) -> npt.NDArray[Number]:
    """Return values of a tile's pixels with 0 around the page."""
    return values if tile.around is None else np.where(tile.around, 0, values)


def best_setting(tiles: Sequence[Tile], least: int) -> tuple[int, float] | None:
    """Return window and k of the best of all settings; of equals the first.

    None where every mask is blank, so that nothing can be compared.
    """
    worth = np.array([float(np.dot(WEIGHTS, features)) for features in measured(tiles, least)])
    if np.isnan(worth).all():
        return None
    return settings()[int(np.nanargmax(worth))]
