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

_HIGH_PIL_MODES = ("I", "F")
_ALPHA_PIL_MODES = ("LA", "La", "PA", "RGBa", "RGBA")


def as_array(image: Any) -> npt.NDArray[np.uint8]:
    """Return ``image`` as C-contiguous uint8 (H, W) or (H, W, 3) RGB.

    Accepted: uint8 and uint16 arrays of any byte order, (H, W), (H, W, 1), (H, W, 3) and
    (H, W, 4) with alpha (laid on white), bool masks (True is ink), PIL images (profiles are not
    applied, 1-bit white is paper), and anything that numpy turns into one of these. Strided,
    read-only and non-contiguous arrays are fine. The input is never changed; no copy is made
    where none is needed.

    Raises
    ------
    InputError
        For any other dtype or shape, or an image without pixels; the message says how to convert
        it. Floats are refused, since their range cannot be known.
    """
    mask = as_bilevel(image)
    if mask is not None:
        return to_uint8(mask)
    array = _shaped(_numbers(image))
    if array.dtype == np.uint16:
        array = ((array.astype(np.uint32) + 128) // 257).astype(np.uint8)
    elif array.dtype != np.uint8:
        raise InputError(f"an image of dtype {array.dtype} was given; {_advice(array.dtype)}")
    if array.ndim == 3 and array.shape[2] == 4:
        array = _on_white(array)
    return np.ascontiguousarray(array)


def as_bilevel(image: Any) -> Mask | None:
    """Return the mask of an image that is black and white by its type, else None.

    Such are bool arrays (True is ink) and PIL images of mode ``"1"`` (white is paper).
    """
    if _is_pil(image):
        return ~np.asarray(image, dtype=bool) if image.mode == "1" else None
    array = image if isinstance(image, np.ndarray) else _numbers(image)
    if array.dtype != np.bool_:
        return None
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim != 2:
        raise InputError(f"a bool image must be (H, W), True is ink; got shape {array.shape}")
    return np.asarray(_shaped(array))


def _is_pil(image: Any) -> bool:
    return isinstance(getattr(image, "mode", None), str) and hasattr(image, "convert")


def _numbers(image: Any) -> npt.NDArray[Any]:
    """Return what was given as an array, with its own dtype in the machine's byte order."""
    if isinstance(image, str | bytes) or hasattr(image, "__fspath__"):
        raise InputError(
            f"a {type(image).__name__} was given as an image; read the file first: "
            "for page in docbin.read_pages(path): docbin.binarize(page.pixels)"
        )
    if _is_pil(image):
        image = _plain_pil(image)
    try:
        array = np.asarray(image)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"a {type(image).__name__} was given that is no image: {error}; docbin takes arrays"
        ) from error
    if array.dtype == object:
        advice = "; give its .pixels" if hasattr(image, "pixels") else ""
        raise InputError(
            f"a {type(image).__name__} was given; docbin takes numpy arrays and PIL images{advice}"
        )
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _plain_pil(image: Any) -> Any:
    """Return a PIL image in a mode that numpy gives as uint8 or uint16."""
    if image.mode in _HIGH_PIL_MODES:
        raise InputError(
            f"a PIL image of mode '{image.mode}' was given, whose range cannot be known; convert "
            "it yourself, for a 16-bit picture: numpy.asarray(image).astype(numpy.uint16)"
        )
    if image.mode in _ALPHA_PIL_MODES or "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode in ("L", "RGB") or image.mode.startswith("I;16"):
        return image
    return image.convert("RGB")


def _shaped(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return (H, W), (H, W, 3) or (H, W, 4) with pixels, or refuse."""
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))):
        first = array.ndim == 3 and array.shape[0] in (1, 3, 4)
        raise InputError(
            f"an image of shape {array.shape} was given; docbin takes (H, W) gray, (H, W, 3) RGB "
            "or (H, W, 4) RGBA" + ("; use numpy.moveaxis(image, 0, 2)" if first else "")
        )
    if array.shape[0] == 0 or array.shape[1] == 0:
        raise InputError(f"an image without pixels was given, shape {array.shape}")
    return array


def _advice(dtype: np.dtype[Any]) -> str:
    """Return how to convert an array of a dtype that is not taken."""
    takes = "docbin takes uint8 or uint16 (0 is black) and bool (True is ink). Convert it yourself"
    if dtype.kind == "f":
        return (
            f"{takes}: numpy.round(image * 255).astype(numpy.uint8) if its range is 0 to 1 and "
            "it has no NaN"
        )
    if dtype.kind in "iu":
        return f"{takes}: image.astype(numpy.uint8) if its range is 0 to 255"
    return f"{takes}"


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
