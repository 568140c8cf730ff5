"""Known answers of the metrics: by hand, from the papers, and of real pages."""

from __future__ import annotations

import math

import numpy as np
import pytest

import docbin
from docbin import kernels
from docbin.errors import InputError
from docbin.evaluate.confusion import Confusion
from docbin.evaluate.metrics import score
from docbin.evaluate.run import METRICS
from docbin.kernels import reference


def test_f_beta_of_scores():
    truth = np.zeros((4, 4), bool)
    truth[0] = True
    result = np.zeros((4, 4), bool)
    result[:2] = True
    scores = score(result, truth)
    assert scores.f_beta(1) == pytest.approx(scores.fm)
    assert scores.f_beta(2) == pytest.approx(100 * 5 * 0.5 / (4 * 0.5 + 1))


def test_what_is_left_open_is_said():
    blank, ink = np.zeros((9, 9), bool), np.zeros((9, 9), bool)
    ink[2:5, 2:7] = True
    assert score(ink, ink).notes[0].startswith("a perfect match")
    assert any("truth is blank" in note for note in score(ink, blank).notes)
    assert any("result is blank" in note for note in score(blank, ink).notes)
    assert any("no mixed 8x8 block" in note for note in score(ink, blank).notes)
    everything = score(blank, blank)
    assert (everything.fm, everything.pfm_weighted, everything.drd, everything.mpm) == (
        100,
        100,
        0,
        0,
    )
    nothing = score(ink, blank)
    assert (nothing.fm, nothing.mcc, nothing.pfm_weighted) == (0, 0, 0)
    numbers = [getattr(scores, name) for scores in (everything, nothing) for name in METRICS]
    assert not any(math.isnan(number) for number in numbers)


def test_mcc_of_the_textbook_case():
    assert Confusion(tp=6, fp=1, fn=2, tn=3).mcc == pytest.approx(0.478, abs=5e-4)


def test_scalar_case():
    counts = Confusion(tp=61573, fp=1929, fn=6493, tn=251404)
    assert 100 * counts.f_beta() == pytest.approx(93.5987, abs=5e-5)
    assert counts.psnr == pytest.approx(15.8163, abs=5e-5)


def test_f_beta_weighs_recall():
    counts = Confusion(tp=50, fp=50, fn=0, tn=0)
    assert counts.f_beta(2) == pytest.approx(5 * 0.5 * 1 / (4 * 0.5 + 1))


def test_all_metrics_by_hand():
    truth = np.zeros((4, 4), bool)
    truth[1, 1:3] = True
    result = np.zeros((4, 4), bool)
    result[1, 1] = result[3, 3] = True
    scores = score(result, truth)
    assert scores.recall == scores.precision == scores.fm == 50
    assert scores.accuracy == 87.5
    assert scores.psnr == pytest.approx(10 * math.log10(16 / 2))
    assert scores.nrm == pytest.approx((1 / 2 + 1 / 14) / 2)
    # Both truth pixels are contour, so the missed one has distance 0; (3, 3) is √5 from (1, 2).
    rows, columns = np.mgrid[:4, :4]
    distance = np.minimum(np.hypot(rows - 1, columns - 1), np.hypot(rows - 1, columns - 2))
    assert scores.mpm == pytest.approx(math.sqrt(5) / distance.sum() / 2)


def test_drd_of_one_flipped_pixel():
    """The example of the paper's kind: one 8x8 block, one flip, three true neighbours."""
    truth = np.zeros((8, 8), bool)
    for place in [(4, 2), (4, 3), (4, 4), (3, 1), (6, 6), (7, 7)]:
        truth[place] = True
    result = truth.copy()
    result[4, 3] = False
    assert score(result, truth).drd == pytest.approx(0.177073, abs=5e-7)


def test_five_mixed_blocks_of_nine():
    truth = np.zeros((24, 24), bool)
    truth[0:8, 0:8] = True  # solid
    truth[3, 8:12] = True  # mixed
    truth[7:9, 23] = True  # mixed, twice
    truth[16, 0] = truth[23, 15] = True  # mixed, twice
    assert kernels.mixed_blocks(truth) == reference.mixed_blocks(truth) == 5


def test_partial_blocks_do_not_count():
    truth = np.zeros((15, 17), bool)
    truth[8:, :] = np.arange(17) % 2
    truth[:8, 16] = True
    assert kernels.mixed_blocks(truth) == reference.mixed_blocks(truth) == 0


def test_outside_the_page_adds_nothing_to_drd():
    truth = np.zeros((8, 8), bool)
    truth[4, 4] = True
    result = truth.copy()
    result[0, 0] = True
    inside = [(0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)]
    everywhere = [(y, x) for y in range(-2, 3) for x in range(-2, 3) if (y, x) != (0, 0)]
    weights = [sum(1 / math.hypot(*place) for place in part) for part in (inside, everywhere)]
    assert score(result, truth).drd == pytest.approx(weights[0] / weights[1])


@pytest.mark.parametrize(
    ("mask", "truth"),
    [
        (np.zeros((3, 3), bool), np.zeros((3, 4), bool)),
        (np.zeros((3, 3), np.uint8), np.zeros((3, 3), bool)),
        (np.zeros((0, 3), bool), np.zeros((0, 3), bool)),
    ],
)
def test_refused(mask, truth):
    with pytest.raises(InputError):
        score(mask, truth)


OTSU_ROWS = {
    "hdibco2010": (85.43, 90.64, 17.52, 4.05),
    "dibco2009": (78.60, 80.53, 15.31, 22.57),
    "dibco2011": (82.10, 85.96, 15.72, 8.95),
    "hdibco2012": (75.07, 78.14, 15.03, 26.46),
    "dibco2013": (79.16, 82.57, 16.35, 11.53),
    "hdibco2014": (91.62, 95.69, 18.72, 2.65),
}


# Page -> ink, skeleton and mixed blocks of its truth.
TRUTHS = {"dibco2011/HW1": (60725, 7530, 1961), "dibco2009/P01": (40235, 7904, 1744)}

# FM, pfm_skeleton, PSNR and DRD, and the counts TP, FP, FN behind them.
SINGLE_PAGES = [
    ("dibco2011/HW1", "otsu", {}, (67.5527, 68.1869, 9.2647, 27.4776), (59090, 55130, 1635)),
    (
        "dibco2011/HW1",
        "sauvola",
        {"window": 25, "k": 0.2},
        (80.5121, 82.4906, 12.3749, 12.9230),
        (57296, 24308, 3429),
    ),
    (
        "dibco2011/HW1",
        "nick",
        {"window": 75, "k": -0.2},
        (84.2897, 86.3410, 13.4967, 9.7554),
        (57470, 18168, 3255),
    ),
    ("dibco2009/P01", "otsu", {}, (90.8839, 92.6707, 16.3596, 2.9853), (38438, 5914, 1797)),
    (
        "dibco2009/P01",
        "wolf",
        {"window": 75, "k": 0.2},
        (82.7207, 82.9377, 13.0054, 6.9481),
        (39957, 16415, 278),
    ),
    (
        "dibco2009/P01",
        "isauvola",
        {"window": 75, "k": 0.2},
        (91.8023, 93.2035, 16.8247, 2.4213),
        (38792, 5485, 1443),
    ),
]


def real_page(real_data, name):
    folder, _, stem = name.partition("/")
    base = real_data / "binarization" / folder
    image = next(docbin.read_pages(base / "img" / f"{stem}.png")).pixels
    return image, docbin.read_mask(base / "gt" / f"{stem}.png")


@pytest.mark.parametrize("name", TRUTHS)
def test_facts_of_published_truths(real_data, name):
    _, truth = real_page(real_data, name)
    skeleton = kernels.thin_guo_hall(truth)
    assert (truth.sum(), skeleton.sum(), kernels.mixed_blocks(truth)) == TRUTHS[name]


@pytest.mark.parametrize(("name", "method", "params", "published", "counts"), SINGLE_PAGES)
def test_published_pages(real_data, name, method, params, published, counts):
    if method not in docbin.methods():
        pytest.skip(f"there is no method '{method}' here")
    image, truth = real_page(real_data, name)
    mask = docbin.binarize(image, method, **params)
    found = Confusion.of(mask, truth)
    assert (found.tp, found.fp, found.fn) == counts
    scores = score(mask, truth)
    values = (scores.fm, scores.pfm_skeleton, scores.psnr, scores.drd)
    assert tuple(round(value, 4) for value in values) == published
    assert scores.avg_score == pytest.approx(
        (scores.fm + scores.pfm_skeleton + scores.psnr + 100 - scores.drd) / 4
    )


@pytest.mark.parametrize("name", OTSU_ROWS)
def test_published_means_of_otsu(real_data, name):
    rows = []
    for _, image, truth in docbin.Dataset.open(real_data / "binarization" / name):
        mask = docbin.binarize(next(docbin.read_pages(image)).pixels, "otsu")
        scores = score(mask, docbin.read_mask(truth), weights=None)
        rows.append((scores.fm, scores.pfm_skeleton, scores.psnr, scores.drd))
    assert tuple(np.mean(rows, axis=0).round(2)) == OTSU_ROWS[name]
