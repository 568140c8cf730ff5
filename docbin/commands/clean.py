"""``docbin clean``."""

from __future__ import annotations

from pathlib import Path

import click

from docbin.api import binarize
from docbin.io import read_pages, write_mask


@click.command()
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-m", "--method", default="sauvola", show_default=True)
@click.option("--force", is_flag=True, help="Overwrite existing results.")
def clean(inputs: tuple[Path, ...], method: str, *, force: bool) -> None:
    """Turn scans into crisp black-and-white pages."""
    for path in inputs:
        for page in read_pages(path):
            target = path.with_name(f"{path.stem}.bw.png")
            write_mask(target, binarize(page.pixels, method), dpi=page.dpi, force=force)
            click.echo(target)
