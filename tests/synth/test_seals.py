"""Pages with seals: two configurations that share nothing, truths that seals do not change."""

import dataclasses
import itertools
import re

import numpy as np
import pytest

from docbin import synth
from docbin.errors import UsageError
from docbin.synth.faces import FACES
from docbin.synth.seal_ranges import COLORS, DEVELOPMENT, SPAN, TEST, TEST_LEAVES
from docbin.synth.seal_shapes import SHAPES, stamp
from docbin.synth.seals import SEALS, sealed

SMALL = (320, 280)


def made(index, ranges=TEST, **options):
    """Return a small page of built-in faces, the same on every machine."""
    return sealed(index, ranges, *SMALL, fonts=[], **options)


def test_configurations_share_no_font_no_shape_no_seed():
    for ranges in SEALS.values():
        for other in SEALS.values():
            assert ranges is other or abs(ranges.first - other.first) >= SPAN
        kind = DEVELOPMENT if ranges.name.startswith("development") else TEST
        for field in ("shapes", "seal_fonts", "text_fonts", "faces", "opacity", "jpeg", "colors"):
            assert getattr(ranges, field) == getattr(kind, field)
    assert not set(DEVELOPMENT.shapes) & set(TEST.shapes)
    assert not set(DEVELOPMENT.faces) & set(TEST.faces)
    assert set(DEVELOPMENT.shapes) | set(TEST.shapes) == set(SHAPES)
    fonts = [
        {name for own in (ranges.seal_fonts, ranges.text_fonts) for name in own.split("|")}
        for ranges in (DEVELOPMENT, TEST)
    ]
    plain = [{name.replace(".*", "A").replace("[Bb]", "b") for name in own} for own in fonts]
    for name, other in itertools.chain(
        itertools.product(plain[0], fonts[1]), itertools.product(plain[1], fonts[0])
    ):
        assert not re.fullmatch(other, name), (name, other)


def test_no_installed_font_is_in_both():
    for file in synth.font_files():
        uses = [
            bool(re.fullmatch(f"{ranges.seal_fonts}|{ranges.text_fonts}", file.stem))
            for ranges in (DEVELOPMENT, TEST)
        ]
        assert uses != [True, True], file


def test_ranges_are_the_announced_ones():
    for ranges in SEALS.values():
        assert ranges.opacity == (0.3, 1.0)
        assert ranges.jpeg == (60, 95)
        assert set(ranges.colors) == set(COLORS)
        assert set(COLORS) == {"vermilion", "faded orange", "brown", "dark red"}


@pytest.mark.parametrize("ranges", SEALS.values(), ids=SEALS)
def test_one_index_one_page(ranges):
    first, again = made(3, ranges), made(3, ranges)
    for one, other in zip(first[:3], again[:3], strict=True):
        np.testing.assert_array_equal(one, other)
    assert first[3:] == again[3:]
    assert (made(4, ranges).truth != first.truth).any()
    assert first.plan.seed == ranges.first + 3


def test_truth_does_not_know_the_seals():
    for index in range(4):
        page, bare = made(index), made(index, stamped=False)
        np.testing.assert_array_equal(page.truth, bare.truth)
        assert page.seals
        assert page.area.any()
        assert not bare.seals
        assert not bare.area.any()
        # Beyond the blocks that JPEG and blur smear, nothing but the seals differs.
        far = ~grown(page.area, 24)
        differs = np.abs(page.image.astype(int) - bare.image).max(axis=2)
        assert differs[page.area].mean() > 5 * max(0.5, differs[far].mean() if far.any() else 0)


def grown(mask, by):
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    result = np.zeros_like(mask)
    if rows.size:
        top, left = max(0, rows[0] - by), max(0, columns[0] - by)
        result[top : rows[-1] + by + 1, left : columns[-1] + by + 1] = True
    return result


def test_leaves_have_little_writing_and_many_seals():
    leaves, pages = ([made(index, ranges) for index in range(6)] for ranges in (TEST_LEAVES, TEST))
    assert min(len(page.seals) for page in leaves) >= 3
    ink = [np.mean([page.truth.mean() for page in each]) for each in (leaves, pages)]
    seals = [np.mean([page.area.mean() for page in each]) for each in (leaves, pages)]
    assert ink[0] < ink[1]
    assert seals[0] > seals[1]


def test_a_clear_seal_changes_nothing():
    clear = dataclasses.replace(TEST, opacity=(0.0, 0.0))
    page, bare = made(1, clear), made(1, clear, stamped=False)
    np.testing.assert_array_equal(page.image, bare.image)
    assert page.area.any()


def test_seals_are_reddish_and_many_lie_on_ink():
    pages = [made(index, ranges) for ranges in (DEVELOPMENT, TEST) for index in range(16)]
    seals = [seal for page in pages for seal in page.seals]
    assert np.mean([seal.overlaps for seal in seals]) >= 0.3
    assert {seal.color for seal in seals} == set(COLORS)
    assert {seal.white for seal in seals} == {True, False}
    assert {seal.shape for seal in seals} == set(SHAPES)


@pytest.mark.parametrize("ranges", [DEVELOPMENT, TEST], ids=["development", "test"])
def test_seals_redden_the_paper(ranges):
    for index in range(4):
        page, bare = made(index, ranges), made(index, ranges, stamped=False)
        paper = page.area & ~page.truth
        (red, _, blue), (was_red, _, was_blue) = (
            each.image[paper].mean(axis=0) for each in (page, bare)
        )
        assert red / blue > 1.01 * was_red / was_blue


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("white", [True, False])
def test_shapes(shape, white):
    cover = stamp(np.random.default_rng(1), shape, FACES["bold"], 161, frame=0.1, white=white)
    assert cover.shape == (161, 161)
    filled = (cover > 127).mean()
    assert (0.3 < filled < 0.97) if white else (0.1 < filled < 0.6)
    # The frame closes: the middle row meets it at both sides.
    row = np.flatnonzero(cover[80] > 127)
    np.testing.assert_allclose(row[0] + row[-1], 160, atol=1)


def test_wrong_pages_are_refused():
    for index, size in ((-1, SMALL), (SPAN, SMALL), (0, (20, 300))):
        with pytest.raises(UsageError):
            sealed(index, TEST, *size, fonts=[])
