"""Channels of a page as pictures of their own, and maps of channels joined to a picture."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from docbin.image import Color, Gray, rgb_to_gray

COLORS = ("red", "green", "blue")
CHANNELS = (*COLORS, "gray")


def channel(image: npt.NDArray[np.uint8], name: str) -> Gray:
    """Return one of `CHANNELS` of a page, uint8 (H, W); a gray page has the same in all.

    Parameters
    ----------
    image
        uint8 (H, W) or (H, W, 3) RGB.
    name
        ``"red"``, ``"green"``, ``"blue"``, or ``"gray"`` (BT.601).
    """
    if image.ndim == 2:
        return image
    if name == "gray":
        return rgb_to_gray(image)
    return np.ascontiguousarray(image[..., COLORS.index(name)])


def joined(maps: Mapping[str, npt.NDArray[np.float32]]) -> Color:
    """Return a picture of maps of ink in which each colour is averaged with gray.

    255 (1 − (P_colour + P_gray) / 2), rounded: black where both are sure of ink.

    Parameters
    ----------
    maps
        Probabilities of ink float32 (H, W) of all `CHANNELS`.

    Returns
    -------
    Color
        uint8 (H, W, 3) RGB.
    """
    planes = [
        np.rint(255 - np.float32(127.5) * (maps[color] + maps["gray"])).astype(np.uint8)
        for color in COLORS
    ]
    return np.stack(planes, axis=2)
