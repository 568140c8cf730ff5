"""Weight maps that have been made once: in memory, and for scoring runs on disk.

The folder is ``DOCBIN_CACHE/weights``, else ``docbin/weights`` in ``XDG_CACHE_HOME`` or
``~/.cache``; ``DOCBIN_CACHE=off`` switches it off. A file is named by the sha256 of its truth, so
it never goes stale; it may be deleted at any time. Files appear whole (a rename), so any number of
programs may write at once. What cannot be written or read is computed, without a word.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import secrets
import threading
import zipfile
import zlib
from collections import OrderedDict
from pathlib import Path

import numpy as np

from docbin.evaluate.weights import WeightMaps, Weights, weight_maps
from docbin.image import Mask

# Part of every key: a change of the maps or of the files must change it.
_VERSION = b"docbin weight maps 1"
_PARTS = ("recall", "precision")


def cache_folder() -> Path | None:
    """Return where scoring runs keep weight maps, or None where that is switched off."""
    chosen = os.environ.get("DOCBIN_CACHE")
    if chosen:
        return None if chosen.lower() in ("off", "0", "none") else Path(chosen) / "weights"
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        return Path(base).expanduser() / "docbin" / "weights"
    except RuntimeError:  # no home
        return None


def key_of(truth: Mask) -> str:
    """Return the sha256 that names a truth's maps, in hexadecimal digits."""
    digest = hashlib.sha256(_VERSION + f" {truth.shape[0]} {truth.shape[1]} ".encode())
    digest.update(np.packbits(truth, axis=1).tobytes())
    return digest.hexdigest()


class WeightCache:
    """Maps by truth; safe for many threads.

    Parameters
    ----------
    folder
        Where maps are kept on disk, or None.
    memory
        Most bytes of maps that are kept in memory.
    """

    def __init__(self, folder: Path | None = None, memory: int = 1 << 28) -> None:
        self._folder = folder
        self._memory = memory
        self._lock = threading.Lock()
        self._maps: OrderedDict[str, WeightMaps] = OrderedDict()

    def maps(self, truth: Mask) -> WeightMaps:
        """Return the maps of a truth, from memory, from disk, or new."""
        key = key_of(truth)
        with self._lock:
            if key in self._maps:
                self._maps.move_to_end(key)
                return self._maps[key]
        maps = self._read(key, truth.shape)
        if maps is None:
            maps = weight_maps(truth)
            self._write(key, maps)
        self._remember(key, maps)
        return maps

    def _remember(self, key: str, maps: WeightMaps) -> None:
        with self._lock:
            self._maps[key] = maps
            while len(self._maps) > 1 and sum(map(_size, self._maps.values())) > self._memory:
                self._maps.popitem(last=False)

    def _read(self, key: str, shape: tuple[int, ...]) -> WeightMaps | None:
        if self._folder is None:
            return None
        try:
            with zipfile.ZipFile(self._folder / f"{key}.npz") as archive:
                return WeightMaps(*(_plane(archive, part, shape) for part in _PARTS))
        except (OSError, ValueError, KeyError, EOFError, zlib.error, zipfile.BadZipFile):
            return None

    def _write(self, key: str, maps: WeightMaps) -> None:
        if self._folder is None:
            return
        target = self._folder / f"{key}.npz"
        temporary = target.with_name(f".{key[:16]}-{secrets.token_hex(8)}.tmp")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(_archive(maps))
            temporary.replace(target)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _size(maps: WeightMaps) -> int:
    return maps.recall.nbytes + maps.precision.nbytes


def _archive(maps: WeightMaps) -> bytes:
    """Return an ``.npz`` file; level 1 since most of a map is 0 anyway."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part in _PARTS:
            with archive.open(f"{part}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, getattr(maps, part), allow_pickle=False)
    return stream.getvalue()


def _plane(archive: zipfile.ZipFile, part: str, shape: tuple[int, ...]) -> Weights:
    with archive.open(f"{part}.npy") as member:
        array = np.lib.format.read_array(member, allow_pickle=False)
    if array.dtype != np.float32 or array.shape != shape:
        raise ValueError("no weight map of this truth")
    return np.asarray(array, np.float32)


# One for the process: what `docbin.score` was given a moment ago need not be made again.
IN_MEMORY = WeightCache()
