"""Weight maps from files: the official ``.dat``, ``.csv`` and ``.txt``, ``.npy`` and ``.npz``.

The competitions give two files a page, ``NAME_RWeights.dat`` and ``NAME_PWeights.dat``: numbers as
text, row by row, as many as the page has pixels. Here R and P may also stand alone
(``NAME_R.npz``), with the data set before the name (``dibco2009_H03_R.npz``) or ``_GT`` after it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from docbin.errors import InputError
from docbin.evaluate.pairing import key
from docbin.evaluate.weights import WeightMaps, Weights
from docbin.io.names import shown, unreadable

_NAME = re.compile(
    r"(?P<name>.+?)[ ._-]*(?P<side>[RP])(?:[ ._-]?weights?)?\.(?P<kind>dat|csv|txt|npy|npz)",
    re.IGNORECASE,
)
# Most characters a number of a text file may take, and more bytes than any header has.
_LONGEST, _HEADER = 40, 1 << 16
_NUMBERS = re.compile(rb"[0-9eE+\-.,;\s]*")


class WeightFolder:
    """A folder of weight maps, found by the names of pages.

    Parameters
    ----------
    folder
        Where the files are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            files = sorted(path for path in folder.iterdir() if path.is_file())
        except OSError as error:
            raise unreadable(folder, error) from error
        self._files: dict[tuple[str, str], Path] = {}
        for path in files:
            if match := _NAME.fullmatch(path.name):
                self._add(path, key(Path(match["name"])), match["side"].upper())
        if not self._files:
            raise InputError(
                f"{shown(folder)} has no weight maps; they are called NAME_RWeights.dat and "
                "NAME_PWeights.dat (or .csv, .txt, .npy, .npz)"
            )

    def _add(self, path: Path, name: str, side: str) -> None:
        other = self._files.setdefault((name, side), path)
        if other != path:
            raise InputError(f"{shown(other)} and {shown(path)} are weights of the same page")

    def maps(self, page: str, shape: tuple[int, int]) -> WeightMaps:
        """Return the maps of a page, ``NAME`` or ``SET/NAME``; absent ones are an `InputError`."""
        return WeightMaps(*(self._read(page, side, shape) for side in "RP"))

    def _read(self, page: str, side: str, shape: tuple[int, int]) -> Weights:
        for name in (page.replace("/", "_"), page.rpartition("/")[2]):
            path = self._files.get((key(Path(name)), side))
            if path is not None:
                return read_weights(path, shape)
        raise InputError(
            f"{shown(self._folder)} has no weights {side} of page '{page}', which would be called "
            f"{page.rpartition('/')[2]}_{side}Weights.dat"
        )


def read_weights(path: Path, shape: tuple[int, int]) -> Weights:
    """Read one map of a page of ``shape`` (H, W).

    Raises
    ------
    InputError
        If the file is damaged, of another size, or has numbers that are no weights.
    """
    readers: dict[str, Callable[[Path, tuple[int, int]], npt.NDArray[np.generic]]]
    readers = {".npy": _npy, ".npz": _npz}
    try:
        array = readers.get(path.suffix.lower(), _text)(path, shape)
    except OSError as error:
        raise unreadable(path, error) from error
    if array.shape != shape:
        raise InputError(
            f"{shown(path)} has weights of shape {array.shape}, the truth is {shape}; give the "
            "maps of this very truth"
        )
    if array.dtype.kind not in "fiu":
        raise InputError(f"{shown(path)} holds {array.dtype}, not numbers")
    weights = array.astype(np.float32)
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise InputError(f"{shown(path)} has weights that are negative, infinite or no number")
    return weights


def _text(path: Path, shape: tuple[int, int]) -> npt.NDArray[np.generic]:
    count = shape[0] * shape[1]
    data = _limited(path, count * _LONGEST + _HEADER)
    if not _NUMBERS.fullmatch(data):
        raise InputError(f"{shown(path)} holds other things than numbers")
    text = data.replace(b",", b" ").replace(b";", b" ").decode("ascii")
    try:
        numbers = np.fromstring(text, dtype=np.float64, sep=" ")
    except (ValueError, DeprecationWarning) as error:
        raise InputError(f"{shown(path)} holds other things than numbers: {error}") from error
    if numbers.size != count:
        raise InputError(
            f"{shown(path)} has {numbers.size} numbers; a truth of {shape[1]} x {shape[0]} pixels "
            f"needs {count}"
        )
    return numbers.reshape(shape)


def _limited(path: Path, most: int) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise InputError(f"{shown(path)} is too large for the weights of this page")
    return data


def _npy(path: Path, shape: tuple[int, int]) -> npt.NDArray[np.generic]:
    return _array(path, _limited(path, shape[0] * shape[1] * 8 + _HEADER), shape)


def _npz(path: Path, shape: tuple[int, int]) -> npt.NDArray[np.generic]:
    most = shape[0] * shape[1] * 8 + _HEADER
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "w.npy" not in names and len(names) != 1:
                raise InputError(f"{shown(path)} must hold one array, or one that is called 'w'")
            with archive.open("w.npy" if "w.npy" in names else names[0]) as member:
                data = member.read(most + 1)
    except (InputError, OSError):
        raise
    except Exception as error:  # whatever a damaged archive makes the library raise
        raise InputError(f"{shown(path)} is a damaged archive: {error}") from error
    if len(data) > most:
        raise InputError(f"{shown(path)} is too large for the weights of this page")
    return _array(path, data, shape)


def _array(path: Path, data: bytes, shape: tuple[int, int]) -> npt.NDArray[np.generic]:
    """Parse an ``.npy`` whose header is believed only if it fits the page."""
    stream = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(stream)
        header = {(1, 0): np.lib.format.read_array_header_1_0}.get(
            version, np.lib.format.read_array_header_2_0
        )
        found, fortran, dtype = header(stream)
    except Exception as error:  # the header is parsed as Python, which fails in many ways
        raise InputError(f"{shown(path)} is no array of numpy: {error}") from error
    if tuple(found) != shape or dtype.kind not in "fiu":
        raise InputError(
            f"{shown(path)} holds {dtype} of shape {found}; the weights of this truth are numbers "
            f"of shape {shape}"
        )
    values = data[stream.tell() :]
    if len(values) != shape[0] * shape[1] * dtype.itemsize:
        raise InputError(f"{shown(path)} is cut short or has too much in it")
    array = np.frombuffer(values, dtype)
    return array.reshape(shape, order="F" if fortran else "C")
