"""Which page a file of labels or results belongs to."""

from __future__ import annotations

import re
from pathlib import PurePath

_BEFORE = re.compile(r"^(?:poly_gt_|rect_gt_|gt_|res_)", re.IGNORECASE)


def page_name(file: str) -> str:
    """Return the name of the page: that of the file without ending and contest prefix.

    Examples
    --------
    >>> page_name("gt_img_1.txt"), page_name("res_img_1.txt"), page_name("IMG_0030.gt")
    ('img_1', 'img_1', 'IMG_0030')
    """
    stem = PurePath(file).stem
    return _BEFORE.sub("", stem) or stem
