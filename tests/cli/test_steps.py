"""Steps on the command line."""

import json

import numpy as np
import pytest
from PIL import Image
from program import clean, letters

from docbin import synth
from docbin.ops.skew import skew_angle, turned_back

GRAY, TRUTH = letters(600, 500)
PAPER = np.full((1, 1), 215, np.uint8)


def mask(path):
    with Image.open(path) as picture:
        return ~np.asarray(picture)


def test_deskew_and_despeckle(tmp_path):
    page = turned_back(GRAY, -1.7, PAPER)
    page[8:10, 300:302] = 20
    Image.fromarray(page).save(tmp_path / "a.png", dpi=(150, 150))
    clean("a.png", "-o", "plain.png", "-m", "sauvola", cwd=tmp_path)
    plain = mask(tmp_path / "plain.png")
    assert skew_angle(plain) == pytest.approx(1.7, abs=0.1)
    assert plain[8:10, 300:302].any()
    run = clean("a.png", "-m", "sauvola", "--deskew", "--despeckle", "--json", cwd=tmp_path)
    result = json.loads(run.stdout)["results"][0]["pages"][0]
    assert "Deskew(" in result["method"]
    assert "Despeckle(size=1, distance=3)" in result["method"]
    level = mask(tmp_path / "a.bw.png")
    assert level.shape == GRAY.shape
    assert skew_angle(level) == pytest.approx(0, abs=0.1)


def test_border_and_background(tmp_path):
    page = (GRAY * np.linspace(0.5, 1, GRAY.shape[1])).astype(np.uint8)
    page[:, :30] = 4
    Image.fromarray(page).save(tmp_path / "a.png", dpi=(100, 100))
    clean("a.png", "-m", "otsu", "--border", "--background", cwd=tmp_path)
    found = mask(tmp_path / "a.bw.png")
    assert not found[:, :25].any()
    assert np.mean(found[:, 40:] != TRUTH[:, 40:]) < 0.01


def test_steps_work_on_black_and_white_pages(tmp_path):
    page = TRUTH.copy()
    page[5:8, 480:483] = True
    Image.fromarray(~page).save(tmp_path / "a.png", dpi=(300, 300))
    clean("a.png", "--despeckle", cwd=tmp_path)
    assert np.array_equal(mask(tmp_path / "a.bw.png"), TRUTH)


def test_seals_are_removed_and_gray_pages_said(tmp_path):
    image, truth = synth.page(1, 500, 400, 150, degradations=["noise"])
    page = image.copy()
    page[120:260, 200:340] = (page[120:260, 200:340] * [0.85, 0.25, 0.2]).astype(np.uint8)
    page[150:230, 230:238] = page[150:158, 230:310] = image[20, 20]
    page[222:230, 230:310] = page[180:188, 250:300] = image[20, 20]
    Image.fromarray(page).save(tmp_path / "red.png", dpi=(150, 150))
    Image.fromarray(page).convert("L").save(tmp_path / "gray.png", dpi=(150, 150))
    for options, worst in ((["--remove-seals"], 0.01), ([], 0.05)):
        clean("red.png", *options, "-o", "a.png", "--force", cwd=tmp_path)
        wrong = np.mean(mask(tmp_path / "a.png") != truth)
        assert (wrong < worst) == bool(options)
    run = clean("red.png", "gray.png", "--remove-seals", "-o", "out.pdf", cwd=tmp_path)
    assert run.stderr == "'gray.png': the page has no colour, so seals are not removed\n"
    run = clean("gray.png", "--remove-seals", "--json", cwd=tmp_path)
    page = json.loads(run.stdout)["results"][0]["pages"][0]
    assert page["remarks"] == ["the page has no colour, so seals are not removed"]
    assert "RemoveSeals(dpi=150.0" in page["method"]
    clean("red.png", "--remove-seals", "-o", "b.png", "--save-recipe", "r.toml", cwd=tmp_path)
    clean(
        "red.png", "-m", "otsu", "--recipe", "r.toml", "--remove-seals", "-o", "c.png", cwd=tmp_path
    )
    assert (tmp_path / "b.png").read_bytes() == (tmp_path / "c.png").read_bytes()
