"""Faint ink stays beside a black border, in every method that asks for high contrast."""

from functools import cache

import numpy as np
import pytest
from page_bands import in_bands

import docbin
from docbin import kernels, synth
from docbin.image import as_gray
from docbin.methods import auto
from docbin.methods.contrast_level import high_contrast, level_of, page_counts
from docbin.methods.isauvola_bands import ISauvolaBands
from docbin.methods.otsu import Otsu
from docbin.ops.dark_edges import dark_edges

FAINT = [("fading", 1.0), ("low-contrast", 0.8), "texture", ("blur", 0.6), ("noise", 0.5)]
# Share of the longer side, and how many of the sides.
BORDERS = [(0.004, (3,)), (0.03, (1,)), (0.05, (0, 2)), (0.08, (0, 1, 2, 3))]


def letter(seed, strength=0.8):
    ink = [("low-contrast", strength) if name[0] == "low-contrast" else name for name in FAINT]
    return synth.page(seed, 620, 877, dpi=75, layout="letter", degradations=ink, gray=True)


def framed(gray, share, sides, *, tone=12, noise=4.0, seed=0):
    """Return the page on black at some sides (top, right, bottom, left), and where it lies."""
    depth = round(share * max(gray.shape))
    top, right, bottom, left = (depth * (side in sides) for side in range(4))
    height, width = gray.shape
    shape = height + top + bottom, width + left + right
    black = np.random.default_rng(seed).normal(tone, noise, shape)
    picture = np.clip(np.round(black), 0, 255).astype(np.uint8)
    inner = slice(top, top + height), slice(left, left + width)
    picture[inner] = gray
    return picture, inner


def fm(mask, truth):
    return docbin.score(np.ascontiguousarray(mask), truth).fm


@cache
def alone_with(method):
    gray, truth = letter(1)
    return gray, truth, fm(docbin.binarize(gray, method), truth)


@pytest.mark.parametrize("method", ["auto", "isauvola", "su", "lmm", "su2013", "fair", "howe"])
@pytest.mark.parametrize(("share", "sides"), BORDERS)
def test_faint_text_is_found_as_without_a_border(method, share, sides):
    gray, truth, alone = alone_with(method)
    picture, inner = framed(gray, share, sides)
    assert alone > 30
    assert fm(docbin.binarize(picture, method)[inner], truth) > alone - 6


@pytest.mark.parametrize("method", ["isauvola", "su", "auto"])
@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_black_is_like(method, seed):
    gray, truth = letter(seed, 0.5 + 0.2 * seed)
    alone = fm(docbin.binarize(gray, method), truth)
    picture, inner = framed(gray, 0.04, (0, 3), tone=9 * seed, noise=2.5 * seed, seed=seed)
    assert fm(docbin.binarize(picture, method)[inner], truth) > alone - 6


def test_the_level_is_that_of_the_page_alone():
    gray, _ = letter(2)
    picture, _ = framed(gray, 0.05, (0, 1))
    contrast = kernels.contrast_map(gray, 3, 1)
    alone = Otsu().threshold(contrast)
    outer = kernels.contrast_map(picture, 3, 1)
    assert abs(level_of(page_counts(outer, dark_edges(picture))) - alone) <= 1
    assert Otsu().threshold(outer) > alone + 20


def test_counts_are_those_of_the_pixels_of_the_page():
    gray, _ = letter(3)
    picture, _ = framed(gray, 0.06, (0, 1, 2))
    contrast = kernels.contrast_map(picture, 3, 1)
    around = dark_edges(picture)
    page = ~around.mask(slice(0, picture.shape[0]), slice(0, picture.shape[1]))
    expected = np.bincount(contrast[page], minlength=256)
    np.testing.assert_array_equal(page_counts(contrast, around), expected)
    rows = slice(20, 300)
    np.testing.assert_array_equal(
        page_counts(contrast[rows], around, 20),
        np.bincount(contrast[rows][page[rows]], minlength=256),
    )


@pytest.mark.parametrize("seed", range(3))
def test_without_a_border_it_is_otsus_level_of_all_pixels(seed):
    gray = as_gray(synth.page(seed, 620, 877, dpi=75).image)
    contrast = kernels.contrast_map(gray, 3, 1)
    np.testing.assert_array_equal(
        high_contrast(gray, contrast), contrast > Otsu().threshold(contrast)
    )


@pytest.mark.parametrize(("share", "sides"), BORDERS)
def test_huge_pages_in_bands(share, sides):
    gray, truth = letter(1)
    picture, inner = framed(gray, share, sides)
    bands = [picture[top : top + auto.TILE] for top in range(0, len(picture), auto.TILE)]
    method = auto.Auto().choose_banded(bands)
    assert method.around >= 12
    whole = docbin.binarize(gray, "isauvola", window=method.window, k=method.k, least=method.least)
    alone = fm(whole, truth)
    assert alone > 30
    for rows in (100, 350):
        assert fm(in_bands(method, picture, rows)[inner], truth) > alone - 2


def test_bands_that_lie_in_the_black_altogether():
    gray, truth = letter(1)
    picture, inner = framed(gray, 1.0, (0,))
    method = ISauvolaBands(around=60, reach=20)
    alone = fm(docbin.binarize(gray, "isauvola"), truth)
    assert fm(in_bands(method, picture, 64)[inner], truth) > alone - 2


def test_training_pages_with_a_border(real_data):
    pages = docbin.Dataset.open(real_data / "binarization", split="train")
    for index, name in enumerate(("dibco2009", "hdibco2010", "hdibco2012", "phibd2012")):
        sample = [*pages.only(name)][index]
        gray = as_gray(next(iter(docbin.read_pages(sample.image))).pixels)
        truth = docbin.read_mask(sample.truth)
        picture, inner = framed(gray, *BORDERS[index])
        for method in ("isauvola", "su"):
            alone = fm(docbin.binarize(gray, method), truth)
            assert fm(docbin.binarize(picture, method)[inner], truth) > alone - 1
