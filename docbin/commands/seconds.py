"""What slow methods say before they start: how long a page takes here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

# A4 at 300 dpi.
SHEET = (3508, 2480)


def say_seconds(method: str | None, params: Mapping[str, Any], *, quiet: bool) -> None:
    """Say how many seconds a page takes, measured on a patch of it; quick methods say nothing.

    Parameters
    ----------
    method, params
        Of the work that is to come.
    quiet
        Say nothing.
    """
    from docbin import kernels
    from docbin.methods import METHODS, PIPELINES

    if quiet or method not in PIPELINES:
        return
    told = METHODS.create(method, **params).forecast(SHEET)
    threads = kernels.threads()
    click.echo(
        f"docbin: {method} takes about {_shown(told.seconds)} a page (A4 at 300 dpi: "
        f"{told.generators} network{'s' * (told.generators > 1)}, {told.patches} patches, "
        f"{threads} thread{'s' * (threads > 1)})",
        err=True,
    )


def _shown(seconds: float) -> str:
    if seconds >= 90:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds:.0f} seconds" if seconds >= 10 else f"{seconds:.1f} seconds"
