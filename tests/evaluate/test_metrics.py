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
from docbin.kernels import reference


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


SINGLE_PAGES = {
    "dibco2011/{}/HW1.png": (
        Confusion(tp=59090, fp=55130, fn=1635, tn=363380),
        (67.5527, 68.1869, 9.2647, 27.4776),
        (60725, 7530, 1961),
    ),
    "dibco2009/{}/P01.png": (
        Confusion(tp=38438, fp=5914, fn=1797, tn=287335),
        (90.8839, 92.6707, 16.3596, 2.9853),
        (40235, 7904, 1744),
    ),
}


@pytest.mark.parametrize("name", SINGLE_PAGES)
def test_published_pages_of_otsu(real_data, name):
    counts, published, truth_facts = SINGLE_PAGES[name]
    image = next(docbin.read_pages(real_data / "binarization" / name.format("img"))).pixels
    truth = docbin.read_mask(real_data / "binarization" / name.format("gt"))
    mask = docbin.binarize(image, "otsu")
    assert Confusion.of(mask, truth) == counts
    skeleton = kernels.thin_guo_hall(truth)
    assert (truth.sum(), skeleton.sum(), kernels.mixed_blocks(truth)) == truth_facts
    scores = score(mask, truth)
    found = (scores.fm, scores.pfm_skeleton, scores.psnr, scores.drd)
    assert tuple(round(value, 4) for value in found) == published


@pytest.mark.parametrize("name", OTSU_ROWS)
def test_published_means_of_otsu(real_data, name):
    rows = []
    for _, image, truth in docbin.Dataset.open(real_data / "binarization" / name):
        mask = docbin.binarize(next(docbin.read_pages(image)).pixels, "otsu")
        scores = score(mask, docbin.read_mask(truth))
        rows.append((scores.fm, scores.pfm_skeleton, scores.psnr, scores.drd))
    assert tuple(np.mean(rows, axis=0).round(2)) == OTSU_ROWS[name]
