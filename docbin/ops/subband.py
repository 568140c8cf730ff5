"""The low subband of a channel: what generators see of it, are to find and found there."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.image import Gray, Mask

# Of the largest value on paper: what is darker counts as ink of a channel.
SHARE = 0.3


def low_low(channel: Gray, *, wavelet: str = "haar") -> npt.NDArray[np.float64]:
    """Return the LL subband of a discrete wavelet transform, float64 (⌈H/2⌉, ⌈W/2⌉).

    For Haar (a + b + c + d) / 2 of each 2 × 2 pixels, 0 to 510; odd pages repeat their last row
    and column.

    Examples
    --------
    >>> low_low(np.array([[10, 20], [30, 40]], np.uint8)).round(9).tolist()
    [[50.0]]
    """
    subband = load("pywt").dwt2(channel, wavelet, mode="symmetric")[0]
    return np.asarray(subband, np.float64)


def normalised(subband: npt.NDArray[np.float64]) -> Gray:
    """Return a subband stretched to 0…255 with rounding, uint8; a flat one keeps its gray level.

    255 (x − min) / (max − min), or x / 2 where all are equal up to rounding.
    """
    low, high = float(subband.min()), float(subband.max())
    if high - low < 0.5:
        return np.clip(np.rint(subband / 2), 0, 255).astype(np.uint8)
    return np.rint(255 * (subband - low) / (high - low)).astype(np.uint8)


def enlarged(small: Gray, height: int, width: int) -> Gray:
    """Return a picture at another size by bicubic interpolation that stays within 0…255, uint8."""
    import cv2

    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, np.uint8)


def seen(channel: Gray, subband: str) -> Gray:
    """Return what a generator sees of a patch of one channel, uint8.

    Parameters
    ----------
    channel
        uint8 (S, S), S even.
    subband
        ``"none"``: the channel itself. ``"half"``: its LL subband, stretched to 0…255, (S/2, S/2).
        ``"full"``: the same brought back to (S, S).
    """
    if subband == "none":
        return channel
    half = normalised(low_low(channel))
    return half if subband == "half" else enlarged(half, *channel.shape)


def map_at(field: npt.NDArray[np.float32], side: int) -> npt.NDArray[np.float32]:
    """Return what a generator found, at the side of its patch: a small map is enlarged, bilinear.

    Parameters
    ----------
    field
        float32 (s, s), s as of `seen`; returned as it is where that is ``side``.
    side
        Of the patch.
    """
    if field.shape == (side, side):
        return field
    import cv2

    return np.asarray(cv2.resize(field, (side, side), interpolation=cv2.INTER_LINEAR))


def halved(truth: Mask) -> Mask:
    """Return a truth for half the size: ink where at least two of four pixels are, bool (H/2, W/2).

    Parameters
    ----------
    truth
        bool (H, W) with even extents, True is ink.
    """
    height, width = truth.shape
    counts = truth.reshape(height // 2, 2, width // 2, 2).sum(axis=(1, 3))
    return np.asarray(counts >= 2)


def channel_target(view: Gray, truth: Mask, share: float = SHARE) -> Mask:
    """Return what is to be found in one channel: the ink, and paper as dark as ink.

    Ink is the truth, and where the view is at most ``share`` of its largest value on paper.

    Parameters
    ----------
    view
        What the generator sees, uint8 (H, W): see `seen`.
    truth
        bool (H, W) at the size of the view, True is ink.
    share
        0 to 1.

    References
    ----------
    Ju et al. 2024, arXiv:2211.16098

    Examples
    --------
    >>> view = np.array([[0, 50, 61, 200]], np.uint8)
    >>> channel_target(view, np.array([[True, False, False, False]])).tolist()
    [[True, True, False, False]]
    """
    paper = np.where(truth, np.uint8(0), view)
    return np.asarray(paper <= share * float(paper.max()))
