"""Trained pipelines onto the disk: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from pathlib import Path

from docbin.errors import OutputError
from docbin.io.atomic import replacing, writing
from docbin.io.names import Name, shown
from docbin.runtime.staged.bundle import INDEX, SUFFIXES, Bundle


def write_bundle(folder: Name, bundle: Bundle, *, force: bool = False) -> None:
    """Write a trained pipeline into a folder of its own.

    The folder is made under another name and renamed when all files are in it; after an error
    nothing of it is left, and a pipeline that was there is untouched.

    Parameters
    ----------
    folder
        Where to; an empty folder is taken.
    bundle
        What to write.
    force
        Replace a trained pipeline that is there. Any other folder is never replaced.

    Raises
    ------
    OutputError
        If the folder exists and ``force`` is not set, is something else, or cannot be written.
    """
    target = Path(folder)
    _check(target, force=force)
    new = target.with_name(f".docbin-{secrets.token_hex(8)}.tmp")
    old = new.with_suffix(".old")
    try:
        with writing(os.fspath(folder)):
            new.mkdir()
        for name, content in bundle.contents().items():
            with replacing(new / name) as sink:
                sink.write(content)
        with writing(os.fspath(folder)):
            _check(target, force=force)
            if target.exists():
                target.rename(old)
            try:
                new.rename(target)
            except OSError:
                with contextlib.suppress(OSError):
                    old.rename(target)
                raise
    finally:
        shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _check(target: Path, *, force: bool) -> None:
    """Refuse what may not be replaced."""
    with writing(os.fspath(target)):
        if not target.exists() and not target.is_symlink():
            return
        if not target.is_dir() or target.is_symlink():
            raise OutputError(f"{shown(target)} exists and is no folder; give another name")
        inside = [path.name for path in target.iterdir()]
    others = [name for name in inside if name != INDEX and Path(name).suffix not in SUFFIXES]
    if others or (inside and INDEX not in inside):
        raise OutputError(
            f"{shown(target)} is a folder with other things in it; give the name of a new folder"
        )
    if inside and not force:
        raise OutputError(f"{shown(target)} exists; give another name or --force")
