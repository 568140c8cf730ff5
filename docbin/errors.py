"""The errors docbin raises on purpose, each with the exit code of the command line.

Exit codes: 0 ok, 1 some pages failed, 2 usage, 3 bad input, 4 missing dependency,
5 output not writable; 70 a defect of docbin, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

from collections.abc import Sequence

SOME_FAILED = 1
INTERRUPTED = 130

# What to do about a defect.
REPORT = "Please report it, with what the same command prints with --debug"


def exit_code_of(failures: Sequence[int], count: int) -> int:
    """Return 0, `SOME_FAILED` if some of ``count`` failed, the first one's own code if all did."""
    if not failures:
        return 0
    return failures[0] if len(failures) == count else SOME_FAILED


class DocbinError(Exception):
    """Anything docbin refuses; the message says what was given, what is allowed, what to do."""

    exit_code = 3


class UsageError(DocbinError, ValueError):
    """A wrong name, parameter or combination of options."""

    exit_code = 2


class InputError(DocbinError, ValueError):
    """An image, file or array that cannot be used."""

    exit_code = 3


class MissingDependencyError(DocbinError, ImportError):
    """A package that this call needs is not installed; the message has the ``pip install`` line."""

    exit_code = 4


class OutputError(DocbinError, OSError):
    """A result that cannot be written."""

    exit_code = 5

    def __str__(self) -> str:
        # OSError would show "[Errno ...]" tuples when given several arguments.
        return str(self.args[0]) if self.args else ""


class DefectError(DocbinError):
    """Something went wrong that docbin should have foreseen."""

    exit_code = 70
