"""A trained pipeline on the disk: a folder with its description and one file for each generator.

``pipeline.json`` has the description, and for each generator the name of its file and its SHA-256,
so that the sum of ``pipeline.json`` stands for the whole pipeline. A generator is a packed network
(``NAME.docbin``), or a float one in ONNX (``NAME.onnx``).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from docbin.errors import InputError
from docbin.runtime import container, strict_json
from docbin.runtime.container import quoted
from docbin.runtime.shipped import PIPELINE
from docbin.runtime.staged.description import Description
from docbin.runtime.staged.reading import read

INDEX = PIPELINE
FORMAT, VERSION = "docbin-pipeline", 1
PACKED, ONNX = ".docbin", ".onnx"
# More is no pipeline: of the index, and of a generator by its suffix.
_INDEX_BYTES = 1 << 20
_MOST = {PACKED: container.FILE_BYTES, ONNX: 1 << 30}
SUFFIXES = tuple(_MOST)
_SUM = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Bundle:
    """A trained pipeline.

    Parameters
    ----------
    description
        What it is.
    files
        Generator's name -> (suffix, bytes of its file); suffix ``".docbin"`` or ``".onnx"``.
    metadata
        Texts about it: licence, command, data, metrics.

    Raises
    ------
    InputError
        If there is not exactly one file for each generator.
    """

    description: Description
    files: Mapping[str, tuple[str, bytes]]
    metadata: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        _check_names(self.description, self.files)
        for name, (suffix, _) in self.files.items():
            if suffix not in _MOST:
                raise InputError(f"generator '{name}' is {quoted(suffix)}; give {PACKED} or {ONNX}")
        for key, value in self.metadata.items():
            if not isinstance(key, str) or not isinstance(value, str):
                raise InputError(f"metadata {quoted(key)} is no text")

    @classmethod
    def read(cls, where: str | os.PathLike[str]) -> Bundle:
        """Read a bundle.

        Parameters
        ----------
        where
            The folder, or the ``pipeline.json`` in it.

        Raises
        ------
        InputError
            If a file is missing, cannot be read, is too large, is not what the index says, or the
            index is damaged: which file, and why.
        """
        index = index_of(where)
        data = _bytes(index, _INDEX_BYTES)
        try:
            description, entries, metadata = _index(data)
        except InputError as error:
            raise InputError(f"{index}: {error}") from None
        files = {}
        for name, (file, sha256) in entries.items():
            path = index.parent / file
            content = _bytes(path, _MOST[path.suffix])
            if hashlib.sha256(content).hexdigest() != sha256:
                raise InputError(f"{path} is another file than {index} tells of")
            files[name] = path.suffix, content
        return cls(description, files, metadata)

    def contents(self) -> dict[str, bytes]:
        """Return name -> bytes of all files of the folder; equal bundles give equal bytes."""
        found = {name + suffix: content for name, (suffix, content) in self.files.items()}
        entries = {
            name: {"file": name + suffix, "sha256": hashlib.sha256(content).hexdigest()}
            for name, (suffix, content) in self.files.items()
        }
        index = {
            "format": FORMAT,
            "version": VERSION,
            "pipeline": asdict(self.description),
            "files": dict(sorted(entries.items())),
            "metadata": dict(sorted(self.metadata.items())),
        }
        text = json.dumps(index, indent=1, ensure_ascii=True, allow_nan=False) + "\n"
        return {**dict(sorted(found.items())), INDEX: text.encode()}


def index_of(where: str | os.PathLike[str]) -> Path:
    """Return the index of a bundle that is named by its folder or by the index itself."""
    path = Path(where)
    return path / INDEX if path.is_dir() else path


def _bytes(path: Path, most: int) -> bytes:
    """Return the bytes of a regular file of at most ``most``."""
    try:
        if path.exists() and not path.is_file():
            raise InputError(f"{path} cannot be read: it is no file")
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            # One byte more than allowed is enough to refuse it.
            data = file.read(min(size, most) + 1)
    except InputError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path} cannot be read: {reason}") from None
    if len(data) > most:
        raise InputError(f"{path} cannot be read: it has more than {most >> 20} MiB")
    return data


def _index(data: bytes) -> tuple[Description, dict[str, tuple[str, str]], dict[str, str]]:
    """Return description, (file, sum) of each generator, and metadata."""
    value = strict_json.read(data, "the index of the pipeline")
    wanted = ("format", "version", "pipeline", "files", "metadata")
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise InputError(f"it is no trained pipeline: its format is not {FORMAT}")
    if value.get("version") != VERSION:
        version = quoted(value.get("version"))
        raise InputError(f"its version is {version}; this docbin reads version {VERSION}")
    if set(value) != set(wanted):
        raise InputError(f"it has {quoted(', '.join(value))}; it must have {', '.join(wanted)}")
    description = read(Description, value["pipeline"], "the pipeline")
    metadata = value["metadata"]
    if not isinstance(metadata, dict) or any(type(each) is not str for each in metadata.values()):
        raise InputError("metadata is no object of texts")
    if not isinstance(value["files"], dict):
        raise InputError("files is no object")
    _check_names(description, value["files"])
    return description, {n: _entry(n, entry) for n, entry in value["files"].items()}, metadata


def _entry(name: str, entry: Any) -> tuple[str, str]:
    """Return file and sum of a generator."""
    if not isinstance(entry, dict) or set(entry) != {"file", "sha256"}:
        raise InputError(f"the generator '{name}' needs file and sha256, and nothing else")
    file, sha256 = entry["file"], entry["sha256"]
    if file not in [name + suffix for suffix in SUFFIXES]:
        raise InputError(
            f"the file of generator '{name}' is {quoted(file)}; it must be {name}{PACKED} or "
            f"{name}{ONNX}, beside the index"
        )
    if not isinstance(sha256, str) or not _SUM.fullmatch(sha256):
        raise InputError(f"the sha256 of generator '{name}' is {quoted(sha256)}: no 64 digits")
    return file, sha256


def _check_names(description: Description, files: Mapping[str, Any]) -> None:
    """Refuse a missing or an unknown generator."""
    names = [one.name for one in description.generators()]
    missing = [name for name in names if name not in files]
    if missing:
        raise InputError(f"the pipeline lacks its generators {', '.join(missing)}")
    unknown = [name for name in files if name not in names]
    if unknown:
        raise InputError(
            f"the pipeline has no generator {quoted(unknown[0])}; it has {', '.join(names)}"
        )
