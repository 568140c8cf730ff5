"""What is written where, settled before any work starts."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from docbin.batch.inputs import RESULT, expanded
from docbin.batch.order import natural_key, same_name
from docbin.errors import DocbinError, InputError, OutputError, UsageError
from docbin.io.atomic import STDOUT, check_target, writing
from docbin.io.blob import STDIN, blob
from docbin.io.names import shown
from docbin.io.sniff import HEAD, sniff
from docbin.io.writers import MULTI_PAGE, format_of

_ENDINGS = {"png": ".png", "tiff": ".tif", "pdf": ".pdf", "pbm": ".pbm"}
# What the input is decides what the result is; everything else becomes PNG.
_KEPT = {"tiff": "tiff", "pdf": "pdf"}
_SAME_ENDINGS = {"tiff": (".tif", ".tiff"), "pdf": (".pdf",)}


@dataclass(frozen=True, slots=True)
class Job:
    """One result and the files that go into it.

    Parameters
    ----------
    inputs
        Files, in the order of their pages.
    target
        Path of the result, or ``"-"`` for standard output.
    format
        ``"png"``, ``"tiff"``, ``"pdf"`` or ``"pbm"``.
    files
        Where the inputs are read, which are then only named by ``inputs``.
    """

    inputs: tuple[str, ...]
    target: str
    format: str
    files: tuple[str, ...] = ()


def plan(
    names: list[str],
    *,
    output: str | None = None,
    format: str | None = None,
    force: bool = False,
) -> list[Job]:
    """Return the jobs of a command line.

    Parameters
    ----------
    names
        Files, folders, or ``"-"`` for standard input.
    output
        None: each result beside its input, as NAME.bw.EXT. A folder (it exists, or the name ends
        in a slash): there, under the input's stem. ``"-"`` or a file: all inputs in one result,
        in natural order.
    format
        Format of the results; None: by ``output``, else TIFF stays TIFF, PDF stays PDF, everything
        else becomes PNG.
    force
        Allow results that exist.

    Raises
    ------
    UsageError
        If two inputs map to one result (letters' case does not count), a result is an input, or
        the inputs do not fit into one file.
    OutputError
        If a result exists or its folder cannot be written to.
    """
    if format is not None:
        format = format_of(STDOUT, format)
    files = expanded(names)
    if files.count(STDIN) > 1:
        raise UsageError("standard input ('-') can be given once only")
    if output is None and files == [STDIN]:
        output = STDOUT
    if output is None:
        jobs = [_beside(name, format) for name in files]
        _refuse_collisions(jobs, lambda job: job.target)
    elif is_folder(output):
        jobs = [_within(output, name, format) for name in files]
        _refuse_collisions(jobs, lambda job: str(Path(job.target).with_suffix("")))
        with writing(output):
            Path(output).mkdir(parents=True, exist_ok=True)
    else:
        jobs = [_combined(output, files, format)]
    _check_targets(jobs, force=force)
    return jobs


def _beside(name: str, format: str | None) -> Job:
    if name == STDIN:
        raise UsageError("standard input has no name to derive a result's from; give -o")
    path = Path(name)
    kind = format or _kept_format(name)
    return Job((name,), str(path.with_name(f"{path.stem}{RESULT}{_ending(path, kind)}")), kind)


def _within(folder: str, name: str, format: str | None) -> Job:
    path = Path("stdin" if name == STDIN else name)
    kind = format or ("png" if name == STDIN else _kept_format(name))
    return Job((name,), str(Path(folder) / f"{path.stem}{_ending(path, kind)}"), kind)


def _combined(output: str, files: list[str], format: str | None) -> Job:
    kind = format_of(output, format)
    if len(files) > 1 and kind not in MULTI_PAGE:
        raise UsageError(
            f"{len(files)} inputs do not fit into one {kind.upper()} file; combine them in a .pdf "
            "or .tif, or end the name of -o with a slash to write into a folder"
        )
    return Job(tuple(sorted(files, key=natural_key)), output, kind)


def is_folder(output: str) -> bool:
    """Say whether results go into a folder: it exists, or the name ends in a slash."""
    separators = tuple(filter(None, (os.sep, os.altsep)))
    return output.endswith(separators) or (output != STDOUT and Path(output).is_dir())


def _kept_format(name: str) -> str:
    """Return the format of the result for a file of this content; unreadable files go by name."""
    try:
        kind = sniff(_head(name), name)
    except DocbinError:
        kind = {".tif": "tiff", ".tiff": "tiff", ".pdf": "pdf"}.get(Path(name).suffix.lower(), "")
    return _KEPT.get(kind, "png")


def _head(name: str) -> bytes:
    if not Path(name).is_file():
        # A pipe must not be read twice; what is not there is said when its turn comes.
        raise InputError("not a file")
    return blob(name).head(HEAD)


def _ending(path: Path, kind: str) -> str:
    return path.suffix if path.suffix.lower() in _SAME_ENDINGS.get(kind, ()) else _ENDINGS[kind]


def _refuse_collisions(jobs: list[Job], key: object) -> None:
    assert callable(key)
    taken: dict[str, Job] = {}
    for job in jobs:
        name = same_name(os.path.abspath(key(job)))  # noqa: PTH100 - links must stay as they are
        other = taken.setdefault(name, job)
        if other.inputs == job.inputs and other is not job:
            raise UsageError(f"{shown(job.inputs[0])} is given twice")
        if other is not job:
            raise UsageError(
                f"{shown(other.inputs[0])} and {shown(job.inputs[0])} would both be written to "
                f"{shown(job.target)}; give them in separate runs, or with different -o"
            )


def _check_targets(jobs: list[Job], *, force: bool) -> None:
    """Refuse results that exist, are inputs, or cannot be written to."""
    for job in jobs:
        if job.target == STDOUT:
            continue
        for name in job.inputs:
            if name != STDIN and is_one_file(name, job.target):
                raise UsageError(f"{shown(job.target)} is the input itself; give another -o")
        parent = Path(job.target).parent
        if not parent.is_dir():
            if parent == Path(job.inputs[0]).parent:
                continue  # the input is not there either, which is said when its turn comes
            raise OutputError(
                f"{shown(job.target)} cannot be written: there is no folder {shown(parent)}"
            )
        check_target(job.target, force=force)
        if not os.access(parent, os.W_OK | os.X_OK):
            raise OutputError(f"{shown(job.target)} cannot be written: permission denied")


def is_one_file(first: str, second: str) -> bool:
    """Say whether two names are of one file; False where either is missing."""
    try:
        return os.path.samefile(first, second)  # noqa: PTH121 - either may be missing
    except (OSError, ValueError):
        return False


def do_not_fit(name: str, pages: int, format: str) -> str:
    """Return why a file of several pages has no result in a format of one page."""
    return (
        f"{shown(name)} has {pages} pages, which do not fit into one {format.upper()} file; use "
        f"--format tif or pdf, or docbin clean -o DIR/ --format {format}, which writes a file for "
        "each page"
    )
