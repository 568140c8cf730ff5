"""Text by differentiable binarization: a network's probability map and its regions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from docbin.citation import Citation
from docbin.detect.candidates import PIXELS, SCORES
from docbin.detect.field import ProbabilityMap, probability_map
from docbin.detect.field_model import FieldModel, PackedField
from docbin.detect.onnx_model import NORMALISATIONS, SUFFIX, OnnxField
from docbin.detect.postprocess import SHAPES, PostProcessing
from docbin.detect.reading_order import in_reading_order
from docbin.errors import InputError, UsageError
from docbin.image import as_rgb
from docbin.ops.parameters import choice, number
from docbin.regions import TextRegion
from docbin.runtime.shipped import DETECTOR, DETECTORS, ROLES, index, located

_SIDE = 736
_MOST_SIDE = 1 << 15


@dataclass(frozen=True, slots=True)
class Db:
    """Regions of text from a network that was trained by differentiable binarization.

    The network gives the probability of text, shrunk so that neighbours come apart. Parts of that
    map above a threshold are grown again and told as turned rectangles or polygons, in reading
    order. What is None is what the weights say, or else has the default in brackets.

    Parameters
    ----------
    weights
        ``"detector"``, docbin's own, or ``"kuzushiji"``, for columns of old Japanese books; the
        path of a packed network (``.docbin``), or that of a model in ONNX (``.onnx``, needs the
        extra ``onnx``), such as PP-OCR's detectors.
    side
        Shorter side in pixels to which images are resized (736; docbin's own says 960); 0: as they
        are. Small text on large pages needs more. Pictures are enlarged four times at most.
    threshold
        Text is where the probability is above it, 0 to 1 (0.3). ``"stable"``: for each image the
        one around which the number of parts does not change.
    box_threshold
        Least mean probability of a region, 0 to 1 (0.6).
    unclip
        How much a region grows: the ratio r' of D' = A' r' / L', or ``"inverse"``, which undoes
        the shrinking of each region by its own size and length (``"inverse"``).
    shape
        ``"quad"``: turned rectangles; ``"polygon"``: outlines, for curved text (needs the extra
        ``detect``).
    score
        Mean probability over the part itself without its holes (``"polygon"``), or over the
        rectangle around it (``"box"``).
    pixels
        ``"squares"``, or ``"points"``, as other implementations have it, for ratios that were tuned
        with them.
    dilation
        Side in pixels of the map of the square with which what is above the threshold is dilated
        first, which joins broken lines; 1: not, 2 for PP-OCR's networks.
    min_side
        Smallest height of a region, in pixels of the resized image.
    most
        Most parts that are looked at; of more of them those with the longest outlines.
    tile
        Resized images of more than ``tile`` × ``tile`` pixels are seen in tiles of this side; the
        map is the same.
    normalise
        Of models in ONNX alone, how colours become numbers: ``"imagenet-bgr"``,
        ``"imagenet-rgb"``, ``"half-bgr"`` or ``"half-rgb"`` (``"imagenet-bgr"``).

    References
    ----------
    Liao et al. 2020, Real-time Scene Text Detection with Differentiable Binarization,
    doi:10.1609/aaai.v34i07.6812; the stable threshold: Huang, Li and others 2024, AnomalyNCD,
    doi:10.48550/arXiv.2410.14379

    Examples
    --------
    >>> import numpy as np, tempfile
    >>> from docbin.runtime.random_unet import random_unet
    >>> with tempfile.NamedTemporaryFile(suffix=".docbin") as file:
    ...     file.write(random_unet(0, widths=(8, 8)).to_bytes()) > 0
    ...     file.flush()
    ...     Db(file.name, box_threshold=1)(np.full((30, 40), 220, np.uint8))
    True
    []
    """

    weights: str = DETECTOR
    side: int | None = None
    threshold: float | str | None = None
    box_threshold: float | None = None
    unclip: float | str | None = None
    shape: str = SHAPES[0]
    score: str = SCORES[0]
    pixels: str = PIXELS[0]
    dilation: int = 1
    min_side: float = 5.0
    most: int = 10_000
    tile: int = 2048
    normalise: str | None = None

    choices: ClassVar[dict[str, tuple[str, ...]]] = {
        "shape": SHAPES,
        "score": SCORES,
        "pixels": PIXELS,
    }
    citation: ClassVar[Citation] = Citation(
        key="liao2020",
        authors="Liao, Minghui and Wan, Zhaoyi and Yao, Cong and Chen, Kai and Bai, Xiang",
        title="Real-time Scene Text Detection with Differentiable Binarization",
        venue="AAAI Conference on Artificial Intelligence",
        year=2020,
        doi="10.1609/aaai.v34i07.6812",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range; the file is read when the first image comes."""
        if not isinstance(self.weights, str):
            raise UsageError(f"weights is {self.weights!r}; give a path, or '{DETECTOR}'")
        if self.side is not None:
            _check_side(self.side)
        number("tile", self.tile, 256, _MOST_SIDE, whole=True)
        if self.normalise is not None:
            choice("normalise", self.normalise, tuple(NORMALISATIONS))
            if not self._is_onnx:
                raise UsageError("normalise goes with models in ONNX; packed networks know it")
        _located(self.weights)
        self._processing({})

    def __call__(self, image: Any) -> list[TextRegion]:
        """Return the regions of text, in reading order.

        Parameters
        ----------
        image
            uint8 (H, W) gray or (H, W, 3) RGB; see `docbin.image.as_array` for all that is taken.
        """
        found = self.probability_map(image)
        regions = self.processing()(
            found.values, scale=found.scale, size=found.size, stride=found.stride
        )
        return in_reading_order(regions)

    def probability_map(self, image: Any) -> ProbabilityMap:
        """Return how likely text is at each pixel of the resized image."""
        model = self.model()
        side = self.side
        if side is None:
            side = model.told.get("side", _SIDE)
            with self._naming():
                _check_side(side)
        return probability_map(model, as_rgb(image), side=side, tile=self.tile)

    def processing(self) -> PostProcessing:
        """Return what makes regions of the map."""
        with self._naming():
            return self._processing(self.model().told)

    def model(self) -> FieldModel:
        """Return what gives the map; its file is read once, and again when it has changed."""
        path = _located(self.weights)
        return OnnxField.load(path, self.normalise) if self._is_onnx else PackedField.load(path)

    @property
    def _is_onnx(self) -> bool:
        return Path(self.weights).suffix.lower() == SUFFIX

    @contextmanager
    def _naming(self) -> Iterator[None]:
        """Say that what is wrong stands in the weights."""
        try:
            yield
        except UsageError as error:
            raise InputError(f"{self.weights}: its metadata are wrong: {error}") from error

    def _processing(self, told: Any) -> PostProcessing:
        given = {
            "threshold": self.threshold,
            "box_threshold": self.box_threshold,
            "unclip": self.unclip,
        }
        known = {key: its for key, its in told.items() if key in {*given, "shrink", "kind"}}
        known |= {key: value for key, value in given.items() if value is not None}
        same = ("shape", "score", "pixels", "dilation", "min_side", "most")
        return PostProcessing(**known, **{key: getattr(self, key) for key in same})


def _located(weights: str) -> Path:
    """Return the file of a detector, one of `DETECTORS` or a path."""
    if weights in DETECTORS and weights not in index():
        raise UsageError(
            f"docbin's own network '{weights}' is missing; reinstall docbin, or give a packed one "
            "or a model in ONNX: docbin detect --set weights=FILE, "
            "docbin clean --scene --weights FILE, weights=FILE in Python"
        )
    if weights in ROLES and weights not in DETECTORS:
        raise UsageError(f"the network '{weights}' finds no text; give a detector, weights=FILE")
    if weights not in ROLES and not Path(weights).is_file():
        raise UsageError(
            f"weights is {weights!r}, which is no file; give the path of a packed network "
            "(.docbin) or of a model in ONNX (.onnx)"
        )
    return located(weights)


def _check_side(side: Any) -> None:
    number("side", side, 0, _MOST_SIDE, whole=True)
