"""Feng and Tan's local threshold, adapted to the contrast."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Gray, Mask, as_gray, unpack
from docbin.kernels.reference_regional import grid_levels
from docbin.methods import local_threshold
from docbin.ops import grid
from docbin.ops.parameters import number
from docbin.ops.window import Window, in_pixels


@dataclass(frozen=True, slots=True)
class Feng:
    """Local threshold from mean, minimum and relative deviation on a grid (Feng and Tan 2004).

    At the nodes of a grid, T = (1 − α₁) m + α₂ (s / Rₛ)(m − M) + α₃ M with α₂ = k₁ (s / Rₛ)^γ and
    α₃ = k₂ (s / Rₛ)^γ: m, s and M are mean, deviation and minimum of the primary window, Rₛ the
    largest s of the nodes within the secondary window. Between nodes the threshold, rounded to
    whole gray values, is interpolated linearly. The whole page is needed; a page of one single
    value is blank.

    The paper's text could not be had: the formula follows the Doxa library, the defaults are
    inside the paper's ranges (α₁ 0.1 to 0.2, k₁ 0.15 to 0.25, k₂ 0.01 to 0.05, γ 2) as the otary
    and pythreshold libraries give them. Doxa swaps the ranges of k₁ and k₂ (0.025 and 0.2); with
    its parameters the masks agree. The median filter that the paper puts before is not part.

    Parameters
    ----------
    window
        Side of the primary window in pixels (odd; even rounds up), or a length such as ``"2mm"``:
        one to two characters, at most 4095 pixels. The nodes are one pixel less apart.
    secondary
        Side of the secondary window in primary ones.
    alpha1, k1, k2, gamma
        α₁, k₁, k₂ and γ.
    noise_floor
        Least Rₛ: less is noise on blank paper. 0 is the paper's formula.

    References
    ----------
    Feng and Tan 2004, doi:10.1587/elex.1.501

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = 30
    >>> int(Feng()(page).sum())
    60
    """

    window: Window = 25
    secondary: int = 3
    alpha1: float = 0.12
    k1: float = 0.25
    k2: float = 0.04
    gamma: float = 2.0
    noise_floor: float = 0.0

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="feng2004",
        authors="Feng, Meng-Ling and Tan, Yap-Peng",
        title="Contrast adaptive binarization of low quality document images",
        venue="IEICE Electronics Express",
        year=2004,
        doi="10.1587/elex.1.501",
        note="formula by way of the Doxa library",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        local_threshold.check_window(self.window)
        number("secondary", self.secondary, 1, 1000, whole=True)
        for name in ("alpha1", "k1", "k2", "gamma", "noise_floor"):
            number(name, getattr(self, name), 0, 1000)

    def at(self, dpi: float | None) -> Feng:
        """Return the method with its window in pixels."""
        return dataclasses.replace(self, window=in_pixels(self.window, dpi))

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        if gray.min() == gray.max():
            return np.zeros(gray.shape, bool)
        step = in_pixels(self.window, None) - 1
        bits = kernels.grid_bits(gray, self.nodes(gray), step, 0, 255, kernels.threads())
        return unpack(bits, gray.shape[1])

    def threshold(self, gray: Gray) -> npt.NDArray[np.int32]:
        """Return the threshold of every pixel, int32 (H, W)."""
        return grid_levels(self.nodes(gray), gray.shape, in_pixels(self.window, None) - 1)

    def nodes(self, gray: Gray) -> npt.NDArray[np.float32]:
        """Return the thresholds at the nodes of the grid, whole numbers from 0 to 255."""
        window = in_pixels(self.window, None)
        shape, boxes = grid.windows(gray.shape, window - 1, window)
        sums = kernels.rectangle_sums(gray, boxes, kernels.threads())
        sides = (boxes[:, 2:] - boxes[:, :2]).astype(np.uint64)
        # n Q − S², exact: up to 4095⁴ · 255² needs all 64 bits.
        count, (total, squares) = sides[:, 0] * sides[:, 1], sums.T[:2].astype(np.uint64)
        mean = (total / count).reshape(shape)
        variance = (count * squares - total * total) / (count * count)
        deviation = np.sqrt(variance).reshape(shape)
        least = sums[:, 2].reshape(shape)
        range_ = np.maximum(_largest(deviation, self.secondary // 2), self.noise_floor)
        share = deviation / np.where(range_ > 0, range_, 1)
        power = share**self.gamma
        level = (1 - self.alpha1) * mean + self.k1 * power * share * (mean - least)
        level += self.k2 * power * least
        return np.asarray(np.floor(np.clip(level, 0, 255) + 0.5), np.float32)


def _largest(values: npt.NDArray[np.float64], radius: int) -> npt.NDArray[np.float64]:
    """Return the largest value within ``radius`` nodes in both directions."""
    for axis in (0, 1):
        padded = np.pad(values, [(radius, radius) if a == axis else (0, 0) for a in (0, 1)])
        views = np.lib.stride_tricks.sliding_window_view(padded, 2 * radius + 1, axis=axis)
        values = views.max(axis=-1)
    return values
