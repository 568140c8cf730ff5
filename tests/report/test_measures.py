"""What is measured of a page, and what is flagged."""

import numpy as np
import pytest
from PIL import Image

from docbin import synth
from docbin.image import as_gray
from docbin.io.reader import open_source
from docbin.io.writers import write_mask
from docbin.report import measured
from docbin.report.measures import FLAGS, histogram_of
from docbin.report.pictures import SIDE, gray_png, small, small_result


def of(gray, mask):
    return measured(float(mask.mean()), mask, histogram_of(gray))


@pytest.fixture(scope="module")
def page():
    image, mask = synth.page(4, 620, 874, dpi=150, degradations=[])
    return as_gray(image), mask


def test_levels_are_those_that_were_painted():
    gray = np.full((100, 100), 200, np.uint8)
    mask = np.zeros((100, 100), bool)
    mask[10:20] = True
    gray[mask] = 40
    found = of(gray, mask)
    assert (found.ink, found.paper, found.darkness, found.contrast) == (0.1, 200, 40, 160)
    assert found.flags == ()


def test_every_flag_and_nothing_on_a_good_page(page):
    gray, mask = page
    assert of(gray, mask).flags == ()
    assert of(gray, np.zeros_like(mask)).flags == ("blank",)
    assert of((gray * 0.4).astype(np.uint8), mask).flags == ("dark",)
    assert of((200 + gray // 10).astype(np.uint8), mask).flags == ("faint",)
    heavy = mask.copy()
    heavy[: len(mask) // 2] = True
    assert "heavy" in of(gray, heavy).flags
    turned = np.asarray(Image.fromarray(mask).rotate(-2))
    found = of(gray, turned)
    assert found.flags == ("skewed",)
    assert found.skew == pytest.approx(2, abs=0.1)
    assert set(FLAGS) == {"blank", "dark", "faint", "heavy", "skewed"}


def test_pages_of_one_kind_have_no_other_level():
    mask = np.zeros((20, 20), bool)
    gray = np.full((20, 20), 200, np.uint8)
    assert (of(gray, mask).paper, of(gray, mask).darkness) == (200, None)
    assert (of(gray, ~mask).paper, of(gray, ~mask).darkness) == (None, 200)
    assert measured(0.0, mask, None).contrast is None


def test_a_huge_page_in_bands_is_the_page_in_small(tmp_path, page, monkeypatch):
    gray = np.ascontiguousarray(np.tile(page[0], (3, 3))[:2001, :1501])
    Image.fromarray(gray).save(tmp_path / "a.png")
    (source,) = open_source(tmp_path / "a.png")
    whole = small(source)
    monkeypatch.setattr("docbin.report.pictures.HELD_PIXELS", 1000)
    bands = small(source)
    assert max(bands.pixels.shape) <= SIDE + 1
    assert abs(whole.pixels.mean() - bands.pixels.mean()) < 1
    mask = gray < 128
    first, second = (measured(mask.mean(), mask, each.histogram) for each in (whole, bands))
    assert abs(first.paper - second.paper) <= 2
    assert abs(first.darkness - second.darkness) <= 8


def test_a_huge_result_in_bands_is_the_result_in_small(tmp_path, page, monkeypatch):
    mask = np.tile(page[1], (3, 3))
    write_mask(tmp_path / "a.png", mask)
    (source,) = open_source(tmp_path / "a.png")
    whole = small_result(source)
    assert whole.ink == mask.mean()
    monkeypatch.setattr("docbin.report.pictures.HELD_PIXELS", 1000)
    bands = small_result(source)
    assert bands.ink == whole.ink
    assert bands.pixels.mean() == pytest.approx(whole.pixels.mean(), abs=2)
    angles = [measured(each.ink, each.mask, None).skew for each in (whole, bands)]
    assert angles == pytest.approx([0, 0], abs=0.1)


def test_gray_pictures_have_16_levels(tmp_path):
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    (tmp_path / "a.png").write_bytes(gray_png(levels))
    with Image.open(tmp_path / "a.png") as image:
        seen = np.asarray(image.convert("L"))
    assert np.abs(seen.astype(int) - levels).max() <= 9
    assert len(np.unique(seen)) == 16
