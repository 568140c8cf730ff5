"""``docbin detect``."""

from __future__ import annotations

import sys
from typing import Any

import click

_FORMATS = ("json", "csv", "icdar", "regions", "page-xml")


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="IMAGE...")
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    help="A file, a folder (DIR/) that gets a file for each page, or - for standard output, which "
    "is so without it.",
)
@click.option(
    "--format",
    type=click.Choice(_FORMATS),
    help="json (so without it), csv, icdar (x1,y1,...: whole numbers), regions (x1,y1,...,score, "
    "for `docbin score --detect`), or page-xml. The last three are for one page each.",
)
@click.option(
    "--overlay",
    metavar="PICTURE",
    help="Also draw what was found upon the image: a PNG file, or a folder (DIR/) for many pages.",
)
@click.option("-m", "--detector", default="db", show_default=True, help="What finds text.")
@click.option(
    "--set",
    "texts",
    multiple=True,
    metavar="K=V",
    help="A parameter of the detector, such as weights=model.onnx, side=1472, shape=polygon or "
    "threshold=stable; docs/detection.md has them all.",
)
@click.option("--threads", type=click.IntRange(1), metavar="N", help="Use so many threads.")
@click.option(
    "--max-pixels",
    type=click.IntRange(1),
    metavar="N",
    help="Largest page that is read; the limit stops small files that claim enormous pages.",
)
@click.option("--force", is_flag=True, help="Overwrite existing results.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@click.pass_context
def detect(context: click.Context, /, inputs: tuple[str, ...], **options: Any) -> int:
    """Find text in photos and pages.

    IMAGE is any number of pictures (PNG, JPEG, TIFF, PNM, WebP, JPEG 2000, BMP), PDFs, folders of
    them, or - for standard input. Regions are polygons in reading order, in pixels of the picture
    as it is seen (its EXIF orientation is applied), x to the right, y down, from its upper left
    corner. Failures of single pages are told in the result and do not stop the others.
    --set weights=FILE takes another detector than docbin's own.
    """
    from docbin import kernels
    from docbin.batch.detecting import detect_pages
    from docbin.batch.inputs import expanded
    from docbin.batch.setup import parameters_of
    from docbin.commands.detect_outlet import Outlet
    from docbin.commands.progress import progress
    from docbin.commands.settings import settings
    from docbin.detect import DETECTORS
    from docbin.errors import UsageError, exit_code_of

    name = options["detector"]
    detector = DETECTORS.create(name, **settings(name, options["texts"], DETECTORS))
    if "-" in inputs and sys.stdin.isatty():
        raise UsageError("standard input is a terminal; pipe a picture into it")
    files = expanded(inputs)
    told = {"name": name, **parameters_of(detector)}
    outlet = Outlet(files, told, options)
    with kernels.limit_threads(options["threads"]), progress(quiet=options["quiet"]) as bar:
        for page in detect_pages(
            files,
            detector,
            bar.update,
            max_pixels=options["max_pixels"],
            strict=bool(context.obj),
        ):
            outlet.add(page)
    outlet.close()
    return exit_code_of(outlet.failures, outlet.pages)
