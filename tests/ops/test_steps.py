"""Steps around a binarizer, on drawn pages with known faults."""

import numpy as np
import pytest
from program import letters

import docbin
from docbin.errors import UsageError
from docbin.methods import Otsu, Sauvola
from docbin.ops.backdrop import backdrop, evened
from docbin.ops.reduction import block_sums, enlarged, reduced
from docbin.ops.skew import skew_angle, turned_back
from docbin.pipeline import Pipeline
from docbin.steps import Background, Border, Deskew, Despeckle

GRAY, TRUTH = letters(900, 700)
PAPER = np.full((1, 1), 215, np.uint8)


@pytest.mark.parametrize("angle", [0, 0.4, 1.7, -1.7, 3.3, -6.2])
@pytest.mark.parametrize("scale", [1, 2])
def test_deskew_finds_the_angle_of_a_turned_page(angle, scale):
    page = GRAY.repeat(scale, axis=0).repeat(scale, axis=1)
    turned = turned_back(page, -angle, PAPER)
    found = Deskew().at(150 * scale).angle(turned)
    assert found == pytest.approx(angle, abs=0.08)


def test_deskew_makes_lines_level_and_keeps_the_size():
    turned = turned_back(GRAY, -1.7, PAPER)
    level = Deskew().at(150).prepare(turned)
    assert level.shape == GRAY.shape
    assert abs(Deskew().at(150).angle(level)) < 0.08
    ink = level < 128
    assert (ink & TRUTH).sum() / (ink | TRUTH).sum() > 0.7
    color = Deskew().at(150).prepare(np.stack([turned] * 3, axis=2))
    assert np.array_equal(color[:, :, 1], level)


def test_deskew_leaves_pages_without_lines_alone():
    noise = np.random.default_rng(1).integers(0, 256, (500, 400)).astype(np.uint8)
    for page in (noise, np.full((500, 400), 200, np.uint8), noise[:1, :1], noise[:2, :300]):
        assert Deskew().angle(page) == 0
        assert Deskew().prepare(page) is page


def test_a_steep_page_is_not_turned_beyond_the_limit():
    turned = turned_back(GRAY, -5, PAPER)
    assert Deskew(limit=2.0).at(150).angle(turned) == 0


def test_turning_by_nothing_changes_nothing_and_there_and_back_little():
    assert np.array_equal(turned_back(GRAY, 0, PAPER), GRAY)
    there_and_back = turned_back(turned_back(GRAY, 2, PAPER), -2, PAPER)
    middle = (slice(100, -100), slice(100, -100))
    assert np.mean((there_and_back < 128)[middle] != TRUTH[middle]) < 0.06


def test_turning_fills_corners():
    turned = turned_back(np.zeros((90, 120, 3), np.uint8), 10, np.array([[[7, 8, 9]]], np.uint8))
    assert turned[0, -1].tolist() == [7, 8, 9]
    assert turned[45, 60].tolist() == [0, 0, 0]


@pytest.mark.parametrize("scale", [1, 2, 4])
def test_specks_scale_with_the_resolution(scale):
    mask = np.zeros((100, 100), bool)
    mask[20:60, 20:26] = True  # a stroke
    mask[14:17, 21:24] = True  # its dot: 0.25 mm at 300 dpi
    mask[80:83, 80:83] = True  # a speck
    mask[80:84, 40:44] = True  # too large
    mask = mask.repeat(scale, axis=0).repeat(scale, axis=1)
    expected = mask.copy()
    expected[80 * scale : 83 * scale, 80 * scale : 83 * scale] = False
    assert np.array_equal(Despeckle().at(300 * scale).refine(mask), expected)
    assert np.array_equal(Despeckle().refine(expected), expected)


def test_despeckle_of_pages_without_large_pieces():
    mask = np.zeros((40, 40), bool)
    assert not Despeckle().refine(mask).any()
    mask[::10, ::10] = True
    assert not Despeckle().refine(mask).any()
    assert mask.any()


@pytest.mark.parametrize("dpi", [100, 300])
def test_borders_are_painted_and_text_stays(dpi):
    scale = dpi // 100
    page = GRAY.copy()
    page[:, :60] = 15
    page[-40:, 200:] = 5
    page[300:304, 50:400] = 40  # a rule that touches the border
    framed = page.repeat(scale, axis=0).repeat(scale, axis=1)
    painted = Border().at(dpi).prepare(framed)
    assert painted.shape == framed.shape
    assert painted[:, : 60 * scale].min() > 150
    assert painted[-40 * scale :, 200 * scale :].min() > 150
    inner = (slice(30 * scale, -60 * scale), slice(70 * scale, -30 * scale))
    assert np.array_equal(painted[inner], framed[inner])
    assert np.array_equal(framed[:, 0], page.repeat(scale, axis=0)[:, 0])


def test_what_is_filled_looks_like_the_paper_beside_it():
    shade = np.linspace(0.45, 1, GRAY.shape[1])
    page = (GRAY * shade).astype(np.uint8)
    bordered = page.copy()
    bordered[:, :40] = 3
    bordered[-30:] = 3
    painted = Border().at(100).prepare(bordered)
    assert abs(painted[:-60, :36].mean() - np.median(painted[:-60, 50:56])) < 6
    assert np.abs(painted[-20:, 60:-20].mean(axis=0) - 215 * shade[60:-20]).max() < 25
    level = Deskew().at(150).prepare(turned_back(page, -3, page))
    corners = [level[:8, :8], level[-8:, :8], level[:8, -8:], level[-8:, -8:]]
    assert np.allclose([corner.mean() for corner in corners], [100, 100, 213, 213], atol=12)


def test_pages_without_borders_and_dark_pages_are_left_alone():
    color = np.stack([GRAY] * 3, axis=2)
    dark = np.full((300, 300), 10, np.uint8)
    dark[100:160, 100:160] = 220
    for page in (GRAY, color, dark, dark[:1, :1], np.full((30, 20), 255, np.uint8)):
        assert Border().prepare(page) is page


def test_a_picture_within_the_page_is_no_border():
    page = GRAY.copy()
    page[300:600, 200:500] = 10
    assert Border().at(100).prepare(page) is page


def test_background_evens_shadows_so_that_one_threshold_does():
    shadow = np.linspace(0.35, 1, GRAY.shape[1])
    page = (GRAY * shadow).astype(np.uint8)
    assert np.mean(Otsu()(page) != TRUTH) > 0.05
    even = Background().at(150).prepare(page)
    assert np.mean(Otsu()(even) != TRUTH) < 0.005
    assert np.median(even) > 245


def test_background_keeps_large_dark_areas_dark():
    page = GRAY.copy()
    page[200:500, 200:500] = 25
    even = Background().at(150).prepare(page)
    assert even[210:490, 210:490].max() < 60


def test_background_of_colour_takes_the_tint_away():
    page = np.stack([GRAY, (GRAY * 0.9).astype(np.uint8), (GRAY * 0.6).astype(np.uint8)], axis=2)
    even = Background().at(150).prepare(page)
    paper = even[~TRUTH].mean(axis=0)
    assert paper.min() > 245


def test_backdrop_of_a_page_that_is_all_ink():
    page = np.full((20, 30), 9, np.uint8)
    shade = backdrop(page, np.ones(page.shape, bool), 3, 4)
    assert shade.shape == (5, 8)
    assert np.isfinite(shade).all()
    assert evened(page, shade, 4).shape == page.shape


def test_reduction_and_back():
    page = np.arange(77, dtype=np.uint8).reshape(7, 11)
    assert reduced(page, 1) is page
    small = reduced(page, 3)
    assert small.shape == (3, 4)
    assert small[0, 0] == round(float(page[:3, :3].mean()))
    assert small[2, 3] == round(float(page[6:, 9:].mean()))
    assert block_sums(page, 100).tolist() == [[int(page.sum())]]
    plane = np.add.outer(np.arange(4.0), 2 * np.arange(5.0)).astype(np.float32)
    large = np.concatenate([band for _, band in enlarged(plane, 4, 16, 20)])
    assert large.shape == (16, 20)
    # A plane stays a plane between the outermost centres.
    assert np.allclose(np.diff(large[2:14], axis=0), 0.25)
    assert np.allclose(np.diff(large[:, 2:18], axis=1), 0.5)


def test_pipeline_is_a_binarizer_and_a_value():
    pipeline = docbin.Pipeline((Deskew(), Despeckle()), Sauvola(window=31))
    names = {each.__name__: each for each in (Pipeline, Deskew, Despeckle, Sauvola)}
    assert eval(repr(pipeline), names) == pipeline
    assert hash(pipeline) == hash(docbin.Pipeline([Deskew(), Despeckle()], Sauvola(window=31)))
    turned = turned_back(GRAY, -1.7, PAPER)
    mask = docbin.binarize(turned, pipeline, dpi=150)
    assert abs(skew_angle(mask)) < 0.1
    assert not docbin.Pipeline()(np.full((9, 9), 200, np.uint8)).any()


def test_pipeline_takes_steps_and_binarizers_of_ones_own():
    class Invert:
        def at(self, dpi):
            return self

        def prepare(self, image):
            return 255 - image

    mask = docbin.binarize(255 - GRAY, Pipeline((Invert(),), lambda gray: gray < 128))
    assert np.array_equal(mask, TRUTH)


@pytest.mark.parametrize("wrong", ["deskew", Deskew, None, 3])
def test_what_is_no_step_is_refused(wrong):
    with pytest.raises(UsageError, match="is no step"):
        Pipeline((wrong,))
    with pytest.raises(UsageError, match="is no binarizer"):
        Pipeline((), "sauvola")


def test_parameters_of_steps_are_checked():
    for make in (
        lambda: Border("wide"),
        lambda: Deskew(0),
        lambda: Despeckle(0),
        lambda: Background(1),
    ):
        with pytest.raises(UsageError):
            make()
