"""How large a page may be: checked from its header, before anything is decoded.

A small file can claim an enormous page. The limits hold for one call; there is no global setting.
"""

from __future__ import annotations

from docbin.errors import InputError
from docbin.io.names import shown
from docbin.io.page import PageInfo

# A page decoded as a whole: A0 at 400 dpi has 248 million pixels.
WHOLE_PAGE = 1 << 28
# A page read in bands of rows, which needs no more memory for being high.
IN_BANDS = 1 << 30
# A row is always held as a whole.
LONGEST_SIDE = 1 << 20


def check_size(info: PageInfo, max_pixels: int | None, *, banded: bool) -> None:
    """Refuse a page without pixels or with too many.

    Parameters
    ----------
    info
        What the header says.
    max_pixels
        The limit; None takes `IN_BANDS` or `WHOLE_PAGE`.
    banded
        Whether the page is read in bands.
    """
    name = shown(info.source)
    if info.width < 1 or info.height < 1:
        raise InputError(f"{name} has no pixels: its header says {info.width} x {info.height}")
    limit = (IN_BANDS if banded else WHOLE_PAGE) if max_pixels is None else max_pixels
    pixels = info.width * info.height
    if pixels > limit:
        raise InputError(
            f"{name} claims {info.width} x {info.height} pixels, {pixels / 1e6:.0f} million; "
            f"the limit is {limit / 1e6:.0f} million. If the file is no trap, raise it with "
            f"--max-pixels {pixels} (max_pixels= in Python)"
        )
    if max(info.width, info.height) > LONGEST_SIDE:
        raise InputError(
            f"{name} claims {info.width} x {info.height} pixels; no side may be longer than "
            f"{LONGEST_SIDE}"
        )
