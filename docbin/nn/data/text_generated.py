"""Generated photos with text, and generated books, for the training of detectors."""

from __future__ import annotations

from collections.abc import Iterator

from docbin.nn.data.text_pages import kinds_of
from docbin.nn.data.text_store import TextPage
from docbin.regions import TEXT
from docbin.synth import scenes
from docbin.synth.books import book

SIDE = 640
SCENES, BOOKS = "scenes", "books"


def scene_pages(
    count: int, *, kind: str = TEXT, seed: int = 0, side: int = SIDE
) -> Iterator[TextPage]:
    """Yield generated photos with their lines of text; equal seeds give equal photos.

    Parameters
    ----------
    count
        How many.
    kind
        What is learned; there are no seals in them.
    seed
        Number of the first; the following ones have the following numbers.
    side
        Height and width in pixels.
    """
    recipe = scenes.SCENES["training"]
    for index in range(seed, seed + count):
        photo = scenes.scene(index, recipe, width=side, height=side)
        source = {"recipe": "training", "index": index, "side": side}
        yield TextPage(SCENES, str(index), photo.image, photo.lines, source, kinds_of(SCENES, kind))


def book_pages(count: int, *, kind: str = TEXT, seed: int = 0) -> Iterator[TextPage]:
    """Yield generated books with their columns and seals; equal seeds give equal books.

    Parameters
    ----------
    count
        How many.
    kind
        What is learned: columns of writing, or seals.
    seed
        Number of the first; the following ones have the following numbers.
    """
    for index in range(seed, seed + count):
        made = book(index)
        yield TextPage(
            BOOKS, str(index), made.image, made.labels, {"index": index}, kinds_of(BOOKS, kind)
        )
