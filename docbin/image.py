"""What an image, a gray page and a mask are: checked here, once, with good messages.

Polarity, dtype and the gray formula are stated in this file and nowhere else:

* gray is uint8 (H, W), 0 black, 255 white; colour is uint8 (H, W, 3) in **RGB** order
  (OpenCV users have BGR: pass ``image[..., ::-1]``);
* gray = (19595 R + 38470 G + 7471 B + 32768) >> 16 (BT.601);
* 16-bit values are scaled by /257 with rounding;
* a mask is bool (H, W) and **True is ink**; as uint8 it is black ink (0) on white (255).
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from docbin.errors import InputError

Gray: TypeAlias = npt.NDArray[np.uint8]
Color: TypeAlias = npt.NDArray[np.uint8]
Mask: TypeAlias = npt.NDArray[np.bool_]
Packed: TypeAlias = npt.NDArray[np.uint8]

_FLOAT_ADVICE = (
    "docbin takes uint8 or uint16 (0 is black). Scale it yourself, for example "
    "numpy.round(image * 255).astype(numpy.uint8) if its range is 0 to 1"
)


def as_array(image: Any) -> npt.NDArray[np.uint8]:
    """Return ``image`` as C-contiguous uint8 (H, W) or (H, W, 3) RGB.

    Accepted: uint8 and uint16 arrays (H, W), (H, W, 1), (H, W, 3) and (H, W, 4) with alpha
    (laid on white), bool masks (True is ink), and anything that numpy turns into one of these,
    such as a PIL image. The input is never changed; no copy is made where none is needed.

    Raises
    ------
    InputError
        For any other dtype or shape, or an image without pixels.
    """
    palette = getattr(image, "mode", None)
    if palette is not None and hasattr(image, "convert"):  # a PIL image
        if palette == "1":
            return to_uint8(~np.asarray(image, dtype=bool))
        if palette not in ("L", "RGB", "RGBA", "I;16"):
            image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    array = np.asarray(image)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))):
        raise InputError(
            f"an image of shape {array.shape} was given; docbin takes (H, W) gray, (H, W, 3) RGB "
            "or (H, W, 4) RGBA"
        )
    if array.shape[0] == 0 or array.shape[1] == 0:
        raise InputError(f"an image without pixels was given, shape {array.shape}")
    if array.dtype == np.bool_:
        if array.ndim != 2:
            raise InputError(f"a bool image must be (H, W), True is ink; got shape {array.shape}")
        return to_uint8(array)
    if array.dtype == np.uint16:
        array = ((array.astype(np.uint32) + 128) // 257).astype(np.uint8)
    elif array.dtype != np.uint8:
        raise InputError(f"an image of dtype {array.dtype} was given; {_FLOAT_ADVICE}")
    if array.ndim == 3 and array.shape[2] == 4:
        array = _on_white(array)
    return np.ascontiguousarray(array)


def _on_white(rgba: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Lay RGBA on white paper, with rounding."""
    alpha = rgba[:, :, 3:].astype(np.uint32)
    mixed = rgba[:, :, :3] * alpha + 255 * (255 - alpha)
    return ((mixed + 127) // 255).astype(np.uint8)


def as_gray(image: Any) -> Gray:
    """Return ``image`` as C-contiguous uint8 (H, W) by the BT.601 formula above."""
    array = as_array(image)
    return array if array.ndim == 2 else rgb_to_gray(array)


def rgb_to_gray(rgb: Color) -> Gray:
    """Apply gray = (19595 R + 38470 G + 7471 B + 32768) >> 16 to uint8 (H, W, 3)."""
    from docbin import kernels

    gray: Gray = kernels.rgb_to_gray(rgb)
    return gray


def as_rgb(image: Any) -> Color:
    """Return ``image`` as C-contiguous uint8 (H, W, 3); gray is repeated."""
    array = as_array(image)
    if array.ndim == 3:
        return array
    return np.repeat(array[:, :, None], 3, axis=2)


def as_mask(mask: Any) -> Mask:
    """Return ``mask`` as bool (H, W), True is ink; anything but bool is refused.

    Raises
    ------
    InputError
        If it is not a two-dimensional bool array (an image must be binarized first).
    """
    array = np.asarray(mask)
    if array.dtype != np.bool_ or array.ndim != 2:
        raise InputError(
            f"a mask must be bool (H, W) with True for ink; got {array.dtype} {array.shape}. "
            "From a black-on-white picture: mask = picture < 128"
        )
    return array


def to_uint8(mask: Any) -> Gray:
    """Return a mask as uint8 picture: black ink (0) on white (255)."""
    return np.where(as_mask(mask), np.uint8(0), np.uint8(255))


def pack(mask: Mask) -> Packed:
    """Pack a mask to bits: uint8 (H, ceil(W / 8)), most significant bit first, 1 = ink."""
    return np.packbits(mask, axis=1)


def unpack(packed: Packed, width: int) -> Mask:
    """Undo `pack` for a page ``width`` pixels wide."""
    return np.unpackbits(packed, axis=1, count=width).view(np.bool_)
