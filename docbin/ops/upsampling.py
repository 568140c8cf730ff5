"""Gray pages at twice their size."""

from __future__ import annotations

from docbin import kernels
from docbin.image import Gray


def doubled(gray: Gray) -> Gray:
    """Return a page at twice its size by cubic interpolation, uint8 (2 H, 2 W).

    The new pixels lie a quarter pixel beside the old ones; beyond the page its border repeats.
    The cubic is Keys' with a = −1/2.

    References
    ----------
    Keys 1981, doi:10.1109/TASSP.1981.1163711

    Examples
    --------
    >>> import numpy as np
    >>> doubled(np.array([[0, 128]], np.uint8)).tolist()
    [[0, 26, 102, 137], [0, 26, 102, 137]]
    """
    large: Gray = kernels.doubled(gray, kernels.threads())
    return large
