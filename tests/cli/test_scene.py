"""``docbin clean --scene`` as an installed program."""

import json
import sys

import numpy as np
import pytest
from detector_files import text_network, word_photo
from PIL import Image
from program import docbin, printed

from docbin.cli import main
from docbin.detect.db import Db
from docbin.io import read_mask
from docbin.scene import Scene


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "words.docbin"
    path.write_bytes(text_network(threshold=0.1, unclip=0.1, side=0).to_bytes())
    return str(path)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(word_photo()).save(path)
    return path


def test_mask_and_crops(photo, weights, tmp_path):
    options = ["--scene", "--weights", weights, "--crops", tmp_path / "crops"]
    run = docbin("clean", photo, *options)
    assert printed(run) == [str(tmp_path / "photo.bw.png")]
    np.testing.assert_array_equal(
        read_mask(tmp_path / "photo.bw.png"), Scene(weights).mask(word_photo())
    )
    told = json.loads((tmp_path / "crops/crops.json").read_text())["crops"]
    crops = Scene(weights).crops(word_photo())
    assert [row["file"] for row in told] == ["00000.png", "00001.png", "00002.png"]
    for row, crop in zip(told, crops, strict=True):
        np.testing.assert_array_equal(read_mask(tmp_path / "crops" / row["file"]), crop.mask)
        np.testing.assert_allclose(row["polygon"], crop.region.polygon, atol=0.006)
        assert (row["source"], row["width"], row["height"]) == (str(photo), 320, 240)
        assert row["light_on_dark"] is False
        assert 0 < row["score"] <= 1
    docbin("clean", photo, "--force", *options)
    assert len(list((tmp_path / "crops").iterdir())) == 4


def test_mask_and_crops_are_of_one_look(photo, weights, tmp_path, monkeypatch):
    other = tmp_path / "other.png"
    Image.fromarray(word_photo()[::-1]).save(other)
    options = ["--scene", "--weights", weights, "--crops", str(tmp_path / "crops")]
    monkeypatch.setattr(sys, "argv", ["docbin", "clean", str(photo), str(other), *options])
    looks = []
    detect = Db.__call__

    def counted(self, image):
        looks.append(image.shape)
        return detect(self, image)

    monkeypatch.setattr(Db, "__call__", counted)
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 0
    assert looks == [(240, 320)] * 2
    assert {row["source"] for row in json.loads((tmp_path / "crops/crops.json").read_text())[
        "crops"]} == {str(photo), str(other)}  # fmt: skip


def test_exif_gray_alpha_and_bilevel(photo, weights, tmp_path):
    turned = Image.fromarray(np.rot90(word_photo()))  # orientation 6 turns it back
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.png", exif=exif)
    gray = Image.fromarray(word_photo())
    gray.putalpha(255)
    gray.save(tmp_path / "alpha.png")
    gray.convert("1").save(tmp_path / "bilevel.png")
    names = ["turned", "alpha", "bilevel"]
    files = [tmp_path / f"{name}.png" for name in names]
    run = docbin("clean", *files, "--scene", "--weights", weights, "--json")
    rows = json.loads(run.stdout)
    mask = Scene(weights).mask(word_photo())
    for name in names[:2]:
        np.testing.assert_array_equal(read_mask(tmp_path / f"{name}.bw.png"), mask)
    assert "black and white already" in json.dumps(rows)
    Image.fromarray(np.full((10, 10), 200, np.uint8)).save(tmp_path / "blank.png")
    run = docbin("clean", tmp_path / "blank.png", "--scene", "--weights", weights)
    assert "no text was found" in run.stderr
    assert not read_mask(tmp_path / "blank.bw.png").any()


def test_batch_and_recipe(photo, weights, tmp_path):
    (tmp_path / "in").mkdir()
    photo.rename(tmp_path / "in/photo.png")
    recipe = tmp_path / "photo.toml"
    options = ["--scene", "--weights", weights]
    docbin("clean", tmp_path / "in/photo.png", "-o", tmp_path / "one.png", *options,
           "--save-recipe", recipe)  # fmt: skip
    docbin("batch", tmp_path / "in", tmp_path / "out", "--recipe", recipe)
    (found,) = (tmp_path / "out").rglob("photo*.png")
    np.testing.assert_array_equal(read_mask(found), read_mask(tmp_path / "one.png"))


def test_wrong_options(photo, weights, tmp_path):
    wrong = [
        (["--scene", "-m", "otsu"], "leave -m out"),
        (["--scene", "--set", "k=1"], "leave --set out"),
        (["--scene", "--quality", "best"], "leave --quality out"),
        (["--scene", "--weights", tmp_path / "no.docbin"], "no.docbin"),
        (["--scene", "--weights", "small"], "finds no text"),
        (["--crops", tmp_path / "c"], "--scene"),
    ]
    for options, said in wrong:
        assert said in docbin("clean", photo, *options, code=2).stderr
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine").write_text("x")
    options = ["--scene", "--weights", weights, "--crops", tmp_path / "full"]
    assert "not empty" in docbin("clean", photo, *options, code=5).stderr
    assert not (tmp_path / "photo.bw.png").exists()
