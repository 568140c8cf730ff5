"""The numpy twins that define every kernel, bit for bit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docbin.kernels.reference_components import component_boxes as component_boxes
from docbin.kernels.reference_components import components as components
from docbin.kernels.reference_components import reconstruct as reconstruct
from docbin.kernels.reference_components import superlevel_counts as superlevel_counts
from docbin.kernels.reference_contour_fit import contour_fit as contour_fit
from docbin.kernels.reference_contour_fit import curvature as curvature
from docbin.kernels.reference_decoding import png_unfilter as png_unfilter
from docbin.kernels.reference_distance import chamfer as chamfer
from docbin.kernels.reference_distance import ridge_widths as ridge_widths
from docbin.kernels.reference_edges import edge_peaks as edge_peaks
from docbin.kernels.reference_edges import ink_terminals as ink_terminals
from docbin.kernels.reference_extremes import bernsen as bernsen
from docbin.kernels.reference_extremes import contrast_map as contrast_map
from docbin.kernels.reference_extremes import local_extremes as local_extremes
from docbin.kernels.reference_flow import grid_cuts as grid_cuts
from docbin.kernels.reference_g4 import g4_encode as g4_encode
from docbin.kernels.reference_regional import gaussians_bits as gaussians_bits
from docbin.kernels.reference_regional import grid_bits as grid_bits
from docbin.kernels.reference_regional import rectangle_otsu as rectangle_otsu
from docbin.kernels.reference_regional import rectangle_sums as rectangle_sums
from docbin.kernels.reference_scoring import contour_sums as contour_sums
from docbin.kernels.reference_scoring import drd_counts as drd_counts
from docbin.kernels.reference_scoring import mixed_blocks as mixed_blocks
from docbin.kernels.reference_scoring import thin_guo_hall as thin_guo_hall
from docbin.kernels.reference_weights import pseudo_weights as pseudo_weights

Bytes = npt.NDArray[np.uint8]


def rgb_to_gray(rgb: Bytes) -> Bytes:
    """Return (19595 R + 38470 G + 7471 B + 32768) >> 16 of uint8 (H, W, 3)."""
    wide = rgb.astype(np.uint32)
    gray = 19595 * wide[:, :, 0] + 38470 * wide[:, :, 1] + 7471 * wide[:, :, 2]
    return ((gray + 32768) >> 16).astype(np.uint8)


def histogram(gray: Bytes, threads: int = 1) -> npt.NDArray[np.int64]:
    """Count each of the 256 values of uint8 (H, W)."""
    del threads
    return np.bincount(gray.ravel(), minlength=256).astype(np.int64)


def window_statistics(
    gray: Bytes, window: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return mean and population variance over a square window clipped at the borders.

    The sums are exact integers; the variance is (n Q − S²) / n².
    """
    height, width = gray.shape
    radius = window // 2
    wide = np.zeros((2, height + 1, width + 1), np.int64)
    wide[0, 1:, 1:] = gray
    wide[1, 1:, 1:] = gray.astype(np.int64) ** 2
    wide = wide.cumsum(1).cumsum(2)
    top = np.clip(np.arange(height) - radius, 0, height)[:, None]
    bottom = np.clip(np.arange(height) + radius + 1, 0, height)[:, None]
    left = np.clip(np.arange(width) - radius, 0, width)[None]
    right = np.clip(np.arange(width) + radius + 1, 0, width)[None]
    total, squares = (
        wide[:, bottom, right] - wide[:, top, right] - wide[:, bottom, left] + wide[:, top, left]
    )
    count = (bottom - top) * (right - left)
    return total / count, (count * squares - total * total) / (count * count)
