"""Backgrounds of photos with text: parts of photographs, or textures."""

from __future__ import annotations

import functools
import importlib.util
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from docbin.dependencies import load
from docbin.errors import InputError
from docbin.image import Color
from docbin.synth.fields import to_bytes
from docbin.synth.scene_ranges import SceneRanges
from docbin.synth.scene_textures import TEXTURES, Shape

# Of Debian's gnome-backgrounds, mate-backgrounds and plasma-workspace-wallpapers.
FOLDERS = ("/usr/share/backgrounds", "/usr/share/wallpapers")
_ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
# Longer side at which a photograph is kept.
_KEPT = 1200


def name_of(path: Path) -> str:
    """Return the name of a photograph: its folder's where the file is named after its size.

    Examples
    --------
    >>> name_of(Path("Kite/contents/images/2560x1600.jpg"))
    'Kite'
    >>> name_of(Path("Elephants_3840x2160.jpg"))
    'Elephants'
    """
    if re.fullmatch(r"\d+x\d+", path.stem) and len(path.parts) > 3:
        return path.parts[-4]
    return re.sub(r"_\d+x\d+$", "", path.stem)


def photographs(folders: Iterable[str | Path] | None = None) -> list[Path]:
    """Return the pictures in folders, one of each name, in the order of the names.

    Of several sizes the one that sorts first is taken. None: the samples that scikit-image comes
    with, and the system's backgrounds.
    """
    places = _places() if folders is None else [Path(folder).expanduser() for folder in folders]
    found: dict[str, Path] = {}
    for place in places:
        for path in sorted(place.rglob("*")):
            usable = path.suffix.lower() in _ENDINGS and path.stem != "screenshot"
            if usable and not path.is_symlink() and path.is_file():
                found.setdefault(name_of(path), path)
    return [found[name] for name in sorted(found)]


def _places() -> list[Path]:
    spec = importlib.util.find_spec("skimage")
    samples = [Path(spec.origin).parent / "data"] if spec and spec.origin else []
    return [*samples, *map(Path, FOLDERS)]


@functools.cache
def _system_photographs() -> tuple[Path, ...]:
    return tuple(photographs())


def chosen(ranges: SceneRanges, files: Sequence[Path] | None) -> tuple[Path, ...]:
    """Return the photographs of a configuration among files; None: those of the system."""
    known = _system_photographs() if files is None else files
    return tuple(path for path in known if re.fullmatch(ranges.photos, name_of(path)))


@functools.lru_cache(maxsize=48)
def _photograph(path: str) -> Color:
    """Return a photograph, its longer side at most `_KEPT` pixels."""
    cv2: Any = load("cv2", purpose="generating photos")
    pixels = cv2.imread(path, cv2.IMREAD_COLOR)
    if pixels is None:
        raise InputError(f"'{path}' cannot be read as a photograph")
    factor = _KEPT / max(pixels.shape[:2])
    if factor < 1:
        size = (round(pixels.shape[1] * factor), round(pixels.shape[0] * factor))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    result: Color = np.ascontiguousarray(pixels[..., ::-1])
    result.flags.writeable = False
    return result


def backdrop(
    rng: np.random.Generator, shape: Shape, ranges: SceneRanges, photos: Sequence[Path]
) -> tuple[Color, str]:
    """Return a background, uint8 (H, W, 3) RGB, and what it is."""
    if not photos or rng.random() >= ranges.photograph:
        name = ranges.textures[int(rng.integers(0, len(ranges.textures)))]
        return TEXTURES[name](rng, shape), name
    path = photos[int(rng.integers(0, len(photos)))]
    return _part(rng, shape, _photograph(str(path))), name_of(path)


def _part(rng: np.random.Generator, shape: Shape, photo: Color) -> Color:
    """Return a part of a photograph, mirrored or not, its light and colours changed a little."""
    cv2: Any = load("cv2", purpose="generating photos")
    most = min(photo.shape[0] / shape[0], photo.shape[1] / shape[1])
    share = 0.35 + 0.65 * float(rng.random())
    high, wide = (max(2, int(most * length * share)) for length in shape)
    top, left = (
        int(rng.integers(0, length - side + 1))
        for length, side in zip(photo.shape, (high, wide), strict=False)
    )
    part = photo[top : top + high, left : left + wide]
    if rng.integers(0, 2):
        part = np.ascontiguousarray(part[:, ::-1])
    how = cv2.INTER_AREA if high > shape[0] else cv2.INTER_CUBIC
    part = cv2.resize(part, (shape[1], shape[0]), interpolation=how)
    gain = (0.6 + 0.7 * float(rng.random())) * (0.92 + 0.16 * rng.random(3))
    table = to_bytes(np.arange(256)[:, None] * gain)
    return np.asarray(cv2.LUT(part, table[None]))
