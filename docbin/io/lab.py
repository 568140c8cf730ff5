"""Pages in CIELAB to sRGB."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from docbin.dependencies import load
from docbin.image import Color
from docbin.io.color import Bytes, Samples, eight_bit


def lab_bytes(samples: Samples, bits: int, *, signed: bool) -> Bytes:
    """Return L*, a* and b* in eight bits: L* of 100 as 255, a* and b* of 0 as 128.

    Parameters
    ----------
    samples
        uint8 or uint16 (H, W, 3) as a TIFF has them.
    bits
        8 or 16.
    signed
        Whether a* and b* are signed, and L* of 100 is the largest number (CIELab); else they are
        those of ICC profiles, where 128 is 0, in 16 bits times 256 (ICCLab).
    """
    if not signed:
        if bits == 8:
            return samples.astype(np.uint8, copy=False)
        rounded: Bytes = np.minimum((samples.astype(np.uint32) + 128) >> 8, 255).astype(np.uint8)
        return rounded
    colors = samples[..., 1:].view(np.int8 if bits == 8 else np.int16).astype(np.int32)
    if bits == 16:
        colors = (colors + 128) >> 8
    shifted = np.clip(colors + 128, 0, 255).astype(np.uint8)
    return np.concatenate([eight_bit(samples[..., :1], bits), shifted], axis=2)


@functools.cache
def _transform() -> Any:
    cms = load("PIL.ImageCms", purpose="CIELAB pages")
    return cms.ImageCmsTransform(
        cms.ImageCmsProfile(cms.createProfile("LAB")),
        cms.ImageCmsProfile(cms.createProfile("sRGB")),
        "LAB",
        "RGB",
        cms.Intent.RELATIVE_COLORIMETRIC,
        flags=cms.Flags.NOCACHE,
    )


def lab_to_rgb(lab: Bytes) -> Color:
    """Return sRGB of what `lab_bytes` gives, relative to white of D50: L* of 100 is white."""
    image_module = load("PIL.Image", purpose="CIELAB pages")
    # Pillow takes a* and b* signed.
    stored = lab ^ np.array([0, 128, 128], np.uint8)
    height, width = lab.shape[:2]
    image = image_module.frombytes("LAB", (width, height), stored.tobytes(), "raw", "LAB")
    done: Color = np.asarray(_transform().apply(image))
    return done
