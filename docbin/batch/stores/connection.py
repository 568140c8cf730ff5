"""Talking to stores: what is there, its stamps, its bytes; every trouble has the address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, cast

from docbin.batch.found import Stamp
from docbin.batch.stores.address import is_address, protocol
from docbin.dependencies import load, missing
from docbin.errors import DocbinError, InputError, OutputError, UsageError
from docbin.io.names import shown, unreadable

# What is asked for at once when a large object is read piece by piece.
_BLOCK = 4 << 20


@lru_cache(maxsize=8)
def filesystem(scheme: str) -> Any:
    """Return fsspec's file system of a protocol, such as ``"s3"``, which keeps no listings.

    How it is reached and with which keys says the environment, as for other programs: of S3
    ``AWS_ENDPOINT_URL``, ``AWS_ACCESS_KEY_ID``, ``~/.aws`` and so on.
    """
    fsspec = load("fsspec", purpose=f"{scheme}://")
    try:
        # fsspec keeps those it has made, whatever the environment has come to say.
        return fsspec.filesystem(scheme, use_listings_cache=False, skip_instance_cache=True)
    except ImportError as error:
        raise missing(_PACKAGES.get(scheme, scheme), purpose=f"{scheme}://") from error
    except ValueError as error:
        raise UsageError(
            f"{scheme}:// is no kind of address that fsspec knows; give s3://BUCKET/PREFIX, "
            "file:///PATH or a path"
        ) from error


_PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs"}


@contextmanager
def asking(address: str, *, writing: bool = False) -> Iterator[Any]:
    """Give the file system of an address; what goes wrong is said with the address."""
    try:
        yield filesystem(protocol(address))
    except DocbinError:
        raise
    except FileNotFoundError as error:
        raise _trouble(address, "there is no such object or bucket", writing=writing) from error
    except Exception as error:  # each store has errors of its own
        text = " ".join(str(error).split()) or type(error).__name__
        raise _trouble(address, text, writing=writing) from error


def _trouble(address: str, why: str, *, writing: bool) -> DocbinError:
    if writing:
        return OutputError(f"{shown(address)} cannot be written: {why}")
    return unreadable(address, why)


def stamp_of(info: dict[str, Any]) -> Stamp:
    """Return the stamp of what a store tells of an object; see `docbin.batch.found.Stamp`."""
    etag = str(info.get("ETag") or info.get("etag") or info.get("md5Hash") or "").strip('"')
    size = int(info.get("size") or 0)
    if etag:
        return Stamp(size, 0, etag)
    changed: Any = info.get("mtime") or info.get("LastModified") or info.get("updated") or 0
    if isinstance(changed, str):
        try:
            changed = datetime.fromisoformat(changed)
        except ValueError:
            return Stamp(size, 0, changed)
    if isinstance(changed, datetime):
        changed = (changed if changed.tzinfo else changed.replace(tzinfo=UTC)).timestamp()
    return Stamp(size, round(float(changed) * 1e9))


def listing(address: str) -> dict[str, Stamp]:
    """Return all objects whose address begins with a folder's, by their names within it.

    Where there is no such folder there are none.
    """
    with asking(address) as store:
        root = store._strip_protocol(address).rstrip("/")
        found = store.find(root, detail=True)
        return {
            path[len(root) + 1 :]: stamp_of(info)
            for path, info in found.items()
            if path.startswith(f"{root}/") and not path.endswith("/")
        }


def object_stamp(address: str) -> Stamp | None:
    """Return the stamp of an object; None: there is none under this address."""
    with asking(address) as store:
        try:
            info = store.info(store._strip_protocol(address))
        except FileNotFoundError:
            return None
        return stamp_of(info) if info.get("type") == "file" else None


def opened(name: str) -> BinaryIO:
    """Open a file, or an object, of which pieces are asked for as they are read.

    Raises
    ------
    OSError
        If a file cannot be opened.
    InputError
        If an object cannot.
    """
    if not is_address(name):
        return open(name, "rb")  # noqa: PTH123 - whoever asks closes it
    with asking(name) as store:
        path = store._strip_protocol(name)
        return cast(BinaryIO, store.open(path, "rb", block_size=_BLOCK, cache_type="readahead"))


def stamp_at(name: str) -> Stamp:
    """Return the stamp of a file or an object.

    Raises
    ------
    OSError
        If there is no such file.
    InputError
        If there is no such object.
    """
    if is_address(name):
        stamp = object_stamp(name)
        if stamp is None:
            raise InputError(f"{shown(name)} cannot be read: there is no such object")
        return stamp
    status = Path(name).stat()
    return Stamp(status.st_size, status.st_mtime_ns)
