"""Where flat text comes to lie in a photo: bent along a curve, then seen in perspective."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.regions import Polygon
from docbin.synth.scene_lettering import Box

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """Bends flat text of so many pixels.

    Parameters
    ----------
    width, height
        Of the flat text.
    angle
        Of the arc that the middle line becomes, in radians: positive bulges up; 0: no arc.
    wave
        Height of a wave in pixels; 0: none.
    length
        Of the wave, in pixels.
    """

    width: float
    height: float
    angle: float = 0.0
    wave: float = 0.0
    length: float = 1.0

    @property
    def straight(self) -> bool:
        """Whether nothing is bent."""
        return self.angle == 0 and self.wave == 0

    def bent(self, points: Points) -> Points:
        """Return where flat points, float64 (…, 2), come to lie."""
        x, y = points[..., 0], points[..., 1]
        if self.wave:
            return np.stack([x, y + self.wave * np.sin(2 * math.pi / self.length * x)], axis=-1)
        if self.angle == 0:
            return points
        radius, sign = self._arc()
        theta = (x - self.width / 2) / radius
        far = radius + sign * (self.height / 2 - y)
        down = radius - far * np.cos(theta)
        return np.stack(
            [self.width / 2 + far * np.sin(theta), self.height / 2 + sign * down], axis=-1
        )

    def flat(self, points: Points) -> Points:
        """Return the flat points that come to lie at points."""
        x, y = points[..., 0], points[..., 1]
        if self.wave:
            return np.stack([x, y - self.wave * np.sin(2 * math.pi / self.length * x)], axis=-1)
        if self.angle == 0:
            return points
        radius, sign = self._arc()
        along, up = x - self.width / 2, radius - sign * (y - self.height / 2)
        far, theta = np.hypot(along, up), np.arctan2(along, up)
        return np.stack(
            [self.width / 2 + radius * theta, self.height / 2 - sign * (far - radius)], axis=-1
        )

    def _arc(self) -> tuple[float, float]:
        return self.width / abs(self.angle), math.copysign(1.0, self.angle)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A curve, and the perspective in which its result is seen: a matrix (3, 3) to the photo."""

    curve: Curve
    matrix: Points

    def outline(self, box: Box) -> Polygon:
        """Return the polygon of a flat box: four corners, or seven along top and bottom."""
        left, top, right, bottom = box
        xs = np.linspace(left, right, 2 if self.curve.straight else 7)
        upper = np.stack([xs, np.full_like(xs, top)], axis=1)
        lower = np.stack([xs[::-1], np.full_like(xs, bottom)], axis=1)
        return projected(self.matrix, self.curve.bent(np.concatenate([upper, lower])))

    def lookup(self, window: tuple[int, int, int, int]) -> npt.NDArray[np.float32]:
        """Return where each pixel of a window (left, top, right, bottom) is in the flat text.

        Float32 (H, W, 2), in indices of pixels, as ``cv2.remap`` wants them.
        """
        left, top, right, bottom = window
        y, x = np.mgrid[top:bottom, left:right] + 0.5
        inverse = np.asarray(np.linalg.inv(self.matrix), np.float64)
        flat = self.curve.flat(projected(inverse, np.stack([x, y], axis=-1)))
        return (flat - 0.5).astype(np.float32)


def projected(matrix: Points, points: Points) -> Points:
    """Return points (…, 2) under a projective map."""
    x, y = points[..., 0], points[..., 1]
    depth = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
    across = matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]
    down = matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]
    return np.stack([across / depth, down / depth], axis=-1)


def perspective(corners: Points, targets: Points) -> Points:
    """Return the matrix that maps four corners to four others."""
    cv2: Any = load("cv2", purpose="generating photos")
    return np.asarray(
        cv2.getPerspectiveTransform(corners.astype(np.float32), targets.astype(np.float32)),
        np.float64,
    )


def any_curve(rng: np.random.Generator, width: float, height: float) -> Curve:
    """Return an arc or a wave that text of such a size can follow."""
    if rng.random() < 0.7:
        most = min(2.4, 0.9 * width / height)
        angle = (0.25 + 0.75 * float(rng.random())) * most
        return Curve(width, height, angle=angle if rng.integers(0, 2) else -angle)
    length = width * (0.7 + 1.2 * float(rng.random()))
    most = min(0.5 * height, 0.09 * length)
    return Curve(width, height, wave=most * (0.4 + 0.6 * float(rng.random())), length=length)


def extent(curve: Curve) -> Box:
    """Return the box that bent text fills."""
    xs, ys = np.linspace(0, curve.width, 33), np.linspace(0, curve.height, 5)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    bent = curve.bent(grid)
    (left, top), (right, bottom) = bent.min(axis=0), bent.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def corners_of(box: Box) -> Points:
    """Return the corners of a box, clockwise from the upper left, float64 (4, 2)."""
    left, top, right, bottom = box
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def tilted(
    rng: np.random.Generator, size: tuple[float, float], angle: float, share: float
) -> Points:
    """Return the corners of a rectangle (width, height) turned, and moved by perspective.

    The corners are around (0, 0); each moves by at most ``share`` of the sides.
    """
    width, height = size
    half = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    moves = share * (rng.random((4, 2)) - 0.5) * (0.35, 1.0)
    flat = (half + moves) * (width, height)
    cos, sin = math.cos(angle), math.sin(angle)
    return np.asarray(flat @ np.array([(cos, sin), (-sin, cos)]))
