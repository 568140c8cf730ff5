"""From a probability map of text to regions in the pixels of the image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.detect import unclip as offsets
from docbin.detect.candidates import PIXELS, SCORES, Field, candidates, unit
from docbin.errors import InputError, UsageError
from docbin.methods.mebin import MEBin
from docbin.ops.parameters import choice, number
from docbin.ops.polygon import is_simple
from docbin.ops.rectangle import corners, grown
from docbin.regions import TEXT, Polygon, TextRegion

STABLE = "stable"
SHAPES = ("quad", "polygon")
MOST = 1_000_000
MOST_DILATION = 64

# Of the stable threshold: parts of text are thin, so little is eroded before they are counted.
_STABILITY = MEBin(step=4, erosion=2, run=4)
# Corners of a polygon may lie so far beside its outline, as a share of its perimeter.
_DETAIL = 0.002


@dataclass(frozen=True, slots=True)
class PostProcessing:
    """How regions are made of a probability map.

    Parts above a threshold whose mean probability is large enough grow to the size of the text
    (`docbin.detect.unclip`), and become rectangles or polygons.

    Parameters
    ----------
    threshold
        A part is where the probability is above it, 0 to 1. ``"stable"``: for each map the one
        around which the number of parts does not change, see `docbin.methods.mebin`.
    box_threshold
        Least score of a region, 0 to 1.
    unclip
        How regions grow: ``"inverse"``, or the ratio r' of D' = A' r' / L'.
    shrink
        The ratio r by which the network's labels were shrunk, for ``"inverse"``.
    shape
        ``"quad"``: the rectangle of least area, turned as the text is; ``"polygon"``: the grown
        outline, for curved text (needs shapely).
    score
        Mean probability over the part itself without its holes (``"polygon"``), or over the
        rectangle around it (``"box"``).
    pixels
        ``"squares"``, which have an extent; or ``"points"``, as published implementations have
        it: regions come out smaller by a pixel of the map, times what they grow.
    dilation
        Side in pixels of the square with which what is above the threshold is dilated first: broken
        lines join. 1: not; 2 is what PP-OCR's programs do with their own networks.
    min_side
        Smallest height (the shorter side of the grown rectangle) in pixels of what the network
        sees.
    most
        Most parts that are looked at; of more of them those with the longest outlines.
    kind
        What the regions are.

    Examples
    --------
    >>> field = np.zeros((60, 200), np.float32)
    >>> field[28:32, 20:180] = 0.9
    >>> [region] = PostProcessing()(field)
    >>> region.polygon.round().tolist()
    [[14.0, 22.0], [186.0, 22.0], [186.0, 38.0], [14.0, 38.0]]
    """

    threshold: float | str = 0.3
    box_threshold: float = 0.6
    unclip: float | str = offsets.INVERSE
    shrink: float = 0.4
    shape: str = SHAPES[0]
    score: str = SCORES[0]
    pixels: str = PIXELS[0]
    dilation: int = 1
    min_side: float = 5.0
    most: int = 10_000
    kind: str = TEXT

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        if self.threshold != STABLE:
            if isinstance(self.threshold, str):
                raise UsageError(
                    f"threshold is {self.threshold!r}; give '{STABLE}', or a number from 0 to 1"
                )
            number("threshold", self.threshold, 0, 1)
        number("box_threshold", self.box_threshold, 0, 1)
        offsets.check(self.unclip, self.shrink)
        choice("shape", self.shape, SHAPES)
        choice("score", self.score, SCORES)
        choice("pixels", self.pixels, PIXELS)
        number("dilation", self.dilation, 1, MOST_DILATION, whole=True)
        number("min_side", self.min_side, 0)
        number("most", self.most, 1, MOST, whole=True)
        if not isinstance(self.kind, str) or not self.kind:
            raise UsageError(f"kind is {self.kind!r}; give a word, such as '{TEXT}'")

    def __call__(
        self,
        field: Any,
        *,
        scale: tuple[float, float] = (1.0, 1.0),
        size: tuple[int, int] | None = None,
        stride: int = 1,
    ) -> list[TextRegion]:
        """Return the regions, in no order.

        Parameters
        ----------
        field
            Probabilities, (H, W): float32 from 0 to 1, or uint8 in steps of 1/255.
        scale
            Pixels of the image that one of the map is wide and high.
        size
            Height and width of the image, to which regions are clipped; None: those of the map
            times ``scale``.
        stride
            Pixels of what the network sees that one of the map is wide, for ``min_side``.
        """
        values = _checked(field)
        found = candidates(
            values,
            self.level(values),
            least=self.box_threshold,
            score=self.score,
            pixels=self.pixels,
            dilation=self.dilation,
            most=self.most,
        )
        width, height = found.boxes[:, 2], found.boxes[:, 3]
        perimeters = np.maximum(2 * (width + height), 1.0)  # of a single point it is 0
        by = offsets.distances(width * height, perimeters, self.unclip, shrink=self.shrink)
        rectangles = grown(found.boxes, by)
        large = np.minimum(rectangles[:, 2], rectangles[:, 3]) * stride >= self.min_side
        limits = _limits(values, scale, size)
        quads = np.clip(corners(rectangles) * scale, 0.0, limits)
        regions = []
        for index in np.flatnonzero(large & (rectangles[:, 2] * rectangles[:, 3] > 0)):
            polygon = quads[index]
            if self.shape == "polygon":
                polygon = self._outline(found.outlines[index], polygon, scale, limits)
            score = float(found.scores[index])
            regions.append(TextRegion(polygon, score=score, kind=self.kind))
        return regions

    def level(self, values: Field) -> float:
        """Return the threshold of a map, 0 to 1."""
        if self.threshold != STABLE:
            return float(self.threshold)
        steps = values if values.dtype == np.uint8 else np.rint(values * 255).astype(np.uint8)
        return _STABILITY.threshold(steps) / 255

    def _outline(
        self,
        outline: npt.NDArray[np.int32],
        quad: Polygon,
        scale: tuple[float, float],
        limits: npt.NDArray[np.float64],
    ) -> Polygon:
        """Return the outline of a part, grown; the quad where that has no simple one."""
        cv2 = load("cv2", purpose="text detection")
        shapely = load("shapely", purpose="regions as polygons (shape=polygon)")
        detail = max(_DETAIL * cv2.arcLength(outline, True), 0.5)  # noqa: FBT003
        points = cv2.approxPolyDP(outline, detail, True)[:, 0]  # noqa: FBT003
        if len(points) < 3:
            return quad
        # Squares lie around their centres, which the outline goes through.
        half = 0.5 if self.pixels == "squares" else 0.0
        around = cv2.arcLength(points, True)  # noqa: FBT003
        inner = cv2.contourArea(points) + half * around + 4 * half * half
        (by,) = offsets.distances(
            np.array([inner]), np.array([around + 8 * half]), self.unclip, shrink=self.shrink
        )
        # From a corner of its own, so that rounding is the same wherever the part lies.
        origin = points.min(axis=0)
        line = shapely.linearrings(points - origin + half)
        # The line's own offset: its outer border is simple, even if the outline touches itself.
        grown_line = shapely.buffer(line, half + by, join_style="mitre", mitre_limit=2.0)
        whole = grown_line.simplify(detail)
        if whole.is_empty:
            return quad
        polygon = (np.array(whole.exterior.coords[:-1], np.float64) + origin) * scale
        clipped = np.clip(polygon, 0.0, limits)
        # What is clipped may fold upon the border.
        folded = (clipped != polygon).any() and not is_simple(clipped)
        return quad if len(polygon) < 3 or folded else clipped


def _limits(
    values: Field, scale: tuple[float, float], size: tuple[int, int] | None
) -> npt.NDArray[np.float64]:
    """Return how far x and y may go."""
    if size is None:
        return np.array([values.shape[1] * scale[0], values.shape[0] * scale[1]])
    return np.array([size[1], size[0]], np.float64)


def _checked(field: Any) -> Field:
    values = np.asarray(field)
    if values.ndim != 2 or values.size == 0:
        raise InputError(f"a probability map is (H, W); got shape {values.shape}")
    if values.dtype == np.uint8:
        return values
    if values.dtype.kind != "f":
        raise InputError(
            f"a probability map is float32 from 0 to 1, or uint8 in steps of 1/255; got "
            f"{values.dtype}"
        )
    values = values.astype(np.float32, copy=False)
    low, high = float(values.min()), float(values.max())
    if not (low >= 0 and high <= unit(values)):  # NaN is neither
        raise InputError(f"probabilities are 0 to 1; this map has {low:g} to {high:g}")
    return values
