"""The methods with trained pipelines, and ``--weights`` of the program."""

from __future__ import annotations

import dataclasses
import json
import shutil

import numpy as np
import pytest
from PIL import Image
from program import docbin as program
from staged_bundles import contrast_folder, random_bundle

import docbin
from docbin import Recipe
from docbin.errors import InputError, UsageError
from docbin.methods import METHODS, PIPELINES, Net, ThreeStage
from docbin.ops.edge_snap import snapped
from docbin.runtime.random_unet import drawn_page, random_unet
from docbin.runtime.staged.generators import predictors
from docbin.runtime.staged.running import Staged
from docbin.runtime.staged.table import DESCRIPTIONS
from docbin.runtime.staged.writer import write_bundle
from docbin.runtime.writer import write


@pytest.fixture(scope="module")
def page():
    return drawn_page(np.random.default_rng(2), 240)[:230]


@pytest.fixture
def folder(tmp_path):
    write_bundle(tmp_path / "three", random_bundle("three-stage"))
    return tmp_path / "three"


def test_each_pipeline_is_a_method():
    assert tuple(DESCRIPTIONS) == PIPELINES
    for name in PIPELINES:
        assert METHODS.load(name).pipeline == name
        assert name not in docbin.methods()


def test_it_is_the_pipeline_of_the_folder(page, folder):
    bundle = random_bundle("three-stage")
    staged = Staged(bundle.description, predictors(bundle), 0.5)
    given = {"weights": str(folder), "overlap": 0.5}
    np.testing.assert_array_equal(docbin.binarize(page, "three-stage", **given), staged.mask(page))
    likely = docbin.probability(page, "three-stage", **given)
    np.testing.assert_array_equal(likely, staged.probability(page))
    index = str(folder / "pipeline.json")
    np.testing.assert_array_equal(ThreeStage(index, 0.5)(page), staged.mask(page))


@pytest.mark.parametrize("name", PIPELINES)
def test_ink_ends_at_the_edges_of_the_page_if_asked(name, page, tmp_path):
    write_bundle(tmp_path / name, random_bundle(name))
    plain = docbin.create(name, weights=str(tmp_path / name))
    assert plain.edges == "network"
    at_edges = dataclasses.replace(plain, edges="page")
    expected = snapped(docbin.image.as_gray(page), plain(page))
    np.testing.assert_array_equal(at_edges(page), expected)
    assert not np.array_equal(expected, plain(page))
    with pytest.raises(UsageError, match="edges is 'auto'; give one of network, page"):
        dataclasses.replace(plain, edges="auto")


def test_a_changed_pipeline_is_read_again(page, folder):
    before = ThreeStage(str(folder))(page)
    write_bundle(folder, random_bundle("three-stage", seed=7), force=True)
    assert not np.array_equal(ThreeStage(str(folder))(page), before)


def test_wrong_weights_are_named(page, folder, tmp_path):
    with pytest.raises(UsageError, match="three-stage needs the folder of a trained pipeline"):
        docbin.create("three-stage")
    with pytest.raises(UsageError, match=r"no pipeline\.json in it"):
        docbin.create("three-stage", weights=str(tmp_path))
    with pytest.raises(UsageError, match="a trained pipeline of three-stage; take the method"):
        docbin.binarize(page, "mfe", weights=str(folder))
    with pytest.raises(UsageError, match="a trained pipeline of several networks; give it to"):
        Net(str(folder))
    write(tmp_path / "net.docbin", random_unet(0, (8, 8), blocks=(1, 1)))
    with pytest.raises(UsageError, match=r"net\.docbin', which is no folder of a trained"):
        docbin.create("three-stage", weights=str(tmp_path / "net.docbin"))
    write_bundle(folder, random_bundle("three-stage", seed=7), force=True)
    (folder / "red.docbin").unlink()
    with pytest.raises(InputError, match=r"red\.docbin cannot be read"):
        docbin.binarize(page, "three-stage", weights=str(folder))


def test_the_program_says_its_seconds(page, tmp_path):
    source, target = tmp_path / "page.png", tmp_path / "ink.png"
    Image.fromarray(page).save(source)
    words = ["clean", source, "-m", "three-stage", "--weights", contrast_folder("three-stage")]
    done = program(*words, "-o", target, "--threads", "1")
    assert done.stdout.decode().strip() == str(target)
    said = done.stderr if isinstance(done.stderr, str) else done.stderr.decode()
    assert "docbin: three-stage takes about" in said
    assert "A4 at 300 dpi: 6 networks, 630 patches, 1 thread)" in said
    expected = docbin.binarize(page, "three-stage", weights=contrast_folder("three-stage"))
    np.testing.assert_array_equal(docbin.read_mask(target), expected)
    quiet = program(*words, "-o", target, "--force", "-q")
    assert "takes about" not in str(quiet.stderr)


def test_weights_of_a_single_network(page, tmp_path):
    write(tmp_path / "net.docbin", random_unet(5, (8, 12), blocks=(1, 1)))
    source, target = tmp_path / "page.png", tmp_path / "ink.png"
    Image.fromarray(page).save(source)
    program("clean", source, "-m", "net", "--weights", tmp_path / "net.docbin", "-o", target)
    expected = docbin.binarize(page, "net", weights=str(tmp_path / "net.docbin"))
    np.testing.assert_array_equal(docbin.read_mask(target), expected)
    words = ["clean", source, "-m", "otsu", "--weights", tmp_path / "net.docbin"]
    assert "no parameter 'weights'" in str(
        program(*words, "-o", tmp_path / "no.png", code=2).stderr
    )
    twice = ["--weights", "a", "--set", "weights=b"]
    assert "twice" in str(program("clean", source, *twice, code=2).stderr)


def test_archives_and_scores(page, tmp_path):
    pages = tmp_path / "pages"
    (pages / "img").mkdir(parents=True)
    (pages / "gt").mkdir()
    Image.fromarray(page).save(pages / "img" / "a.png")
    docbin.write_mask(pages / "gt" / "a.png", page[..., 0] < 128)
    words = ["-m", "cgan", "--weights", contrast_folder("cgan")]
    done = program("batch", pages / "img", tmp_path / "out", *words, "--workers", "1")
    assert "cgan takes about" in str(done.stderr)
    expected = docbin.binarize(page, "cgan", weights=contrast_folder("cgan"))
    np.testing.assert_array_equal(docbin.read_mask(tmp_path / "out" / "a.png"), expected)
    set_words = ["-m", "cgan", "--set", f"weights={contrast_folder('cgan')}", "--no-weights"]
    done = program("score", "--data", pages, *set_words, "--json")
    assert "cgan takes about" in str(done.stderr)
    assert json.loads(done.stdout)["rows"]


def test_recipes_know_a_pipeline_by_its_sum(folder, tmp_path):
    recipe = Recipe("three-stage", {"weights": str(folder)})
    recipe.save(tmp_path / "r.toml")
    assert Recipe.load(tmp_path / "r.toml") == recipe
    moved = tmp_path / "elsewhere"
    shutil.move(folder, moved)
    with pytest.raises(InputError, match="say where they are"):
        Recipe.load(tmp_path / "r.toml")
    assert Recipe.load(tmp_path / "r.toml", weights=str(moved)).weights == recipe.weights
    write_bundle(moved, random_bundle("three-stage", seed=7), force=True)
    with pytest.raises(InputError, match="have the sum"):
        Recipe.load(tmp_path / "r.toml", weights=str(moved))


def test_benchmarks_take_a_pipeline(page, tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    Image.fromarray(page[:60]).save(pages / "a.png")
    docbin.write_mask(pages / "a_gt.png", page[:60, :, 0] < 128)
    words = ["--weights", contrast_folder("cgan"), "-m", "otsu", "--rounds", "1", "--json"]
    told = json.loads(program("bench", "models", "--data", pages, *words).stdout)
    assert "cgan" in json.dumps(told)
