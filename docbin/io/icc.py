"""Colour profiles: everything goes to sRGB before it becomes gray."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from docbin.dependencies import load
from docbin.image import Color, Gray, rgb_to_gray
from docbin.io.color import Bytes, Transform

# The four letters of a profile's colour space, and Pillow's mode for it.
_MODES = {1: ("GRAY", "L"), 3: ("RGB ", "RGB"), 4: ("CMYK", "CMYK")}
_LARGEST = 1 << 24
# Two transforms of one colour may differ by one through rounding.
_TOLERANCE = 1


def usable_profile(icc: bytes | None, channels: int) -> bytes | None:
    """Return ``icc`` where it is a profile for pixels of 1, 3 or 4 channels, else None.

    Scanners and editors leave profiles of another colour space in files; they mean nothing.
    """
    if not icc or not 128 <= len(icc) <= _LARGEST or icc[36:40] != b"acsp":
        return None
    return icc if icc[16:20].decode("latin-1") == _MODES[channels][0] else None


def to_srgb(icc: bytes | None, channels: int) -> Transform | None:
    """Return what turns samples of 1, 3 or 4 channels into sRGB.

    The rendering is relative colorimetric with black point compensation, so paper white becomes
    white. None where there is no usable profile, where it is broken, or where it changes nothing.
    """
    icc = usable_profile(icc, channels)
    if icc is None:
        return None
    cms = load("PIL.ImageCms", purpose="colour profiles")
    try:
        profile = cms.ImageCmsProfile(io.BytesIO(icc))
        transform = cms.ImageCmsTransform(
            profile,
            cms.ImageCmsProfile(cms.createProfile("sRGB")),
            _MODES[channels][1],
            "RGB",
            cms.Intent.RELATIVE_COLORIMETRIC,
            flags=cms.Flags.BLACKPOINTCOMPENSATION | cms.Flags.NOCACHE,
        )
        return _gray_table(transform) if channels == 1 else _picture(transform, channels)
    except (cms.PyCMSError, OSError, ValueError, TypeError):
        return None


def palette_in_srgb(table: Bytes, icc: bytes | None) -> Bytes:
    """Return a palette, gray (256,) or RGB (256, 3), in sRGB; a gray one stays gray."""
    transform = to_srgb(icc, 3)
    if transform is None:
        return table
    colors = table[None] if table.ndim == 2 else np.repeat(table[None, :, None], 3, axis=2)
    done = transform(colors)
    shades: Bytes = (done if table.ndim == 2 else rgb_to_gray(done))[0]
    return shades


def _gray_table(transform: Any) -> Transform | None:
    """Gray has 256 values: the profile becomes a table."""
    ramp = np.arange(256, dtype=np.uint8)[None]
    table = _apply(transform, ramp, "L")[0, :, 0]
    if _changes_nothing(ramp[0], table):
        return None

    def look_up(gray: Bytes) -> Gray:
        return table[gray]

    return look_up


def _picture(transform: Any, channels: int) -> Transform | None:
    mode = _MODES[channels][1]
    if channels == 3:
        steps = np.arange(0, 256, 15, dtype=np.uint8)
        cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
        if _changes_nothing(cube, _apply(transform, cube, mode)):
            return None
    return lambda samples: _apply(transform, samples, mode)


def _changes_nothing(before: Bytes, after: Bytes) -> bool:
    return int(np.abs(before.astype(np.int16) - after).max()) <= _TOLERANCE


def _apply(transform: Any, samples: Bytes, mode: str) -> Color:
    image_module = load("PIL.Image", purpose="colour profiles")
    height, width = samples.shape[:2]
    image = image_module.frombuffer(
        mode, (width, height), np.ascontiguousarray(samples), "raw", mode, 0, 1
    )
    done: Color = np.asarray(transform.apply(image))
    return done
