"""What every method of the table keeps to."""

from __future__ import annotations

import dataclasses
import inspect
import io
import tomllib

import golden
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import docbin
from docbin import kernels
from docbin.binarizer import Banded, Binarizer
from docbin.errors import UsageError
from docbin.image import as_gray, pack
from docbin.io import open_source
from docbin.methods import METHODS
from docbin.streaming import packed_bands

NAMES = list(METHODS)
KINDS = ("global", "local", "structural", "color", "map", "network", "automatic")


@pytest.fixture(scope="module")
def page():
    return golden.page()


@pytest.fixture(params=NAMES)
def method(request):
    return golden.create(request.param)


def test_drawn_page_is_the_same_everywhere(page):
    passport = tomllib.loads(golden.PASSPORT.read_text(encoding="utf-8"))
    assert golden.hashlib.sha256(page.tobytes()).hexdigest() == passport["page_sha256"]


def test_result_is_a_mask_and_the_input_is_unchanged(method, page):
    before = page.copy()
    mask = method(page)
    assert mask.dtype == np.bool_
    assert mask.shape == page.shape
    assert np.array_equal(page, before)
    # A map of scores is no page: what is found there may be nothing.
    assert method.kind == "map" or mask.any()
    assert mask.mean() < 0.6


def test_color_read_only_and_strided_pages(method, page):
    frozen = page.copy()
    frozen.flags.writeable = False
    expected = method(page)
    assert np.array_equal(docbin.binarize(frozen, method), expected)
    wide = np.zeros((page.shape[0], 2 * page.shape[1]), np.uint8)
    wide[:, ::2] = page
    assert np.array_equal(docbin.binarize(wide[:, ::2], method), expected)
    color = np.stack([page, page, page], axis=2)
    assert np.array_equal(as_gray(color), page)
    assert docbin.binarize(color, method).shape == page.shape


@pytest.mark.parametrize("value", [0, 7, 128, 255])
@pytest.mark.parametrize("shape", [(40, 60), (1, 1), (1, 9), (9, 1), (2, 2)])
def test_flat_pages_stay_blank(method, shape, value):
    mask = method(np.full(shape, value, np.uint8))
    # Pure black may be all ink: formulas in which the threshold of black is 0 say so.
    assert not mask.any() or (value == 0 and mask.all())


@pytest.mark.parametrize("shape", [(1, 2), (2, 1), (1, 70), (70, 1), (3, 5), (17, 33)])
def test_tiny_pages(method, shape):
    noise = np.random.default_rng(5).integers(0, 256, shape).astype(np.uint8)
    mask = method(noise)
    assert mask.shape == shape
    assert mask.dtype == np.bool_


@settings(max_examples=15)
@given(data=st.data())
@pytest.mark.parametrize("name", NAMES)
def test_any_small_page_works(name, data):
    shape = data.draw(st.tuples(st.integers(1, 24), st.integers(1, 24)))
    image = data.draw(arrays(np.uint8, shape))
    method = golden.create(name)
    mask = method(image)
    assert mask.shape == shape
    assert np.array_equal(mask, method(image))


def test_threads_do_not_change_the_result(method, page):
    with kernels.limit_threads(1):
        one = method(page)
    for count in (2, 3):
        with kernels.limit_threads(count):
            assert np.array_equal(method(page), one)


def test_bands_give_the_whole_pages_result(method, page):
    assert method.passes in (0, 1, 2)
    if method.passes == 0:
        source = next(open_source(_pgm(page)))
        with pytest.raises(UsageError, match="whole page"):
            list(packed_bands(source, method))
        return
    assert isinstance(method, Banded)
    expected = pack(method(page))
    survey = None
    if method.passes == 2:
        for top in range(0, len(page), 29):
            part = method.survey(*_block(page, top, top + 29, method.halo))
            survey = part if survey is None else method.merge(survey, part)
    for step in (29, 64):
        rows = [
            method.packed(*_block(page, top, top + step, method.halo), survey)
            for top in range(0, len(page), step)
        ]
        assert np.array_equal(np.concatenate(rows), expected)


def _block(page, top, bottom, halo):
    first = max(0, top - halo)
    bottom = min(bottom, len(page))
    return np.ascontiguousarray(page[first : bottom + halo]), slice(top - first, bottom - first)


def _pgm(page):
    return b"P5 %d %d 255\n" % page.shape[::-1] + page.tobytes()


def test_whole_and_streamed_pages_agree(method, page):
    if method.passes == 0:
        pytest.skip(f"{type(method).__name__} needs the whole page")
    source = next(open_source(_pgm(page)))
    rows = np.concatenate(list(packed_bands(source, method)))
    assert np.array_equal(rows, pack(method(page)))


def test_methods_are_values(method):
    assert dataclasses.is_dataclass(method)
    assert isinstance(method, Binarizer)
    names = {name: getattr(docbin.methods, name) for name in docbin.methods.__all__}
    assert eval(repr(method), names) == method
    assert hash(method) == hash(dataclasses.replace(method))
    # Python 3.11 raises a TypeError here for a class with slots.
    with pytest.raises((AttributeError, TypeError)):
        method.anything = 1
    assert not hasattr(method, "__dict__")


@pytest.mark.parametrize("name", NAMES)
def test_misspelt_parameters_get_a_hint(name):
    fields = [field.name for field in dataclasses.fields(METHODS.load(name)) if field.init]
    with pytest.raises(UsageError, match=f"'{name}' has no parameter"):
        docbin.create(name, **{f"{fields[0]}x" if fields else "x": 1})
    for field in fields:
        for wrong in (float("nan"), "nonsense", [1]):
            with pytest.raises(UsageError, match=field):
                docbin.create(name, **{field: wrong})


def test_documentation(method):
    cls = type(method)
    assert cls.kind in KINDS
    text = inspect.getdoc(cls)
    assert text.splitlines()[0].endswith((".", ")."))
    if cls.kind != "automatic":
        assert "References\n----------" in text
        assert cls.citation.year > 1950
        assert cls.citation.title
        assert cls.citation.venue
        assert cls.citation.bibtex().startswith("@")
    for field in dataclasses.fields(cls):
        assert f"\n{field.name}" in text or f", {field.name}" in text, field.name


@pytest.mark.parametrize("name", NAMES)
def test_golden_mask(name, page):
    path = golden.FOLDER / f"{name}.png"
    assert path.is_file(), f"make it and look at it: python tests/support/golden.py {name}"
    passport = tomllib.loads(golden.PASSPORT.read_text(encoding="utf-8"))
    assert passport["sha256"][path.name] == golden.sha256(path)
    expected = docbin.read_mask(io.BytesIO(path.read_bytes()))
    wrong = int((golden.create(name)(page) != expected).sum())
    assert wrong == 0, f"{wrong} pixels differ from the golden mask"


def test_no_golden_mask_without_a_method():
    assert {path.stem for path in golden.FOLDER.glob("*.png")} == set(NAMES)
