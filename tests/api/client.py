"""A program of somebody who uses docbin, checked with ``mypy --strict``."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

import docbin
from docbin import DocbinError, Mask
from docbin.steps import Deskew, Despeckle


def clean(source: Path, target: Path) -> str:
    """Use every public name the way its documentation says."""
    result: Mask
    for page in docbin.read_pages(source):
        result = docbin.binarize(page.pixels, "sauvola", dpi=page.dpi, threads=2, window="2mm")
        docbin.write_mask(target, result, dpi=page.dpi)
    gray: npt.NDArray[np.uint8] = docbin.to_uint8(docbin.read_mask(target))
    chosen = docbin.choose(gray, dpi=300)
    mask: Mask = chosen(gray)
    field: npt.NDArray[np.float32] = docbin.probability(gray, "net")
    try:
        method = docbin.create("sauvola", k=0.3)
    except DocbinError as error:
        return str(error)
    fm: float = docbin.score(mask, method(gray)).fm
    names: list[str] = docbin.methods()
    return f"{docbin.__version__} {fm} {field.mean()} {', '.join(names)}"


def level(page: npt.NDArray[np.uint8]) -> Mask:
    """Put steps around a method."""
    pipeline = docbin.Pipeline((Deskew(limit=3.0), Despeckle()), docbin.create("otsu"))
    return docbin.binarize(page, pipeline, dpi=(300, 300))


def own(page: npt.NDArray[np.uint8]) -> Mask:
    """A function of one's own is a binarizer."""
    return page < 100


def use(image: npt.NDArray[np.uint8]) -> Mask:
    """A binarizer of one's own goes where a name goes."""
    return docbin.binarize(image, own)
