"""Results and records of a run as a bag, for a repository that keeps them.

References
----------
The BagIt File Packaging Format (V1.0), RFC 8493, https://doi.org/10.17487/RFC8493
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docbin.batch.exporting import export
from docbin.batch.place import Place, place_of
from docbin.batch.records import DONE, Record
from docbin.batch.stores.address import is_address
from docbin.batch.stores.connection import asking, opened
from docbin.batch.sums import sha256_of
from docbin.errors import InputError, OutputError
from docbin.io.atomic import replacing, writing
from docbin.io.names import Name, shown
from docbin.version import __version__

_PIECE = 1 << 20
_RECORDS = ("records.csv", "records.json")
_CODES = (("%", "%25"), ("\n", "%0A"), ("\r", "%0D"))


def bag(
    records: Iterable[Record],
    destination: Name,
    folder: Name,
    watch: Callable[[int, int], None] | None = None,
) -> None:
    """Make a bag of what a run has done: ``data/results/``, and ``data/records.csv`` and ``.json``.

    Results are hard links where that is possible (docbin never changes a file, it replaces it),
    else copies. Each is read, and must have the sum that the run has recorded. The bag appears
    whole or not at all.

    Parameters
    ----------
    records
        See `docbin.batch.read_records`.
    destination
        Folder of the results, or prefix of a store.
    folder
        The bag, which is not there yet.
    watch
        Called with the number of results that were taken, and of all.

    Raises
    ------
    InputError
        If nothing is done, or a result is missing, changed, or has a name that is no Unicode.
    OutputError
        If the folder is there, or cannot be written.
    """
    records, target = list(records), Path(folder)
    done = [record for record in records if record.status == DONE and record.written is not None]
    if not done:
        raise InputError(f"{shown(destination)} has no results that are done; there is no bag")
    if target.exists() or target.is_symlink():
        raise OutputError(f"{shown(folder)} exists; give the name of a new folder")
    temporary = target.with_name(f".docbin-{secrets.token_hex(8)}.tmp")
    try:
        _fill(temporary, records, done, place_of(destination), watch or (lambda *_: None))
        with writing(str(target)):
            temporary.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _fill(
    root: Path,
    records: list[Record],
    done: list[Record],
    place: Place,
    watch: Callable[[int, int], None],
) -> None:
    sums: dict[str, str] = {}
    for number, record in enumerate(done, 1):
        name = f"data/results/{record.target}"
        _take(place, record, root / name)
        sums[name] = record.written.sha256 if record.written else ""
        watch(number, len(done))
    for name in _RECORDS:
        export(records, root / "data" / name)
        sums[f"data/{name}"] = sha256_of(root / "data" / name)
    size = sum((root / name).stat().st_size for name in sums)
    tags = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": _information(records, done, f"{size}.{len(sums)}"),
        "manifest-sha256.txt": _manifest(sums),
    }
    for name, text in tags.items():
        _write(root / name, text)
    of_tags = {name: sha256_of(root / name) for name in tags}
    _write(root / "tagmanifest-sha256.txt", _manifest(of_tags))


def _take(place: Place, record: Record, target: Path) -> None:
    """Link or copy a result, and compare its sum."""
    source = place.path(record.target)
    try:
        record.target.encode()
    except UnicodeEncodeError:
        raise InputError(f"{shown(source)}: names in a bag are UTF-8; rename the input") from None
    with writing(str(target)):
        target.parent.mkdir(parents=True, exist_ok=True)
    linked = False
    if place.folder is not None:
        with contextlib.suppress(OSError):
            os.link(source, target, follow_symlinks=False)
            linked = target.is_file() and not target.is_symlink()
    sha256 = sha256_of(target) if linked else _copied(source, target)
    if record.written is None or sha256 != record.written.sha256:
        raise InputError(
            f"{shown(source)} is not what the run has written; docbin batch --verify finds all such"
        )


def _copied(source: str, target: Path) -> str:
    digest = hashlib.sha256()
    try:
        with _asked(source), opened(source) as file, replacing(target, force=True) as copy:
            while data := file.read(_PIECE):
                digest.update(data)
                copy.write(data)
    except OutputError:
        raise
    except OSError as error:
        raise InputError(f"{shown(source)} cannot be read: {error.strerror or error}") from error
    return digest.hexdigest()


def _asked(source: str) -> AbstractContextManager[Any]:
    return asking(source) if is_address(source) else contextlib.nullcontext()


def _information(records: list[Record], done: list[Record], oxum: str) -> str:
    """Return what the bag says of itself."""
    pages = sum(len(record.pages) for record in done)
    methods = sorted({f"{record.setup.method} {record.setup.params}" for record in done})
    lines = {
        "Bagging-Date": datetime.now(UTC).date().isoformat(),
        "Payload-Oxum": oxum,
        "Bag-Software-Agent": f"docbin {__version__}",
        "External-Description": f"{len(done)} black-and-white files of {len(records)} inputs, "
        f"{pages} pages; records.csv and records.json say how each was made",
        "Binarization-Method": "; ".join(methods),
    }
    return "".join(f"{key}: {' '.join(value.split())}\n" for key, value in lines.items())


def _manifest(sums: dict[str, str]) -> str:
    return "".join(f"{sums[name]}  {_encoded(name)}\n" for name in sorted(sums))


def _encoded(name: str) -> str:
    for letter, code in _CODES:
        name = name.replace(letter, code)
    return name


def _write(path: Path, text: str) -> None:
    with replacing(path) as file:
        file.write(text.encode())
