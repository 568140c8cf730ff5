"""The numpy twins that define every kernel, bit for bit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docbin.kernels.reference_backgrounds import depth_threshold as depth_threshold
from docbin.kernels.reference_backgrounds import doubled as doubled
from docbin.kernels.reference_backgrounds import edge_pairs as edge_pairs
from docbin.kernels.reference_backgrounds import inpaint as inpaint
from docbin.kernels.reference_backgrounds import rank_filter as rank_filter
from docbin.kernels.reference_backgrounds import wiener as wiener
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
from docbin.kernels.reference_edges import snap_edges as snap_edges
from docbin.kernels.reference_extremes import bernsen as bernsen
from docbin.kernels.reference_extremes import contrast_map as contrast_map
from docbin.kernels.reference_extremes import local_extremes as local_extremes
from docbin.kernels.reference_extremes import local_maximum as local_maximum
from docbin.kernels.reference_extremes import local_minimum as local_minimum
from docbin.kernels.reference_flow import grid_cuts as grid_cuts
from docbin.kernels.reference_g4 import g4_encode as g4_encode
from docbin.kernels.reference_local import largest_deviation as largest_deviation
from docbin.kernels.reference_local import local_levels as local_levels
from docbin.kernels.reference_local import local_threshold as local_threshold
from docbin.kernels.reference_local import wan_threshold as wan_threshold
from docbin.kernels.reference_local import window_statistics as window_statistics
from docbin.kernels.reference_masked import crowd as crowd
from docbin.kernels.reference_masked import edge_threshold as edge_threshold
from docbin.kernels.reference_masked import paper_shade as paper_shade
from docbin.kernels.reference_masked import paper_totals as paper_totals
from docbin.kernels.reference_masked import swell as swell
from docbin.kernels.reference_mixtures import mixture_shares as mixture_shares
from docbin.kernels.reference_moving_average import moving_average_bits as moving_average_bits
from docbin.kernels.reference_regional import gaussians_bits as gaussians_bits
from docbin.kernels.reference_regional import grid_bits as grid_bits
from docbin.kernels.reference_regional import rectangle_counts as rectangle_counts
from docbin.kernels.reference_regional import rectangle_histogram as rectangle_histogram
from docbin.kernels.reference_regional import rectangle_ink as rectangle_ink
from docbin.kernels.reference_regional import rectangle_otsu as rectangle_otsu
from docbin.kernels.reference_regional import rectangle_sums as rectangle_sums
from docbin.kernels.reference_scoring import contour_sums as contour_sums
from docbin.kernels.reference_scoring import drd_counts as drd_counts
from docbin.kernels.reference_scoring import mixed_blocks as mixed_blocks
from docbin.kernels.reference_scoring import thin_guo_hall as thin_guo_hall
from docbin.kernels.reference_unpacking import lzw_decode as lzw_decode
from docbin.kernels.reference_unpacking import packbits_decode as packbits_decode
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


def threshold_bits(gray: Bytes, level: int, threads: int = 1) -> Bytes:
    """Return the bits of ``gray <= level`` (−1: none), first pixel highest."""
    del threads
    if not -1 <= level <= 255:
        raise ValueError("level must be from -1 to 255")
    return np.packbits(gray.astype(np.int16) <= level, axis=1)
