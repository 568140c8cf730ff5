"""Generated pages: the same for a seed, with exact truth, degraded as asked."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from docbin import synth
from docbin.errors import InputError, UsageError

SMALL = {"width": 310, "height": 260, "dpi": 100}


def digest(page):
    return hashlib.sha256(page.image.tobytes() + page.truth.tobytes()).hexdigest()[:16]


@pytest.mark.parametrize("layout", synth.LAYOUTS)
def test_layouts_have_text(layout):
    image, truth = synth.page(2, 620, 500, 100, layout=layout, degradations=())
    assert image.shape == (500, 620, 3)
    assert image.dtype == np.uint8
    assert truth.dtype == np.bool_
    assert 0.01 < truth.mean() < 0.25
    # Without degradations ink and paper are apart: the truth is where it is dark.
    gray = image.astype(int).sum(axis=2) / 3
    assert gray[truth].max() <= gray[~truth].min()


def test_one_seed_one_page():
    every = [*synth.DEGRADATIONS]
    first, again = (synth.page(5, **SMALL, degradations=every) for _ in range(2))
    np.testing.assert_array_equal(first.image, again.image)
    np.testing.assert_array_equal(first.truth, again.truth)
    assert (synth.page(6, **SMALL).truth != first.truth).any()


def test_pixels_are_written_down():
    """These pages are what every machine must make."""
    assert digest(synth.page(5, **SMALL, degradations=[*synth.DEGRADATIONS])) == "174df472cc9fedde"
    assert digest(synth.page(7, **SMALL, layout="letter")) == "5f77d1e478a1b263"


@pytest.mark.parametrize("name", synth.DEGRADATIONS)
def test_degradations(name):
    plain, truth = synth.page(3, **SMALL, degradations=())
    degraded, same = synth.page(3, **SMALL, degradations=[name])
    np.testing.assert_array_equal(truth, same)
    assert degraded.shape == plain.shape
    assert degraded.dtype == np.uint8
    assert (degraded != plain).any()
    before = plain.copy()
    plain.flags.writeable = False
    synth.DEGRADATIONS[name](plain, truth, np.random.default_rng(1), 1.0)
    np.testing.assert_array_equal(plain, before)
    harder = synth.page(3, **SMALL, degradations=[(name, 2.0)]).image
    change, more = (np.abs(it.astype(int) - plain).mean() for it in (degraded, harder))
    assert more >= change


@pytest.mark.parametrize("name", sorted(set(synth.DEGRADATIONS) - {"jpeg", "border", "texture"}))
def test_strength_nought_changes_nothing(name):
    plain = synth.page(3, **SMALL, degradations=()).image
    np.testing.assert_array_equal(synth.page(3, **SMALL, degradations=[(name, 0)]).image, plain)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (7, 9), (33, 64)])
def test_tiny_pages(size):
    for layout in synth.LAYOUTS:
        page = synth.page(1, *size, 72, layout=layout, degradations=[*synth.DEGRADATIONS])
        assert page.image.shape == (size[1], size[0], 3)


def test_fading_lightens_ink_alone():
    plain, truth = synth.page(3, **SMALL, degradations=())
    faded = synth.page(3, **SMALL, degradations=["fading"]).image
    assert faded[truth].mean() > plain[truth].mean() + 5
    assert abs(faded[~truth].mean() - plain[~truth].mean()) < 2


def test_border_keeps_off_text():
    plain, truth = synth.page(3, **SMALL, degradations=())
    image = synth.page(3, **SMALL, degradations=[("border", 5.0)]).image
    np.testing.assert_array_equal(image[truth], plain[truth])
    assert (image < 40).all(axis=2).sum() > truth.sum() / 10


def test_seals_are_red():
    plain = synth.page(3, **SMALL, degradations=()).image.astype(int)
    image = synth.page(3, **SMALL, degradations=["seals"]).image.astype(int)
    stamped = (plain - image).sum(axis=2) > 150
    assert stamped.any()
    assert (image[stamped, 0] > image[stamped, 1] + 30).mean() > 0.9


def test_verso_is_another_page_mirrored():
    verso = synth.coverage(np.random.default_rng([3, 1]), (260, 310), 100)
    plain = synth.page(3, **SMALL, degradations=()).image.astype(int)
    image = synth.page(3, **SMALL, degradations=["bleed-through"]).image.astype(int)
    through = (plain - image).sum(axis=2)
    scores = [(through * np.roll(verso[:, ::-1], shift, axis=0)).sum() for shift in range(260)]
    best = int(np.argmax(scores))
    assert 260 // 40 <= best <= 260 // 20
    assert scores[best] > 1.5 * np.mean(scores)


def test_gray_strength_and_functions():
    def invert(image, truth, rng, strength):
        assert strength == 0.5
        return 255 - image

    page = synth.page(1, **SMALL, gray=True, degradations=[invert], strength=0.5)
    assert page.image.shape == (260, 310)
    assert page.image[page.truth].mean() > page.image[~page.truth].mean()


def test_fonts(tmp_path):
    fonts = list(synth.font_files())
    if not fonts:
        pytest.skip("no font is installed on this system")
    _, truth = synth.page(1, **SMALL, fonts=[fonts[0]], degradations=())
    assert truth.any()
    assert list(synth.font_files(tmp_path)) == []
    (tmp_path / "x.ttf").write_bytes(b"no font")
    with pytest.raises(InputError, match="cannot be used as a font"):
        synth.page(1, **SMALL, fonts=[tmp_path / "x.ttf"])


def test_built_in_faces():
    masks = [synth.page(1, **SMALL, fonts=[name], degradations=()).truth for name in synth.FACES]
    assert len({mask.tobytes() for mask in masks}) == len(synth.FACES)


def test_wrong_names_and_numbers():
    with pytest.raises(UsageError, match="Did you mean 'stains'"):
        synth.page(degradations=["stain"])
    with pytest.raises(UsageError, match="layout"):
        synth.page(layout="pages")
    for wrong in ({"width": 0}, {"height": 1.5}, {"dpi": float("nan")}, {"strength": -1}):
        with pytest.raises(UsageError, match=next(iter(wrong))):
            synth.page(**wrong)


def test_numpy_is_enough():
    code = (
        "import sys; from docbin import synth; synth.page(1, 60, 60, 72); "
        "assert not {'PIL', 'cv2', 'scipy', 'skimage'} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
