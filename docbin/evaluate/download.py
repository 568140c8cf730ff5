"""Downloads that go on where they stopped, and are checked."""

from __future__ import annotations

import http.client
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docbin.errors import DocbinError, InputError
from docbin.evaluate.adding import sha256 as checksum
from docbin.io.atomic import writing
from docbin.io.names import shown
from docbin.version import __version__

_PIECE = 1 << 16
_LARGEST = 64 << 30
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


def download(
    url: str,
    target: Path,
    *,
    sha256: str | None = None,
    tries: int = 5,
    pause: float = 1.0,
    timeout: float = 30.0,
    told: Callable[[int, int | None], None] = lambda *_: None,
) -> str:
    """Download ``url`` to ``target`` and return the file's sha256.

    What has arrived waits in ``target`` + ``.part``; after a broken connection, or in a later
    call, the rest is asked for (``Range``, and ``If-Range`` so that parts of two versions are
    never joined). The file gets its name when it is whole and its checksum right.

    Parameters
    ----------
    url
        http or https.
    target
        Where to; if it is there with the right checksum nothing is done.
    sha256
        The checksum, or None if none is known.
    tries
        Attempts in a row that may bring nothing.
    pause
        Seconds before the next attempt.
    timeout
        Seconds without a byte after which a connection is given up.
    told
        Is called with the bytes that are there and the bytes of the file if known.

    Raises
    ------
    InputError
        If the address cannot be had, or gives something else.
    """
    _refuse_scheme(url)
    if target.is_file():
        found = checksum(target)
        if sha256 in (None, found):
            return found
        target.unlink()
    part = target.with_name(target.name + ".part")
    with writing(str(part)):
        part.parent.mkdir(parents=True, exist_ok=True)
    idle = 0
    while True:
        before = _size(part)
        whole, trouble = _attempt(url, part, timeout, told)
        if whole:
            break
        idle = idle + 1 if _size(part) <= before else 0
        if idle >= tries:
            raise InputError(f"'{url}' cannot be downloaded: {trouble}; try again later")
        time.sleep(pause)
    found = checksum(part)
    _tag(part).unlink(missing_ok=True)
    if sha256 not in (None, found):
        part.unlink()
        raise InputError(
            f"'{url}' gave another file than expected: its sha256 is {found}, not {sha256}"
        )
    with writing(str(target)):
        part.replace(target)
    return found


def _attempt(
    url: str, part: Path, timeout: float, told: Callable[[int, int | None], None]
) -> tuple[bool, str]:
    """Ask for what is missing; return whether the file is whole, and the trouble if not."""
    have = _size(part)
    headers = {"User-Agent": f"docbin/{__version__}", "Accept-Encoding": "identity"}
    tag = _tag(part).read_text(encoding="latin-1") if have and _tag(part).is_file() else ""
    if have and tag:
        headers |= {"Range": f"bytes={have}-", "If-Range": tag}
    try:
        request = urllib.request.Request(url, headers=headers)
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            _refuse_scheme(answer.url)
            return _receive(answer, part, have, told)
    except DocbinError:
        raise  # OutputError is an OSError
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416:
            # What waits is longer than the file is now: start again.
            part.unlink(missing_ok=True)
            return False, "the file on the server has changed"
        if error.code in (408, 425, 429) or error.code >= 500:
            return False, f"HTTP {error.code} {error.reason}"
        raise InputError(
            f"'{url}' cannot be downloaded: HTTP {error.code} {error.reason}"
        ) from error
    except (OSError, http.client.HTTPException) as error:
        return False, str(getattr(error, "reason", error)) or type(error).__name__


def _receive(
    answer: Any, part: Path, have: int, told: Callable[[int, int | None], None]
) -> tuple[bool, str]:
    """Write what the server sends; it may send the rest or all of it."""
    length = answer.headers.get("Content-Length")
    total = int(length) if length and length.isdecimal() else None
    spot = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
    if answer.status == 206 and spot and int(spot[1]) == have:
        total = int(spot[2]) if spot[2] != "*" else None
        mode = "ab"
    elif answer.status == 200:
        have, mode = 0, "wb"
        tag = answer.headers.get("ETag", "")
        # A weak tag does not promise the same bytes.
        tag = tag if tag and not tag.startswith("W/") else answer.headers.get("Last-Modified", "")
        with writing(str(part)):
            _tag(part).write_text(tag, encoding="latin-1")
    else:
        part.unlink(missing_ok=True)
        return False, f"the server sent another part than asked for (HTTP {answer.status})"
    if total is not None and total > _LARGEST:
        raise InputError(f"{shown(part)} would be {total} bytes; at most {_LARGEST} are taken")
    with writing(str(part)):
        file = part.open(mode)
    with file:
        while piece := answer.read(_PIECE):
            have += len(piece)
            if have > min(_LARGEST, total or _LARGEST):
                raise InputError(f"{shown(part)}: the server sent more than it said")
            with writing(str(part)):
                file.write(piece)
            told(have, total)
    return (total is None or have == total), "the connection was closed"


def _refuse_scheme(url: str) -> None:
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise InputError(f"'{url}' is no http or https address")


def _tag(part: Path) -> Path:
    return part.with_name(part.name + ".tag")


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
