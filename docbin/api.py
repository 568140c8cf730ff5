"""The Python API: what ``import docbin`` offers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.binarizer import Binarizer
from docbin.detect import DEFAULT, DETECTORS, Detector
from docbin.errors import InputError, UsageError
from docbin.image import Mask, as_array, as_bilevel, as_mask
from docbin.methods import METHODS, default
from docbin.regions import TextRegion

AUTO = "auto"


def create(name: str, **params: Any) -> Any:
    """Build the method ``name`` with ``params``; wrong names are errors with a hint.

    Examples
    --------
    >>> create("sauvola", k=0.3).k
    0.3
    """
    return METHODS.create(name, **params)


def binarize(
    image: Any,
    method: str | Binarizer | None = None,
    *,
    dpi: float | tuple[float, float] | None = None,
    threads: int | None = None,
    **params: Any,
) -> Mask:
    """Binarize ``image`` with ``method``.

    A black-and-white image (a bool array, a PIL image of mode ``"1"``) is returned as it is.

    Parameters
    ----------
    image
        uint8 (H, W) gray or (H, W, 3) in RGB order (of OpenCV's BGR give ``image[..., ::-1]``);
        see `docbin.image.as_array` for all that is taken.
    method
        A name of `methods`, or a binarizer: what `create`, `choose` and `Pipeline` give, or any
        callable that turns uint8 pixels into a mask. None: ``"net"`` where docbin comes with a
        network for it, else ``"auto"``.
    dpi
        Resolution of the image, for windows in millimetres or inches: a number, or horizontal
        and vertical (their geometric mean counts). None: not known, 300 is assumed.
    threads
        Most threads to use; None: ``DOCBIN_THREADS``, else all cores. Results do not depend on it.
    **params
        Parameters of a method that is given by name.

    Returns
    -------
    Mask
        bool (H, W), True is ink.

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = 30
    >>> int(binarize(page, "otsu").sum())
    60
    """
    with kernels.limit_threads(threads):
        binarizer = _resolved(method, params, _single(dpi))
        mask = as_bilevel(image)
        if mask is not None:
            return mask.copy()
        pixels = as_array(image)
        return _checked(binarizer(pixels), pixels, binarizer)


def choose(image: Any, *, dpi: float | tuple[float, float] | None = None) -> Binarizer:
    """Return the method, with its parameters, that ``auto`` takes for this image.

    ``binarize(image, "auto")`` is ``choose(image)(image)``. The result can be printed, and after
    ``from docbin.methods import *`` ``eval`` of what is printed gives it back.

    Parameters
    ----------
    image, dpi
        As for `binarize`.

    Examples
    --------
    >>> import numpy as np
    >>> callable(choose(np.full((40, 60), 220, np.uint8)))
    True
    """
    binarizer: Binarizer = at(create(AUTO), _single(dpi)).choose(as_array(image))
    return binarizer


def probability(
    image: Any,
    method: str | Any = "net",
    *,
    dpi: float | tuple[float, float] | None = None,
    threads: int | None = None,
    **params: Any,
) -> npt.NDArray[np.float32]:
    """Return how likely each pixel is ink, float32 (H, W) from 0 to 1.

    Only methods with a ``probability(image)`` of their own have one; a threshold is not a
    probability. The parameters are those of `binarize`.
    """
    with kernels.limit_threads(threads):
        binarizer = _resolved(method, params, _single(dpi))
        if not hasattr(binarizer, "probability"):
            able = [name for name in METHODS if hasattr(METHODS.load(name), "probability")]
            raise UsageError(
                f"{_called(binarizer)} gives no probability. "
                + (f"Methods that do: {', '.join(able)}." if able else "No method here does.")
            )
        field = binarizer.probability(as_array(image))
        return np.asarray(field, dtype=np.float32)


def detect_text(
    image: Any, detector: str | Detector = DEFAULT, *, threads: int | None = None, **params: Any
) -> list[TextRegion]:
    """Return the regions of text in an image, in reading order.

    Parameters
    ----------
    image
        As for `binarize`.
    detector
        A name of `docbin.detect.DETECTORS`, or any callable that turns uint8 pixels into a list
        of regions.
    threads
        As for `binarize`.
    **params
        Parameters of a detector that is given by name, see `docbin.detect.db.Db`.

    Returns
    -------
    list of TextRegion
        Polygons in the pixels of ``image``, with scores.

    Examples
    --------
    >>> detect_text(photo, weights="ch_PP-OCRv4_det_infer.onnx")  # doctest: +SKIP
    [TextRegion(polygon=array([[...]]), score=0.93, kind='text'), ...]
    """
    if isinstance(detector, str):
        detector = DETECTORS.create(detector, **params)
    elif params:
        raise UsageError(f"parameters ({', '.join(params)}) go with the name of a detector")
    if not callable(detector):
        raise UsageError(f"a {type(detector).__name__} was given as detector; give a callable")
    with kernels.limit_threads(threads):
        regions = detector(as_array(image))
    for region in regions:
        if not isinstance(region, TextRegion):
            raise InputError(f"{_called(detector)} returned a {type(region).__name__} as a region")
    return list(regions)


def at(binarizer: Any, dpi: float | None) -> Any:
    """Return ``binarizer`` with windows in millimetres or inches resolved to pixels."""
    return binarizer.at(dpi) if hasattr(binarizer, "at") else binarizer


def _resolved(method: str | Binarizer | None, params: dict[str, Any], dpi: float | None) -> Any:
    """Build the method of a name, or take a binarizer as it is."""
    if method is None:
        method = default()
    if isinstance(method, str):
        return at(create(method, **params), dpi)
    if not callable(method):
        raise UsageError(
            f"a {type(method).__name__} was given as method; give a name (see docbin.methods()) "
            "or a callable"
        )
    if params:
        raise UsageError(
            f"parameters ({', '.join(params)}) go with the name of a method; {_called(method)} "
            "has its own already"
        )
    return at(method, dpi)


def _single(dpi: float | tuple[float, float] | None) -> float | None:
    """Return one resolution, or refuse what is none."""
    if dpi is None:
        return None
    try:
        sides = [float(side) for side in (dpi if isinstance(dpi, tuple | list) else [dpi])]
    except (TypeError, ValueError):
        sides = []
    if len(sides) not in (1, 2) or not all(0 < side < math.inf for side in sides):
        raise UsageError(f"dpi is {dpi!r}; give a positive number, or horizontal and vertical")
    return math.prod(sides) ** (1 / len(sides))


def _checked(mask: Any, pixels: npt.NDArray[np.uint8], binarizer: Any) -> Mask:
    """Refuse what a callable of the user's may return instead of a mask."""
    result = as_mask(mask)
    if result.shape != pixels.shape[:2]:
        raise InputError(
            f"{_called(binarizer)} returned {result.shape} for an image of {pixels.shape[:2]}"
        )
    return result


def _called(binarizer: Any) -> str:
    return f"'{getattr(binarizer, '__name__', type(binarizer).__name__)}'"
