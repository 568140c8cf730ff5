"""``docbin data synth``."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import click

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("folder", type=_PATH)
@click.option(
    "--kind",
    type=click.Choice(["pages", "scenes", "books"]),
    default="pages",
    show_default=True,
    help="Pages, photos with text in them, or opened books.",
)
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
    metavar="WIDTH HEIGHT",
    help="Pixels; 1000 1200 if not given, of photos 640 480, of books 1280 960.",
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
@click.option(
    "--scenes",
    type=click.Choice(["training", "development", "test"]),
    help="Configuration of photos, training if not given; test shares no font, photograph or "
    "texture with the others.",
)
@click.option(
    "--photos",
    "albums",
    multiple=True,
    type=_PATH,
    metavar="DIR",
    help="Photographs to put text in; scikit-image's samples and the system's backgrounds if not "
    "given.",
)
@click.option("-f", "--force", is_flag=True, help="Write into a folder that is not empty.")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Pages at once; all cores if not given.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def synth(
    folder: Path,
    *,
    kind: str,
    count: int,
    seed: int,
    size: tuple[int, int] | None,
    places: tuple[Path, ...],
    seals: str | None,
    scenes: str | None,
    albums: tuple[Path, ...],
    force: bool,
    jobs: int | None,
    quiet: bool,
) -> None:
    """Generate pages with exact truth, for training and tests.

    \b
    docbin data synth pages/ --count 500 --seed 1
    docbin score -m sauvola --data pages/
    docbin data synth sealed/ --seals test --count 60
    docbin data synth photos/ --kind scenes --count 1000
    docbin data synth books/ --kind books --count 500

    Each page has a script, hand, ink, paper, age and scanner of its own, drawn from its seed. The
    fonts that are installed decide which scripts there are; without any, a built-in alphabet is
    used. With --seals the fonts of seals and pages, and the shapes of seals, are those that the
    configuration names; the folder area/ shows where the seals printed.

    Photos with text (--kind scenes) have their ink as a mask, too, and labels in published layouts:
    labels/words as ICDAR 2015, labels/lines as Total-Text. docs/scenes.md lists the packages of
    fonts and photographs.

    Books (--kind books) are photos of opened Japanese books: columns of running hand and seals,
    with their boxes in gt/ in the layout of NDL-DocL, and the ink as a mask. The path of the folder
    is printed.
    """  # noqa: D301 (click reads the \\b)
    from docbin.commands.progress import progress
    from docbin.errors import InputError, UsageError
    from docbin.kernels import threads
    from docbin.synth import font_files
    from docbin.synth.book_folder import write_books
    from docbin.synth.folder import write_pages
    from docbin.synth.scene_folder import write_scenes
    from docbin.synth.scenes import SCENES
    from docbin.synth.seals import SEALS

    fonts = list(font_files(*places)) if places else None
    if places and not fonts:
        raise InputError(f"no font file (.ttf, .otf, .ttc) in {', '.join(map(str, places))}")
    given: dict[str, Any] = {"fonts": fonts, "force": force, "jobs": min(jobs or threads(), count)}
    if size is not None:
        given["size"] = size
    if kind != "pages" and seals:
        raise UsageError(f"--seals goes with pages; leave it or --kind {kind} out")
    if kind != "scenes" and (scenes or albums):
        raise UsageError("--scenes and --photos go with --kind scenes")
    write: Any
    if kind == "scenes":
        ranges, photos = SCENES[scenes or "training"], _photos(albums)
        write = functools.partial(write_scenes, folder, ranges, count, seed, photos=photos)
    elif kind == "books":
        write = functools.partial(write_books, folder, count, seed)
    else:
        chosen = SEALS[seals] if seals else None
        write = functools.partial(write_pages, folder, count, seed, seals=chosen)
    with progress(quiet=quiet) as bar:
        written = write(told=bar.update, **given)
    print(written)


def _photos(albums: tuple[Path, ...]) -> list[Path] | None:
    """Return the pictures in folders; None: those that the machine has."""
    from docbin.errors import InputError
    from docbin.synth.scene_backdrops import photographs

    found = photographs(albums) if albums else None
    if albums and not found:
        raise InputError(f"no photograph (.jpg, .png, .webp) in {', '.join(map(str, albums))}")
    return found
