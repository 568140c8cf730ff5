"""Folders of images and truths as people have them."""

import numpy as np
import pytest
from PIL import Image

from docbin.errors import InputError
from docbin.evaluate import Dataset


def folder(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((9, 9), 255, np.uint8)).save(path)
    return root


def found(root):
    return [
        (name, image.relative_to(root).as_posix(), truth.relative_to(root).as_posix())
        for name, image, truth in Dataset.open(root)
    ]


@pytest.mark.parametrize(
    ("image", "truth"),
    [
        ("H01.png", "H01_gt.png"),
        ("H01.bmp", "H01_GT.tiff"),
        ("H01.jpg", "H01-gt.png"),
        ("H01.png", "H1.GT.png"),
        ("H01.tif", "H01_estGT.tiff"),
        ("H01.png", "H01GT.tiff"),
        ("H01.png", "H01_truth.png"),
        ("H01.png", "H01 ground truth.png"),
        ("H01.png", "H01_mask.png"),
        ("H01.png", "GT/H01.png"),
        ("H01.png", "gt/H01_gt.tif"),
        ("img/H01.png", "gt/H1.png"),
        ("Images/H01.png", "Ground Truth/H01_GT.bmp"),
        ("originals/H01.png", "DIBCO GT/H01.png"),
        ("handwritten/H01.png", "masks/H01.png"),
    ],
)
def test_pairs(tmp_path, image, truth):
    other = [path.replace("01", "2").replace("H1", "H2") for path in (image, truth)]
    root = folder(tmp_path, image, truth, *other)
    assert [pair[1:] for pair in found(root)] == [(image, truth), tuple(other)]


def test_img_and_gt_come_first(tmp_path):
    root = folder(tmp_path, "img/a.png", "gt/a.png", "masks/a.png", "preview.png")
    assert found(root) == [("a", "img/a.png", "gt/a.png")]


def test_words_that_end_like_truths_are_images(tmp_path):
    root = folder(tmp_path, "sgt.png", "sgt_gt.png", "mask.png", "mask_gt.png")
    assert [pair[1:] for pair in found(root)] == [
        ("mask.png", "mask_gt.png"),
        ("sgt.png", "sgt_gt.png"),
    ]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a.png", "b.png"], "X_gt.png beside X.png"),
        (["a_gt.png"], "truths without an image: a"),
        (["a.png", "a_gt.png", "b.png"], "images without a truth: b.png"),
        (["gt/a.png", "masks/a.png", "a.png"], "both 'gt' and 'masks'"),
        (["gt/a.png", "one/a.png", "two/a.png"], "call it img"),
        (["a.png", "A_gt.png", "a_truth.png"], "the same page by name"),
    ],
)
def test_unclear_folders(tmp_path, names, message):
    with pytest.raises(InputError, match=message):
        Dataset.open(folder(tmp_path, *names))


def test_a_truth_beside_two_images_of_one_name(tmp_path):
    with pytest.raises(InputError, match="the same page by name"):
        Dataset.open(folder(tmp_path, "a.png", "a.jpg", "a_gt.png"))
