"""``docbin data synth``."""

from __future__ import annotations

from pathlib import Path

import click

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("folder", type=_PATH)
@click.option(
    "-n",
    "--count",
    type=click.IntRange(1, 1_000_000),
    default=100,
    show_default=True,
    help="How many pages.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the first page."
)
@click.option(
    "--size",
    type=(click.IntRange(16, 20000), click.IntRange(16, 20000)),
    default=(1000, 1200),
    show_default=True,
    metavar="WIDTH HEIGHT",
    help="Pixels.",
)
@click.option(
    "--fonts",
    "places",
    multiple=True,
    type=_PATH,
    metavar="DIR",
    help="Where font files are; the system's folders if not given.",
)
@click.option(
    "--seals",
    type=click.Choice(["development", "test", "development-leaves", "test-leaves"]),
    help="Pages with seals; the test configurations share no font or shape with the others.",
)
@click.option("-f", "--force", is_flag=True, help="Write into a folder that is not empty.")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Pages at once; all cores if not given.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def synth(
    folder: Path,
    *,
    count: int,
    seed: int,
    size: tuple[int, int],
    places: tuple[Path, ...],
    seals: str | None,
    force: bool,
    jobs: int | None,
    quiet: bool,
) -> None:
    """Generate pages with exact truth, for training and tests.

    \b
    docbin data synth pages/ --count 500 --seed 1
    docbin score -m sauvola --data pages/
    docbin data synth sealed/ --seals test --count 60

    Each page has a script, hand, ink, paper, age and scanner of its own, drawn from its seed. The
    fonts that are installed decide which scripts there are; without any, a built-in alphabet is
    used. With --seals the fonts of seals and pages, and the shapes of seals, are those that the
    configuration names; the folder area/ shows where the seals printed. The path of the folder
    is printed.
    """  # noqa: D301 (click reads the \\b)
    from docbin.commands.progress import progress
    from docbin.errors import InputError
    from docbin.kernels import threads
    from docbin.synth import font_files
    from docbin.synth.folder import write_pages
    from docbin.synth.seals import SEALS

    fonts = list(font_files(*places)) if places else None
    if places and not fonts:
        raise InputError(f"no font file (.ttf, .otf) in {', '.join(map(str, places))}")
    at_once = min(jobs or threads(), count)
    with progress(quiet=quiet) as bar:
        written = write_pages(
            folder,
            count,
            seed,
            size=size,
            fonts=fonts,
            force=force,
            jobs=at_once,
            seals=SEALS[seals] if seals else None,
            told=bar.update,
        )
    print(written)
