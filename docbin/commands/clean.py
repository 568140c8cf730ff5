"""``docbin clean``."""

from __future__ import annotations

import sys
from typing import Any

import click

from docbin.commands.names import METHOD
from docbin.commands.page_options import DPI, QUALITY, SCOPE, WEIGHTS, recipe_options, step_options

EXAMPLES = """\
docbin clean turns scans into crisp black-and-white pages. Three examples:

  docbin clean scan.png                          writes scan.bw.png beside it
  docbin clean IMG_*.jpg -o book.pdf --paper a4  one PDF, pages in natural order
  docbin clean letters/ -o clean/ --preview      a folder, with before/after pictures

docbin clean --help says it all; docbin methods lists the methods."""


class _Clean(click.Command):
    """Shows examples to people who call it with nothing."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and sys.stdin.isatty():
            click.echo(EXAMPLES, err=True)
            ctx.exit(2)
        return super().parse_args(ctx, args)


@click.command(cls=_Clean)
@click.argument("inputs", nargs=-1, required=True, metavar="IN...")
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    help="A file that takes all inputs (.pdf and .tif any number, in natural order), a folder "
    "(DIR/), or - for standard output. Without it: NAME.bw.EXT beside each input.",
)
@click.option(
    "-m",
    "--method",
    type=METHOD,
    help="See `docbin methods`, which also says what is taken without -m; auto chooses a threshold "
    "for each page, net is a learned network.",
)
@click.option(
    "--set",
    "texts",
    multiple=True,
    metavar="K=V",
    help="A parameter of the method, such as window=2mm, or weights=small of net; see `docbin "
    "methods NAME`.",
)
@WEIGHTS
@QUALITY
@click.option(
    "--format",
    metavar="FORMAT",
    help="png, tif, pdf or pbm. Without it, by the name of OUT, else TIFF stays TIFF, PDF stays "
    "PDF, and everything else becomes PNG; a pipe gets PBM.",
)
@DPI
@click.option(
    "--paper",
    type=click.Choice(["a4", "letter", "auto"]),
    help="Sheets of a PDF, and the resolution of pages that have none; auto picks one for them.",
)
@SCOPE
@step_options
@recipe_options
@click.option(
    "--crops",
    metavar="DIR",
    help="With --scene: also write each region of text upright, black on white, in reading order, "
    "and crops.json, which tells where each came from.",
)
@click.option("--preview", is_flag=True, help="Also write NAME.preview.png: before and after.")
@click.option("--threads", type=click.IntRange(1), metavar="N", help="Use so many threads.")
@click.option(
    "--max-pixels",
    type=click.IntRange(1),
    metavar="N",
    help="Largest page that is read; the limit stops small files that claim enormous pages.",
)
@click.option("--force", is_flag=True, help="Overwrite existing results.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, not paths.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@click.pass_context
def clean(context: click.Context, /, inputs: tuple[str, ...], **options: Any) -> int:
    """Turn scans into crisp black-and-white pages.

    IN is any number of pictures (PNG, JPEG, TIFF, PNM, WebP, JPEG 2000, BMP), PDFs, folders of
    them, or - for standard input. The path of each result is printed. A page that is black and
    white already passes through untouched. The size of a page never changes, and nothing on it
    moves unless --deskew is given. --border, --remove-seals, --deskew, --background and
    --despeckle are done in this order and scale with the resolution; --scene takes the place of
    the method, for photos of signs and things.
    """
    from docbin import kernels
    from docbin.batch import clean_jobs, plan
    from docbin.batch.cleaning import exit_code
    from docbin.commands.crops import check_crops, remembering, write_crops
    from docbin.commands.progress import progress
    from docbin.commands.recipe_options import recipe_of, say_notes
    from docbin.commands.report import Report
    from docbin.commands.seconds import say_seconds

    force, preview, quiet = options["force"], options["preview"], options["quiet"]
    recipe = recipe_of(options)
    say_notes(recipe, options)
    jobs = plan(list(inputs), output=options["output"], format=recipe.format, force=force)
    _check_streams(
        piped=any(job.target == "-" for job in jobs),
        reads="-" in inputs,
        as_json=options["as_json"],
        preview=preview,
    )
    if options["save_recipe"] is not None:
        recipe.save(options["save_recipe"], force=force)
    if options["crops"] is not None:
        check_crops(recipe, inputs, options["crops"], force=force)
        recipe = remembering(recipe)
    report = Report(as_json=options["as_json"], quiet=quiet)
    results = []
    with kernels.limit_threads(options["threads"]), progress(quiet=quiet) as bar:
        say_seconds(recipe.method, recipe.params, quiet=quiet)
        for result in clean_jobs(
            jobs,
            recipe.treatment(options["max_pixels"]),
            force=force,
            preview=preview,
            watch=bar.update,
            strict=bool(context.obj),
        ):
            results.append(result)
            report.add(result)
    report.close()
    if options["crops"] is not None:
        with kernels.limit_threads(options["threads"]):
            write_crops(recipe, results, options["crops"], options["max_pixels"])
    return exit_code(results)


def _check_streams(*, piped: bool, reads: bool, as_json: bool, preview: bool) -> None:
    """Refuse what cannot go to where standard input and output lead."""
    from docbin.errors import UsageError

    if reads and sys.stdin.isatty():
        raise UsageError("standard input is a terminal; pipe a picture into it")
    if not piped:
        return
    if sys.stdout.isatty():
        raise UsageError(
            "the result is binary and standard output is a terminal; redirect it, or give -o FILE"
        )
    if as_json or preview:
        raise UsageError(
            f"{'--json' if as_json else '--preview'} does not go with a result on standard output; "
            "give -o FILE"
        )
