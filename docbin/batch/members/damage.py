"""What is said of an archive, or a member of one, whose bytes cannot be had."""

from __future__ import annotations

from docbin.errors import InputError
from docbin.io.names import unreadable


def damaged(address: str, error: Exception) -> InputError:
    """Return the error for trouble while unpacking: the system's own, or damage in the file."""
    if isinstance(error, OSError) and error.errno:
        return unreadable(address, error)
    return unreadable(address, f"damaged: {error}")
