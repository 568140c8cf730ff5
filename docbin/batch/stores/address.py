"""Addresses, such as ``s3://bucket/box 1``, beside names of files."""

from __future__ import annotations

import os
import re

from docbin.io.names import Name

# Two letters at least: one is a drive.
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+)://")
_FILE = "file://"


def plain(name: Name) -> str:
    """Return an address without its last slash; of a file of this machine, its path.

    Examples
    --------
    >>> plain("file:///scans/a.png")
    '/scans/a.png'
    >>> plain("s3://bucket/scans/")
    's3://bucket/scans'
    """
    text = os.fspath(name)
    if text.startswith(_FILE):
        return text.removeprefix(_FILE)
    return text.rstrip("/") if is_address(text) else text


def is_address(name: Name) -> bool:
    """Return whether a name is the address of something in a store."""
    text = os.fspath(name)
    return not text.startswith(_FILE) and _ADDRESS.match(text) is not None


def protocol(address: str) -> str:
    """Return what stands before ``://``."""
    return address.partition("://")[0]


def within(address: str, folder: str) -> bool:
    """Return whether an address is that of a folder, or of something in it."""
    return (address.rstrip("/") + "/").startswith(folder.rstrip("/") + "/")
