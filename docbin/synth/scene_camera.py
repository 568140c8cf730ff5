"""Light, things in front, and the camera: what happens to a photo after text stands in it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.image import Color
from docbin.synth.faces import Coverage
from docbin.synth.fields import drawn, field, to_bytes
from docbin.synth.scene_paint import Plane
from docbin.synth.scene_ranges import SceneRanges
from docbin.synth.scene_textures import any_color


def lit(rng: np.random.Generator, image: Color, ranges: SceneRanges) -> Color:
    """Light a photo unevenly: a slope, shadows cast, a reflection."""
    height, width = image.shape[:2]
    light = _large(rng, height, width)
    light = 1 - drawn(rng, ranges.shade) * light
    if rng.random() < ranges.shadows:
        for _ in range(int(rng.integers(1, 3))):
            light *= 1 - drawn(rng, (0.25, 0.6)) * _shadow(rng, height, width)
    result = image * light[..., None].astype(np.float32)
    if rng.random() < ranges.glare:
        glare = _blob(rng, height, width) * drawn(rng, (40, 170))
        result += glare[..., None].astype(np.float32)
    return to_bytes(result)


def _large(rng: np.random.Generator, height: int, width: int) -> Plane:
    """Return a slow change over the photo, 0 to 1."""
    cv2: Any = load("cv2", purpose="generating photos")
    small = field(rng, (max(2, height // 16), max(2, width // 16)), 2).astype(np.float32)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))


def _shadow(rng: np.random.Generator, height: int, width: int) -> Plane:
    """Return a shadow of some corners with an edge more or less soft, 0 to 1."""
    cv2: Any = load("cv2", purpose="generating photos")
    plane = np.zeros((height, width), np.float32)
    count = int(rng.integers(3, 6))
    points = rng.random((count, 2)) * 1.4 - 0.2
    hull = cv2.convexHull((points * (width, height)).astype(np.int32))
    cv2.fillConvexPoly(plane, hull, 1.0)
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), drawn(rng, (0.6, 12))))


def _blob(rng: np.random.Generator, height: int, width: int) -> Plane:
    """Return a bright spot, 0 to 1."""
    side = max(height, width)
    x0, y0 = rng.random(2) * (width, height)
    wide, high = side * (0.05 + 0.2 * rng.random(2))
    across = np.exp(-(((np.arange(width) - x0) / wide) ** 2))
    down = np.exp(-(((np.arange(height) - y0) / high) ** 2))
    return np.asarray(down[:, None] * across, np.float32)


def in_front(rng: np.random.Generator, shape: tuple[int, int]) -> tuple[Color, Coverage]:
    """Return something that stands before the text: its colours, and what it covers."""
    cv2: Any = load("cv2", purpose="generating photos")
    height, width = shape
    plane = np.zeros((height, width), np.uint8)
    kind, side = int(rng.integers(0, 3)), min(height, width)
    center = rng.random(2) * (width, height)
    if kind == 0:  # a pole or a wire
        turn = float(rng.random()) * math.pi
        far = 2 * max(height, width) * np.array([math.cos(turn), math.sin(turn)])
        ends = [tuple(map(int, center + sign * far)) for sign in (-1, 1)]
        cv2.line(plane, *ends, 255, max(1, int(side * drawn(rng, (0.004, 0.05)))), cv2.LINE_AA)
    elif kind == 1:  # a head, a lamp
        axes = tuple(int(side * drawn(rng, (0.02, 0.16))) + 1 for _ in range(2))
        angle = 180 * float(rng.random())
        cv2.ellipse(plane, tuple(map(int, center)), axes, angle, 0, 360, 255, -1, cv2.LINE_AA)
    else:  # leaves, hands
        around = np.sort(rng.random(9)) * 2 * math.pi
        reach = side * 0.16 * (0.2 + 0.8 * rng.random(9))
        points = center + reach[:, None] * np.stack([np.cos(around), np.sin(around)], axis=1)
        cv2.fillPoly(plane, [points.astype(np.int32)], 255, cv2.LINE_AA)
    shade = 0.75 + 0.5 * _large(rng, height, width)
    return to_bytes(any_color(rng) * shade[..., None]), plane


def blurred(rng: np.random.Generator, image: Color, ranges: SceneRanges) -> tuple[Color, float]:
    """Blur by defocus, sometimes by motion; return the photo and how far the blur reaches."""
    cv2: Any = load("cv2", purpose="generating photos")
    deviation = drawn(rng, ranges.defocus)
    result = cv2.GaussianBlur(image, (0, 0), deviation)
    length = drawn(rng, ranges.motion) if rng.random() < 0.3 else 0.0
    if length:
        result = cv2.filter2D(result, -1, _streak(length, float(rng.random()) * math.pi))
    return np.asarray(result), max(2 * deviation, length)


def _streak(length: float, angle: float) -> npt.NDArray[np.float32]:
    """Return the kernel of a straight motion, whose sum is 1 and whose middle is at rest."""
    half = math.ceil(length / 2)
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    for t in np.linspace(-length / 2, length / 2, 8 * half + 1):
        x, y = half + t * math.cos(angle), half + t * math.sin(angle)
        column, row = min(int(x), 2 * half - 1), min(int(y), 2 * half - 1)
        dx, dy = x - column, y - row
        kernel[row, column : column + 2] += (1 - dy) * np.array([1 - dx, dx], np.float32)
        kernel[row + 1, column : column + 2] += dy * np.array([1 - dx, dx], np.float32)
    kernel /= kernel.sum()
    return kernel


def captured(rng: np.random.Generator, image: Color, ranges: SceneRanges) -> Color:
    """Change tone and colour as a camera does, add noise, and write JPEG."""
    cv2: Any = load("cv2", purpose="generating photos")
    gamma, gain = drawn(rng, (0.75, 1.35)), 0.93 + 0.14 * rng.random(3)
    levels = 255 * (np.arange(256) / 255) ** gamma
    toned = cv2.LUT(image, to_bytes(levels[:, None] * gain)[None])
    height, width = image.shape[:2]
    deviation = drawn(rng, ranges.noise)
    grain = rng.standard_normal((height, width, 1), np.float32)
    hue = rng.standard_normal((height // 2 + 1, width // 2 + 1, 3), np.float32)
    hue = cv2.resize(hue, (width, height), interpolation=cv2.INTER_LINEAR)
    grain *= 0.8 * deviation
    hue *= 0.6 * deviation
    hue += grain
    noisy = cv2.add(toned, hue, dtype=cv2.CV_8U)
    quality = int(rng.integers(ranges.jpeg[0], ranges.jpeg[1] + 1))
    bgr = np.ascontiguousarray(noisy[..., ::-1])
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    back = cv2.imdecode(data, cv2.IMREAD_COLOR)
    return np.ascontiguousarray(back[..., ::-1])
