"""Methods run over a page in bands, as a huge page is."""

import numpy as np

from docbin.image import unpack
from docbin.streaming import blocks


def in_bands(method, gray, rows):
    """Return the mask of a page of which a method with two passes sees so many rows at a time."""
    height, width = gray.shape
    halo = min(method.halo, height)

    def parts():
        return blocks((gray[top : top + rows] for top in range(0, height, rows)), halo, height)

    survey = None
    for block, keep in parts():
        part = method.survey(block, keep)
        survey = part if survey is None else method.merge(survey, part)
    return np.concatenate([unpack(method.packed(*part, survey), width) for part in parts()])
