"""binarize, choose, probability, create, methods."""

import numpy as np
import pytest
from PIL import Image

import docbin
from docbin.errors import InputError, UsageError


@pytest.fixture(scope="module")
def page():
    noise = np.random.default_rng(3).normal(0, 6, (120, 160))
    image = np.full((120, 160), 200.0) + noise
    image[30:34, 20:140] = 60
    image[60:90, 70:73] = 50
    return np.clip(image, 0, 255).astype(np.uint8)


def test_methods_is_a_function_and_a_package():
    assert "sauvola" in docbin.methods()
    assert docbin.methods.Sauvola is type(docbin.create("sauvola"))
    with pytest.raises(AttributeError, match="Nothing"):
        docbin.methods.Nothing  # noqa: B018


def test_binarize_is_the_method_called(page):
    assert np.array_equal(
        docbin.binarize(page, "sauvola", window=31, k=0.3),
        docbin.create("sauvola", window=31, k=0.3)(page),
    )


def test_the_input_is_never_changed(page):
    before = page.copy()
    docbin.binarize(page)
    assert np.array_equal(page, before)


def test_result_is_a_new_bool_array(page):
    mask = docbin.binarize(page)
    assert mask.dtype == np.bool_
    assert mask.shape == page.shape
    assert mask.flags.writeable


def test_auto_is_what_choose_returns(page):
    assert np.array_equal(docbin.binarize(page, "auto"), docbin.choose(page)(page))
    assert np.array_equal(
        docbin.binarize(page, "auto", dpi=600), docbin.choose(page, dpi=600)(page)
    )


def test_what_is_chosen_can_be_printed_and_read_back(page):
    chosen = docbin.choose(page, dpi=300)
    names = {name: getattr(docbin.methods, name) for name in docbin.methods.__all__}
    assert eval(repr(chosen), names) == chosen


def test_one_bit_pages_pass_through(page):
    mask = page < 100
    result = docbin.binarize(mask, "sauvola")
    assert np.array_equal(result, mask)
    assert not np.shares_memory(result, mask)
    assert np.array_equal(docbin.binarize(Image.fromarray(~mask)), mask)


@pytest.mark.parametrize("value", [90, 255])
def test_blank_pages_stay_blank(value):
    assert not docbin.binarize(np.full((50, 40), value, np.uint8)).any()


def test_a_callable_of_ones_own(page):
    assert np.array_equal(docbin.binarize(page, lambda gray: gray < 100), page < 100)


def test_a_callable_gets_plain_pixels(page):
    seen = []
    docbin.binarize(Image.fromarray(page), lambda gray: (seen.append(gray), gray < 9)[1])
    assert type(seen[0]) is np.ndarray
    assert seen[0].dtype == np.uint8


@pytest.mark.parametrize(
    ("answer", "message"),
    [(lambda gray: gray, "True for ink"), (lambda gray: gray[:5] < 9, "<lambda>")],
)
def test_a_callable_that_returns_no_mask(page, answer, message):
    with pytest.raises(InputError, match=message):
        docbin.binarize(page, answer)


@pytest.mark.parametrize(
    ("method", "params", "message"),
    [
        ("sauvolla", {}, "Did you mean 'sauvola'"),
        ("sauvola", {"windw": 3}, "Did you mean 'window'"),
        (len, {"k": 1}, "has its own already"),
        (7, {}, "give a name"),
        ("otsu", {"threads": 0}, "threads is 0"),
        ("otsu", {"threads": 2.5}, "threads is 2.5"),
        ("otsu", {"threads": True}, "threads is True"),
        ("otsu", {"dpi": -3}, "dpi is -3"),
        ("otsu", {"dpi": "many"}, "dpi is 'many'"),
        ("otsu", {"dpi": (300, 0)}, "horizontal and vertical"),
        ("otsu", {"dpi": float("nan")}, "dpi is nan"),
    ],
)
def test_wrong_calls_say_what_is_right(page, method, params, message):
    with pytest.raises(UsageError) as caught:
        docbin.binarize(page, method, **params)
    assert message in str(caught.value)


class Certain:
    """Sure of everything."""

    def __call__(self, image):
        return image < 128

    def probability(self, image):
        return (image < 128) * 1.0


def test_probability_of_a_method_that_has_one(page):
    field = docbin.probability(page, Certain())
    assert field.dtype == np.float32
    assert np.array_equal(field > 0.5, page < 128)


def test_probability_of_one_that_has_none(page):
    with pytest.raises(UsageError, match="'Otsu' gives no probability"):
        docbin.probability(page, "otsu")


class Resolved:
    """Remembers its resolution."""

    dpi = "not told"

    def at(self, dpi):
        self.dpi = dpi
        return self

    def __call__(self, image):
        return image < 128


@pytest.mark.parametrize(("given", "told"), [(None, None), (400, 400.0), ((200, 50), 100.0)])
def test_resolution_reaches_the_method(page, given, told):
    method = Resolved()
    docbin.binarize(page, method, dpi=given)
    assert method.dpi == told


def test_every_public_name_is_there():
    for name in docbin.__all__:
        assert getattr(docbin, name) is not None
    assert set(docbin.__all__) <= set(dir(docbin))
    with pytest.raises(AttributeError, match="binarise"):
        docbin.binarise  # noqa: B018
