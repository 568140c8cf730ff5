"""How files are named in messages, whatever bytes their names are made of."""

from __future__ import annotations

import errno
import os
from typing import TypeAlias

from docbin.errors import InputError

Name: TypeAlias = str | os.PathLike[str]

_REASONS = {
    errno.ENOENT: "there is no such file",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EISDIR: "it is a folder, not a file",
    errno.ENOTDIR: "a part of the path is not a folder",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOSPC: "no space left on the device",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file would be larger than is allowed here",
    errno.EROFS: "the file system is read-only",
    errno.EPIPE: "the program that reads it has stopped",
    errno.ELOOP: "too many symbolic links",
}


def shown(name: Name) -> str:
    r"""Return ``name`` in quotes, on one line and in characters that can be printed.

    Examples
    --------
    >>> shown("scan 1.png")
    "'scan 1.png'"
    >>> print(shown("two\nlines"))
    'two\nlines'
    """
    text = os.fspath(name)
    if text.isprintable():
        return f"'{text}'"
    parts = []
    for letter in text:
        if letter.isprintable():
            parts.append(letter)
        elif 0xDC80 <= ord(letter) <= 0xDCFF:  # a byte that is no UTF-8, as Python keeps it
            parts.append(f"\\x{ord(letter) - 0xDC00:02x}")
        else:
            parts.append(letter.encode("unicode_escape").decode("ascii"))
    return f"'{''.join(parts)}'"


def reason(error: OSError) -> str:
    """Return what went wrong, in words without the file's name."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error) or type(error).__name__


def unreadable(name: Name, why: str | OSError) -> InputError:
    """Return the error for a file that cannot be read."""
    text = reason(why) if isinstance(why, OSError) else why
    return InputError(f"{shown(name)} cannot be read: {text}")
