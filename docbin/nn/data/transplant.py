"""Whole pages made of two: the paper of one, freed of its ink, and the ink of another.

In short::

    pages = transplanted_pages(Dataset.open("pages/", split="train"), 100, seed=1)
    write_store(pages, "transplanted.tiles")

What `docbin.nn.data.ink.transplant` does to crops while a network trains, this does once, at the
pages' full size: also for other trainers, and to look at. The terms of both pages apply.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from docbin.errors import InputError
from docbin.evaluate.datasets import Dataset, Sample
from docbin.image import Color, Mask
from docbin.nn.data.draws import Draws
from docbin.nn.data.ink import around, ratio, shade, transplant, without_ink
from docbin.nn.data.pages import TruthedPage, read_truthed
from docbin.ops.parameters import number
from docbin.synth import Synthetic

SET = "transplanted"


def paper_of(image: Color, truth: Mask, *, seed: int = 0) -> Color:
    """Return a page without its ink: the shade of the paper around, with its grain.

    Parameters
    ----------
    image
        uint8 (H, W, 3) RGB.
    truth
        bool (H, W), True is ink. Ink that it misses stays.
    seed
        Decides where grain is taken from.

    Examples
    --------
    >>> page = np.full((64, 64, 3), 200, np.uint8)
    >>> page[20:40, 20:24] = 30
    >>> int(paper_of(page, page[..., 0] < 100).min())
    200
    """
    pixels, ink = _tensors(image, truth)
    near = around(ink)
    paper = shade(pixels, near, levels=_levels(image))
    return _bytes(without_ink(pixels, near, paper, Draws(seed)))


def ink_of(image: Color, truth: Mask) -> Color:
    """Return the ink of a page on white: its ratio to the paper, uint8 (H, W, 3)."""
    pixels, ink = _tensors(image, truth)
    near = around(ink)
    return _bytes(ratio(pixels, near, shade(pixels, near, levels=_levels(image))))


def transplanted(paper: tuple[Color, Mask], ink: tuple[Color, Mask], *, seed: int = 0) -> Synthetic:
    """Write the ink of one page on the paper of another.

    The result has the size that both have: of the larger one a part is taken, drawn from ``seed``
    as are strength of the ink, what shines through, and how the paper is turned.

    Parameters
    ----------
    paper, ink
        Image, uint8 (H, W, 3) RGB, and truth, bool (H, W), of each page.
    seed
        Decides the rest.

    Returns
    -------
    Synthetic
        Image and truth of the ink on it.
    """
    rng = np.random.default_rng([seed, 3])
    # Paper is paper on its head, too; mirrored, its bleed-through would read the right way.
    half = 2 * int(rng.integers(0, 2))
    turned = np.rot90(paper[0], half), np.rot90(paper[1], half)
    shape = [min(paper[1].shape[i], ink[1].shape[i]) for i in range(2)]
    below, above = (_part(rng, page, shape) for page in (turned, ink))
    image, truth = transplant(*_tensors(*below), *_tensors(*above), Draws(seed))
    return Synthetic(_bytes(image), truth[0, 0].numpy() > 0.5)


def transplanted_pages(data: Dataset, count: int, seed: int = 0) -> Iterator[TruthedPage]:
    """Yield ``count`` pages, each of two pages of different sets (of different names in one set).

    Raises
    ------
    InputError
        If there are fewer than two pages, or one cannot be read.
    """
    number("count", count, 1, 1_000_000, whole=True)
    number("seed", seed, 0, whole=True)
    if len(data) < 2:
        raise InputError(f"'{data.name}' has {len(data)} page; two at least are needed to mix")
    read = lru_cache(maxsize=8)(read_truthed)
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        paper, ink = _pair(data, rng)
        image, truth = transplanted(read(paper), read(ink), seed=int(rng.integers(0, 2**31)))
        source = {"made": "docbin.nn.data.transplant", "paper": paper.name, "ink": ink.name}
        name = f"{SET}/{index}"
        yield TruthedPage(SET, name, image, truth, source | {"seed": [seed, index]})


def _pair(data: Dataset, rng: np.random.Generator) -> tuple[Sample, Sample]:
    """Draw a set, a page of it, and a page of another set."""
    first = data.only(data.sets[int(rng.integers(0, len(data.sets)))]).samples
    paper = first[int(rng.integers(0, len(first)))]
    others = [sample for sample in data if sample.set != paper.set]
    others = others or [sample for sample in data if sample != paper]
    sets = sorted({sample.set for sample in others})
    chosen = sets[int(rng.integers(0, len(sets)))]
    others = [sample for sample in others if sample.set == chosen]
    return paper, others[int(rng.integers(0, len(others)))]


def _part(
    rng: np.random.Generator, page: tuple[Color, Mask], shape: list[int]
) -> tuple[Color, Mask]:
    image, truth = page
    top, left = (int(rng.integers(0, truth.shape[i] - shape[i] + 1)) for i in range(2))
    area = np.s_[top : top + shape[0], left : left + shape[1]]
    return image[area], truth[area]


def _levels(image: Color) -> int:
    """Return levels of the pyramid, so that the coarsest has a few cells."""
    return max(2, int(max(image.shape[:2])).bit_length() - 4)


def _tensors(image: Color, truth: Mask) -> tuple[Tensor, Tensor]:
    pixels = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))[None]
    ink = torch.from_numpy(np.ascontiguousarray(truth))[None, None]
    return pixels.float() / 255, ink.float()


def _bytes(image: Tensor) -> Color:
    pixels = (image[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0)
    return np.ascontiguousarray(pixels.numpy())
