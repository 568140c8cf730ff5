"""Whole pages made of two."""

import numpy as np
import pytest
from scipy import ndimage
from truthed import data_set

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from docbin.errors import InputError  # noqa: E402
from docbin.evaluate import Dataset  # noqa: E402
from docbin.nn.data.pages import read_truthed  # noqa: E402
from docbin.nn.data.store import write_store  # noqa: E402
from docbin.nn.data.transplant import (  # noqa: E402
    ink_of,
    paper_of,
    transplanted,
    transplanted_pages,
)


def even(color, ink, box, shape=(120, 160)):
    image = np.full((*shape, 3), color, np.uint8)
    truth = np.zeros(shape, bool)
    top, left, bottom, right = box
    truth[top:bottom, left:right] = True
    image[truth] = ink
    return image, truth


def test_paper_and_ink_of_a_page():
    page = even((200, 160, 100), (20, 16, 10), (30, 40, 50, 100))
    np.testing.assert_allclose(paper_of(*page), np.full((120, 160, 3), (200, 160, 100)), atol=1)
    ink = ink_of(*page)
    np.testing.assert_allclose(ink[page[1]], 26, atol=3)  # a tenth of the light is left
    assert (ink[:20] == 255).all()


def test_ink_of_one_on_paper_of_the_other():
    paper = even((200, 160, 100), (20, 16, 10), (30, 40, 50, 100))
    ink = even((250, 250, 250), (50, 50, 50), (60, 10, 80, 150))
    for seed in range(6):
        image, truth = transplanted(paper, ink, seed=seed)
        np.testing.assert_array_equal(truth, ink[1])
        written = image[62:78, 20:140].astype(int)
        assert written.max() < 110
        # The paper's colour is under the ink, too.
        assert (written[..., 0] > written[..., 2]).all()
        np.testing.assert_allclose(image[100:], np.full((20, 160, 3), (200, 160, 100)), atol=2)


def test_pages_of_different_sizes():
    paper = even((200, 160, 100), (20, 16, 10), (30, 40, 50, 100), (300, 90))
    ink = even((250, 250, 250), (50, 50, 50), (60, 10, 80, 150))
    image, truth = transplanted(paper, ink, seed=1)
    assert image.shape == (120, 90, 3)
    assert truth.shape == (120, 90)
    assert truth.any()


def test_pages_are_of_two_sets(tmp_path):
    data = Dataset.open(data_set(tmp_path / "d", {"a": 2, "b": 1}))
    pages = list(transplanted_pages(data, 6, seed=1))
    assert all({page.source["paper"][0], page.source["ink"][0]} == {"a", "b"} for page in pages)
    truths = {sample.name: read_truthed(sample)[1] for sample in data}
    for page in pages:
        np.testing.assert_array_equal(page.truth, truths[page.source["ink"]])
    again = list(transplanted_pages(data, 6, seed=1))
    for page, same in zip(pages, again, strict=True):
        np.testing.assert_array_equal(page.image, same.image)
    store = write_store(pages, tmp_path / "s", tile=128, stride=128)
    assert store.sets == ("transplanted",)
    with pytest.raises(InputError, match="two at least"):
        next(transplanted_pages(data.only("b"), 1))


def test_real_paper_keeps_no_ink(real_data):
    """What was text is as light as the paper beside it."""
    data = Dataset.open(real_data / "binarization", split="train").only("dibco2009", "bickley")
    for sample in data.samples[::4]:
        image, truth = read_truthed(sample)
        image, truth = image[:600, :800], truth[:600, :800]
        paper = paper_of(image, truth).astype(float).mean(axis=2)
        far, near = (ndimage.binary_dilation(truth, iterations=steps) for steps in (16, 9))
        beside = image[far & ~near].mean()
        assert image[truth].mean() < beside - 40
        assert paper[truth].mean() == pytest.approx(beside, abs=12)
