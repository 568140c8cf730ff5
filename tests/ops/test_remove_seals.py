"""Seals go and the ink under them stays; pages without a seal are not touched."""

import csv
import dataclasses

import numpy as np
import pytest

import docbin
from docbin import synth
from docbin.evaluate.confusion import Confusion
from docbin.ops.redness import redness
from docbin.ops.seal_areas import seal_areas
from docbin.pipeline import Pipeline
from docbin.steps import RemoveSeals
from docbin.synth.faces import FACES, face
from docbin.synth.seal_ranges import COLORS, DEVELOPMENT
from docbin.synth.seal_shapes import stamp
from docbin.synth.seals import sealed

WIDTH, HEIGHT = 700, 560
PLACE = np.s_[180:400, 260:480]


def written(seed=1, **options):
    """Return a page of black text at 150 dpi, and its truth."""
    options = {"degradations": ["blur", "noise"], "strength": 0.5, **options}
    return synth.page(seed, WIDTH, HEIGHT, 150, **options)


def pasted(image, color, *, shape="square", white=False, place=PLACE, amount=0.85):
    """Return the page with a seal."""
    height = place[0].stop - place[0].start
    rng = np.random.default_rng(4)
    cover = stamp(rng, shape, FACES["bold"], height, frame=0.1, white=white) / 255.0
    paste = np.array([(low + high) / 2 for low, high in COLORS[color]])
    result = image.copy()
    seen = image[place] * (1 - amount * cover[..., None] * (1 - paste))
    result[place] = np.rint(seen).astype(np.uint8)
    return result


def fm(mask, truth):
    return 100 * Confusion.of(mask, truth).f_beta()


@pytest.mark.parametrize("color", COLORS)
@pytest.mark.parametrize("white", [True, False], ids=["white", "red"])
@pytest.mark.parametrize("shape", ["square", "circle"])
def test_a_seal_goes_and_ink_under_it_stays(color, white, shape):
    image, truth = written()
    page = pasted(image, color, white=white, shape=shape)
    before = page.copy()
    step = RemoveSeals().at(150)
    clean = step.prepare(page)
    np.testing.assert_array_equal(page, before)
    assert clean.shape == page.shape
    assert clean.dtype == np.uint8
    bare, with_seal, without = (
        docbin.binarize(each, "sauvola", dpi=150) for each in (image, page, clean)
    )
    here = [fm(mask[PLACE], truth[PLACE]) for mask in (bare, with_seal, without)]
    assert here[2] > here[0] - 8
    assert here[2] >= here[1] - 0.5
    # Far from the seal nothing changes.
    far = np.ones(truth.shape, bool)
    far[PLACE[0].start - 30 : PLACE[0].stop + 30, PLACE[1].start - 30 : PLACE[1].stop + 30] = False
    np.testing.assert_array_equal(clean[far], page[far])
    # Where there was paste on paper, there is paper.
    paste = (np.abs(page.astype(int) - image).max(axis=2) > 60) & ~truth
    assert np.abs(clean.astype(int) - image).mean(axis=2)[paste].mean() < 25


def test_pipelines_take_the_step():
    image, truth = written(2)
    page = pasted(image, "vermilion", white=True)
    plain, better = (
        Pipeline(steps, docbin.create("otsu")).at(150)(page) for steps in ((), (RemoveSeals(),))
    )
    assert fm(better, truth) > fm(plain, truth) + 5


@pytest.mark.parametrize("scale", [1, 2, 4])
def test_sizes_scale_with_the_resolution(scale):
    page = pasted(written()[0], "vermilion")
    large = page.repeat(scale, axis=0).repeat(scale, axis=1)
    clean = RemoveSeals().at(150.0 * scale).prepare(large)
    changed = (clean != large).any(axis=2)
    assert changed[PLACE[0].start * scale : PLACE[0].stop * scale].mean() > 0.05


STEPS = ["stains", "foxing", "toning", "rulings", "bleed-through", "shading", "border", "jpeg"]


@pytest.mark.parametrize("name", [*STEPS, "folds", "texture", "mottling", "low-contrast"])
def test_pages_without_a_seal_are_the_same_object(name):
    for seed in range(2):
        image, _ = written(seed, degradations=["texture", name, "noise"], strength=1.2)
        assert RemoveSeals().at(150).prepare(image) is image


def test_generated_scans_without_seals_are_the_same():
    """Brown ink, orange and dark paper, whatever a seed decides."""
    plain = dataclasses.replace(DEVELOPMENT, rubric=0.0)
    for index in range(8):
        image = sealed(index, plain, 500, 420, fonts=[], stamped=False).image
        assert RemoveSeals().prepare(image) is image


def recolored(image, place, color=(0.85, 0.25, 0.2)):
    """Return the page with its ink red in a place."""
    result = image.copy()
    part = image[place].astype(float)
    light = np.quantile(part, 0.9, axis=(0, 1))
    depth = 1 - (part / light).clip(0, 1).mean(axis=2, keepdims=True)
    result[place] = (light * (1 - depth * (1 - np.array(color)))).astype(np.uint8)
    return result


def test_rubrics_stay():
    image, _ = written(3)
    for place in (np.s_[100:128, :], np.s_[300:330, 200:500], np.s_[:, :]):
        page = recolored(image, place)
        assert RemoveSeals().at(150).prepare(page) is page


def test_a_large_red_initial_and_patches_of_colour_stay():
    image, _ = written(3)
    letter = np.zeros((HEIGHT, WIDTH), np.uint8)
    face("book").draw(letter, (300, 400), "M", 190)
    page = image.copy()
    page[letter > 127] = (190, 40, 40)
    assert RemoveSeals().at(150).prepare(page) is page
    page = image.copy()
    for step, color in enumerate([(200, 40, 40), (240, 120, 20), (60, 160, 60), (40, 60, 190)]):
        page[20:80, 100 + 60 * step : 160 + 60 * step] = color
    assert RemoveSeals().at(150).prepare(page) is page


def test_gray_pages_stay_and_it_is_said():
    image, _ = written()
    gray = image[..., 0]
    step = RemoveSeals()
    for page in (gray, np.repeat(gray[..., None], 3, axis=2)):
        assert step.prepare(page) is page
        assert "no colour" in step.remark(page)
    assert step.remark(image) is None


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (3, 40), (40, 3), (25, 25)])
def test_pages_too_small_for_seals(shape):
    rng = np.random.default_rng(0)
    for page in (
        rng.integers(0, 256, (*shape, 3), dtype=np.uint8),
        np.full((*shape, 3), (200, 30, 30), np.uint8),
        np.zeros((*shape, 3), np.uint8) + np.array([1, 0, 0], np.uint8),
    ):
        for dpi in (20.0, None, 1200.0):
            assert RemoveSeals().at(dpi).prepare(page) is page


def test_noise_and_single_colours_are_no_seals():
    rng = np.random.default_rng(0)
    for page in (
        rng.integers(0, 256, (300, 400, 3), dtype=np.uint8),
        np.full((300, 400, 3), (200, 30, 30), np.uint8),
    ):
        assert RemoveSeals().prepare(page) is page


def test_the_area_of_a_seal_is_found():
    image, _ = written()
    page = pasted(image, "dark red", shape="circle")
    gray = docbin.image.as_gray(page)
    ink = docbin.binarize(gray, "sauvola", window=15)
    area, density = seal_areas(redness(page, gray, ink, 29), 150 / 25.4)
    assert area is not None
    rows, columns = (np.flatnonzero(area.any(axis=axis)) for axis in (1, 0))
    for found, wanted in ((rows, PLACE[0]), (columns, PLACE[1])):
        np.testing.assert_allclose([found[0], found[-1]], [wanted.start, wanted.stop], atol=8)
    assert 0.8 < density < 3


def test_real_pages_without_seals_come_out_as_they_were(real_data):
    """Red letters, orange and green paper, brown ink; all pages: benchmarks/unsealed.py."""
    names = {"dibco2009": ["P03", "P05"], "dibco2011": ["HW4", "HW7"], "phibd2012": ["Persian09"],
             "hdibco2012": ["H02"]}  # fmt: skip
    with (real_data / "binarization/INDEX.csv").open(encoding="utf-8") as stream:
        rows = [
            row for row in csv.DictReader(stream) if row["name"] in names.get(row["dataset"], [])
        ]
    assert len(rows) == 6
    for row in rows:
        page = next(iter(docbin.read_pages(real_data / "binarization" / row["image"])))
        assert page.pixels.ndim == 3
        assert RemoveSeals().at(None).prepare(page.pixels) is page.pixels
