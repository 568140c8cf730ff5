"""Recipes: what they say comes back, and what they cannot say is refused in words."""

import dataclasses
import tomllib

import golden
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import docbin
from docbin import Recipe
from docbin.batch.setup import setup_of
from docbin.batch.toml_text import toml_of
from docbin.batch.treatment import STEPS, Treatment
from docbin.errors import InputError, OutputError, UsageError
from docbin.methods import METHODS, PIPELINES
from docbin.pipeline import Pipeline
from docbin.runtime.random_unet import random_unet
from docbin.runtime.shipped import index
from docbin.steps import Deskew, Despeckle

TEXT = st.text(st.characters(codec="utf-8"))
SCALAR = TEXT | st.integers(-(2**63), 2**63 - 1) | st.booleans() | st.floats(allow_nan=False)
TABLE = st.dictionaries(TEXT, SCALAR)


@given(st.dictionaries(TEXT, SCALAR | TABLE | st.lists(TABLE, min_size=1)))
def test_any_values_come_back(values):
    assert tomllib.loads(toml_of(values)) == values


def test_a_number_that_is_none_comes_back():
    assert np.isnan(tomllib.loads(toml_of({"k": float("nan")}))["k"])


def kept(recipe, folder):
    """Return a recipe that was written and read; it is written as it was read."""
    path = folder / "kept.toml"
    recipe.save(path, force=True)
    found = Recipe.load(path)
    assert found.text(folder).encode() == path.read_bytes()
    return found


@pytest.mark.parametrize("name", METHODS)
def test_every_method_has_a_recipe(name, tmp_path):
    recipe = Recipe(name, golden.weights(name) if name in PIPELINES else {})
    assert set(recipe.params) == {f.name for f in dataclasses.fields(METHODS.load(name))}
    assert kept(recipe, tmp_path) == recipe
    assert setup_of(recipe.treatment()) == setup_of(Treatment(name, recipe.params))


@given(
    k=st.integers(1, 3) | st.floats(0.01, 3),
    window=st.sampled_from([15, "2mm", "0.1in"]),
    steps=st.lists(st.sampled_from([STEPS.create(name) for name in STEPS]), unique=True),
    dpi=st.none() | st.integers(1, 1200) | st.floats(1, 1200),
    paper=st.sampled_from([None, "a4", "letter", "auto"]),
    format=st.sampled_from([None, "png", "tif", "tiff", "pdf", "pbm"]),
)
def test_recipes_come_back(tmp_path_factory, k, window, steps, dpi, paper, format):
    recipe = Recipe("sauvola", {"k": k, "window": window}, tuple(steps), dpi, paper, format)
    found = kept(recipe, tmp_path_factory.getbasetemp())
    assert found == recipe
    assert setup_of(found.treatment()) == setup_of(recipe.treatment())
    assert Recipe.of(found.treatment(), found.format) == found


def test_what_is_taken_where_nothing_is_named(tmp_path):
    """Also of pages too large to be held, whatever a later docbin takes."""
    recipe = kept(Recipe(), tmp_path)
    assert recipe.method == "net"
    assert recipe.treatment().for_huge_pages() == "auto"
    assert setup_of(recipe.treatment()) == setup_of(Treatment())
    assert Recipe("net").huge_pages is None


def test_a_recipe_is_a_binarizer():
    page = np.full((60, 80, 3), 220, np.uint8)
    page[10:50:8, 10:70] = 40
    page[30, 75] = 20
    recipe = Recipe("sauvola", {"window": "2mm"}, (Despeckle(),))
    found = docbin.binarize(page, recipe, dpi=200)
    by_hand = Pipeline((Despeckle(),), docbin.create("sauvola", window="2mm"))
    assert np.array_equal(found, docbin.binarize(page, by_hand, dpi=200))
    assert not np.array_equal(found, docbin.binarize(page, recipe, dpi=900))
    assert np.array_equal(found, dataclasses.replace(recipe, dpi=200)(page))
    assert docbin.Pipeline((Deskew(),), recipe)(page).shape == (60, 80)


HEAD = 'schema = 1\ndocbin = "0.1.0"\n'
SUM = "0" * 64


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("schema = ", InputError, "is no TOML: Invalid value"),
        ("\xff".encode("latin-1"), InputError, "is no TOML: 'utf-8' codec"),
        (
            'schema = 2\ndocbin = "9.1"\nnew = 1',
            InputError,
            r"schema 2, .* reads 1.*made with 9\.1",
        ),
        ("schema = 0\n", UsageError, "'schema' is 0; give 1"),
        ('schema = true\ndocbin = "1"\nmethod = "otsu"', UsageError, "'schema' is True; give a"),
        (HEAD, UsageError, "'method' is missing; --save-recipe writes one"),
        (HEAD + 'methode = "otsu"', UsageError, "no key 'methode'.*Did you mean 'method'?"),
        (HEAD + "method = 3", UsageError, "'method' is 3; give text"),
        (HEAD + 'method = "otso"', UsageError, "no method 'otso'. Did you mean 'otsu'?"),
        (HEAD + 'method = "otsu"\nstep = 3', UsageError, "'step' is 3; give tables"),
        (HEAD + 'method = "otsu"\nstep = [3]', UsageError, "a step has no name"),
        (HEAD + 'method = "otsu"\ndpi = -1', UsageError, "--dpi is -1"),
        (HEAD + 'method = "otsu"\nformat = "pgn"', UsageError, "Did you mean 'png'?"),
        (HEAD + 'method = "otsu"\npaper = "a44"', UsageError, "Did you mean 'a4'?"),
        (HEAD + 'method = "otsu"\nhuge-pages = "auta"', UsageError, "Did you mean 'auto'?"),
        (HEAD + 'method = "sauvola"\n[parameters]\nwindows = 3', UsageError, "mean 'window'?"),
        (HEAD + 'method = "sauvola"\n[parameters]\nk = "x"', UsageError, "k"),
        (HEAD + 'method = "sauvola"\n[parameters]\nk = [1]', UsageError, r"'k' of .* is \[1\]"),
        (HEAD + 'method = "otsu"\n[[step]]\nname = "deskev"', UsageError, "mean 'deskew'?"),
        (HEAD + 'method = "otsu"\n[[step]]\nname = "deskew"\nlimits = 3', UsageError, "'limit'?"),
        (HEAD + 'method = "net"\n[parameters]\nweights = "x"', UsageError, "table of their own"),
        (HEAD + 'method = "net"\n[weights]\nfile = "default"', UsageError, "'sha256' of"),
        (HEAD + f'method = "net"\n[weights]\nsum = "{SUM}"', UsageError, "no key 'sum' of"),
        (HEAD + f'method = "net"\n[weights]\nfile = "x"\nsha256 = "{SUM}"', InputError, "not here"),
        (
            HEAD + f'method = "net"\n[weights]\nfile = "default"\nsha256 = "{SUM}"',
            InputError,
            "have the sum .* the recipe's have 000",
        ),
    ],
)
def test_what_is_no_recipe(tmp_path, text, kind, words):
    path = tmp_path / "a.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(kind, match=words) as caught:
        Recipe.load(path)
    assert "a.toml'" in str(caught.value)
    assert caught.value.exit_code == {UsageError: 2, InputError: 3}[kind]


def test_files_that_cannot_be_read(tmp_path):
    for name in ("gone.toml", ".", "a\0b"):
        with pytest.raises(InputError, match="cannot be read"):
            Recipe.load(tmp_path / name)
    large = tmp_path / "large"
    large.write_bytes(b"#" * (2 << 20))
    with pytest.raises(InputError, match="shorter than a megabyte"):
        Recipe.load(large)


def test_nothing_is_overwritten(tmp_path):
    path = tmp_path / "a.toml"
    Recipe("otsu").save(path)
    Recipe("otsu").save(path)  # the same
    with pytest.raises(OutputError, match="exists"):
        Recipe("sauvola").save(path)
    Recipe("sauvola").save(path, force=True)
    assert Recipe.load(path).method == "sauvola"


def test_weights_move_with_the_recipe(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    (here / "own.docbin").write_bytes(random_unet(0, widths=(8, 8)).to_bytes())
    recipe = Recipe("net", {"weights": str(here / "own.docbin")})
    recipe.save(here / "a.toml")
    here.rename(there)
    found = Recipe.load(there / "a.toml")
    assert found.weights == recipe.weights
    assert found.params["weights"] == str(there / "own.docbin")
    # Elsewhere, and by another name: the sum decides.
    (there / "own.docbin").rename(tmp_path / "other.docbin")
    with pytest.raises(InputError, match="--set weights=FILE"):
        Recipe.load(there / "a.toml")
    assert Recipe.load(there / "a.toml", weights=str(tmp_path / "other.docbin")) == (
        dataclasses.replace(recipe, params={"weights": str(tmp_path / "other.docbin")})
    )
    with pytest.raises(InputError, match="the recipe's have"):
        Recipe.load(there / "a.toml", weights="default")


def test_docbins_own_weights_are_found_by_their_sum(tmp_path):
    """What was a file of the user's, or had another role, may be among those that come along."""
    copy = tmp_path / "copy.docbin"
    copy.write_bytes(index()["small"].read_bytes())
    Recipe("net", {"weights": str(copy)}).save(tmp_path / "a.toml")
    copy.unlink()
    assert Recipe.load(tmp_path / "a.toml").params["weights"] == "small"


def test_steps_of_your_own_have_no_place():
    class Mine:
        def at(self, dpi):
            return self

        def refine(self, mask):
            return mask

    with pytest.raises(UsageError, match=r"is none of docbin's own \(border, "):
        Recipe("otsu", {}, (Mine(),)).text()
