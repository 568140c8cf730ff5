"""Pages drawn from a seed: one seed one page, truth where the ink is, scripts as they are set."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from docbin import synth
from docbin.errors import UsageError
from docbin.synth.ink import Ink, broadened, inked, pressed, swayed
from docbin.synth.layouts import LAYOUTS, Sheet
from docbin.synth.recipes import recipe
from docbin.synth.scan import made
from docbin.synth.scripts import SCRIPTS
from docbin.synth.writing import BUILT_IN, WRITINGS, available

OWN = available([])
LONG_S = "\u017f"


def test_one_seed_one_page():
    first, again = (synth.scan(5, 300, 260, fonts=[]) for _ in range(2))
    np.testing.assert_array_equal(first.image, again.image)
    np.testing.assert_array_equal(first.truth, again.truth)
    assert (synth.scan(6, 300, 260, fonts=[]).truth != first.truth).any()


@pytest.mark.parametrize("seed", range(12))
def test_truth_is_where_ink_was_laid(seed):
    """Ink makes darker; what happens to the page later may not, so only the ink is compared."""
    plan = recipe(seed, OWN)
    page = made(plan, 280, 320)
    assert page.image.shape == (320, 280, 3)
    assert page.image.dtype == np.uint8
    assert page.truth.dtype == np.bool_
    bare = made(dataclasses.replace(plan, before=(), after=()), 280, 320)
    gray = bare.image.astype(int).sum(axis=2)
    np.testing.assert_array_equal(bare.truth, page.truth)
    if page.truth.any():
        assert gray[bare.truth].max() < gray.max() - 30
        assert gray[bare.truth].mean() < gray[~bare.truth].mean() - 100


def test_pages_differ_in_kind():
    plans = [recipe(seed, OWN) for seed in range(200)]
    assert {plan.writing for plan in plans} == set(BUILT_IN)
    assert len({plan.layout for plan in plans}) >= 5
    assert len({plan.paper for plan in plans}) > 100
    used = {name for plan in plans for name, _ in (*plan.before, *plan.after)}
    assert used >= {"bleed-through", "folds", "stains", "jpeg", "seals", "gutter", "rulings"}
    assert used <= set(synth.DEGRADATIONS)
    assert 0.2 < np.mean([plan.gray for plan in plans]) < 0.6


def test_ink_in_most_pages():
    shares = [synth.scan(seed, 300, 300, fonts=[]).truth.mean() for seed in range(10)]
    assert np.median(shares) > 0.015
    assert max(shares) < 0.4


@pytest.mark.parametrize("size", [(16, 16), (17, 90), (120, 16)])
def test_small_pages(size):
    for seed in range(8):
        assert synth.scan(seed, *size, fonts=[]).image.shape == (size[1], size[0], 3)


def test_writings_by_the_names_of_fonts():
    files = [Path("/f/Kristi.ttf"), Path("/f/Other.ttf"), Path("/f/OldStandard-Bold.ttf")]
    found = {(writing.script, faces) for writing, faces in available(files)}
    assert found == {
        ("latin", ("/f/Kristi.ttf",)),
        ("latin", ("/f/OldStandard-Bold.ttf",)),
        ("cyrillic", ("/f/OldStandard-Bold.ttf",)),
    }
    assert [writing for writing, _ in available([Path("/f/Other.ttf")])] == list(BUILT_IN)
    assert {writing.script for writing in (*WRITINGS, *BUILT_IN)} == set(SCRIPTS)


@pytest.mark.parametrize("name", SCRIPTS)
def test_words_are_written_in_their_script(name):
    script = SCRIPTS[name]
    words = script.words(np.random.default_rng(0))
    text = [next(words) for _ in range(300)]
    letters = set("".join(text))
    allowed = set("".join("".join(part) for part in script.syllable)) | set("".join(script.marks))
    if script.change:
        allowed |= set(LONG_S)
        assert any(LONG_S in word for word in text)
        assert not any(word.strip(",.").endswith(LONG_S) for word in text)
    assert {letter.lower() for letter in letters} <= {letter.lower() for letter in allowed}
    assert any(word[0].isupper() for word in text) == script.cased


class Blocks:
    """A face whose letters are squares of half an em."""

    def length(self, text, size):
        return len(text) * size / 2

    def draw(self, canvas, place, text, size):
        x, y = place
        canvas[max(0, int(y - size / 2)) : int(y), int(x) : int(x + len(text) * size / 2)] = 255


def test_lines_that_run_leftward_end_at_the_right():
    ends = []
    for name in ("latin", "persian"):
        canvas = np.zeros((200, 300), np.uint8)
        sheet = Sheet(canvas, np.random.default_rng(1), 72, (Blocks(), Blocks()), SCRIPTS[name])
        sheet.block((20, 20, 280, 180))
        columns = [np.flatnonzero(row) for row in canvas if row.any()]
        ends.append(([row[0] for row in columns], [row[-1] for row in columns]))
    (left, right), (other_left, other_right) = ends
    assert len(set(left)) == 1
    assert len(set(right)) > 2
    assert max(other_right) - min(other_right) <= 1
    assert len(set(other_left)) > 2


def test_upright_lines_start_at_the_top_right():
    canvas = np.zeros((200, 300), np.uint8)
    sheet = Sheet(canvas, np.random.default_rng(1), 72, (Blocks(), Blocks()), SCRIPTS["japanese"])
    LAYOUTS["upright"][0](sheet)
    columns = np.flatnonzero(canvas.any(axis=0))
    gaps = np.flatnonzero(np.diff(columns) > 1)
    assert len(gaps) >= 5
    tops = [np.flatnonzero(canvas[:, column])[0] for column in columns]
    assert max(tops) - min(tops) <= 1


def square(side=90):
    cover = np.zeros((side, side), np.uint8)
    cover[30:60, 30:60] = 255
    return cover


def test_sway_moves_but_keeps_the_ink():
    cover = square()
    rng = np.random.default_rng(1)
    np.testing.assert_array_equal(swayed(cover, rng, 20, line=0, shape=0), cover)
    moved = swayed(cover, rng, 20, line=0.3, shape=0.05)
    assert (moved != cover).any()
    assert float(moved.sum()) == pytest.approx(float(cover.sum()), rel=0.25)


def test_press_keeps_strokes_and_frays_their_borders():
    cover = square()
    even = pressed(cover, np.random.default_rng(1), 40, swell=0, fray=0)
    assert ((even >= 128) != (cover >= 128)).sum() < 4 * 30 * 2
    assert (even[33:57, 33:57] == 255).all()
    assert not even[:26].any()
    frayed = pressed(cover, np.random.default_rng(1), 40, swell=0, fray=1)
    border = (frayed >= 128)[28:32]
    assert border.any()
    assert not border.all()
    # A hairline, a pixel wide and half covered, stays.
    hair = np.zeros((40, 40), np.uint8)
    hair[20] = 200
    assert (pressed(hair, np.random.default_rng(1), 24, swell=0, fray=0)[20] >= 128).all()


def test_a_broader_pen():
    dot = np.zeros((9, 9), np.uint8)
    dot[4, 4] = 255
    assert (broadened(dot, 0) == dot).all()
    assert (broadened(dot, 1) > 0).sum() == 5
    assert (broadened(dot, 2) > 0).sum() == 21


def test_ink_takes_light_by_colour():
    paper = np.full((90, 90, 3), 200, np.uint8)
    ink = Ink((0.1, 0.2, 0.5), depth=1, uneven=0, dry=0, rim=0)
    page = inked(paper, square(), np.random.default_rng(1), ink, 20)
    assert (page[:30] == 200).all()
    assert page[45, 45].tolist() == [20, 40, 100]
    halo = inked(paper, square(), np.random.default_rng(1), Ink(halo=1), 20)
    near, far = halo[28, 45].astype(int), halo[2, 2]
    assert near[2] < near[0] < 200
    assert (far == 200).all()


def test_wrong_sizes():
    for wrong in ({"seed": -1}, {"width": 15}, {"height": 20001}):
        with pytest.raises(UsageError, match=next(iter(wrong))):
            synth.scan(**wrong)
