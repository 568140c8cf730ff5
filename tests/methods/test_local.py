"""Local methods against their papers' formulas in plain Python, and known counts on real pages."""

from __future__ import annotations

import math

import golden
import numpy as np
import pytest

import docbin
from docbin.errors import UsageError
from docbin.image import as_gray


def windows(page, side):
    """Yield place, pixel and the window's values, clipped at the borders."""
    half = side // 2
    for y, x in np.ndindex(page.shape):
        part = page[max(0, y - half) : y + half + 1, max(0, x - half) : x + half + 1]
        yield (y, x), float(page[y, x]), part.astype(float)


def spread(part):
    return float(np.sqrt(np.mean((part - part.mean()) ** 2)))


def phansalkar(m, s, **_):
    m, s = m / 255, s / 255
    return 255 * m * (1 + 2 * math.exp(-10 * m) + 0.25 * (s / 0.5 - 1))


def singh(m, g, **_):
    d = (g - m) / 255
    return m * (1 + 0.2 * (d / (1 - d) - 1))


PAPERS = {
    "niblack": lambda m, s, **_: m - 0.2 * s,
    "sauvola": lambda m, s, **_: m * (1 + 0.2 * (s / 128 - 1)),
    "wolf": lambda m, s, least, most, **_: m - 0.5 * (1 - s / most) * (m - least),
    "nick": lambda m, s, **_: m - 0.2 * math.sqrt(s * s + m * m),
    "phansalkar": phansalkar,
    "singh": singh,
    "wan": lambda m, s, high, **_: (high + m) / 2 * (1 + 0.2 * (s / 128 - 1)),
    "bradley": lambda m, **_: m * 0.85,
}


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("side", [3, 9])
def test_threshold_is_the_papers(name, side):
    page = golden.page()[5:40, 5:50]
    parts = list(windows(page, side))
    most = max(spread(part) for _, _, part in parts)
    method = docbin.create(name, window=side)
    levels = method.threshold(page)
    assert levels.dtype == np.float32
    for place, g, part in parts:
        known = {"m": part.mean(), "s": spread(part), "g": g, "high": part.max()}
        expected = PAPERS[name](**known, least=float(page.min()), most=most)
        assert levels[place] == pytest.approx(expected, rel=2e-6, abs=2e-4)
    assert np.array_equal(method(page), page <= levels)


@pytest.mark.parametrize("name", PAPERS)
def test_a_window_larger_than_the_page_is_global(name):
    page = golden.page()[:30, :40]
    small, large = (docbin.create(name, window=side)(page) for side in (79, 4095))
    assert np.array_equal(small, large)


@pytest.mark.parametrize("name", PAPERS)
def test_a_length_on_paper(name):
    page = golden.page()
    assert docbin.create(name, window="2mm").at(600).window == 49
    result = docbin.binarize(page, name, window="2mm", dpi=600)
    assert np.array_equal(result, docbin.binarize(page, name, window=49))
    with pytest.raises(UsageError, match="at most 4095"):
        docbin.create(name, window="100mm").at(2400)


def test_two_millimetres_at_twice_the_resolution():
    """The same mask, up to half a percent of the pixels."""
    page = golden.page()
    large = page.repeat(2, axis=0).repeat(2, axis=1)
    one = docbin.binarize(page, "sauvola", window="2mm", dpi=300)
    two = docbin.binarize(large, "sauvola", window="2mm", dpi=600)
    assert (two != one.repeat(2, axis=0).repeat(2, axis=1)).mean() <= 0.005


@pytest.mark.parametrize("name", PAPERS)
def test_too_large_windows_are_refused(name):
    with pytest.raises(UsageError, match="at most 4095"):
        docbin.create(name, window=4097)


def test_wellner_is_the_papers():
    """The recursion of the moving average, pixel by pixel along the rows, forth and back."""
    page = golden.page()[5:40, 5:52]
    span, height, width = 6, *page.shape
    sums, level = np.zeros(page.shape), 127.0 * span
    for y in range(height):
        for x in range(width) if y % 2 == 0 else reversed(range(width)):
            level += float(page[y, x]) - level / span
            sums[y, x] = level
    mean = (sums + np.vstack([sums[:1], sums[:-1]])) / (2 * span)
    clear = np.abs(page - 0.85 * mean) > 1e-9
    mask = docbin.create("wellner", span=span)(page)
    assert np.array_equal(mask[clear], (page <= 0.85 * mean)[clear])
    assert 0 < mask.sum() < mask.size
    assert docbin.create("wellner", span=width // 8)(page).tobytes() == (
        docbin.create("wellner")(page).tobytes()
    )


# Counts of true positives, false positives and false negatives: see the data's reference figures.
KNOWN = [
    ("dibco2011/HW1", "sauvola", {"window": 25, "k": 0.2}, (57296, 24308, 3429)),
    ("dibco2011/HW1", "nick", {"window": 75, "k": -0.2}, (57470, 18168, 3255)),
    ("dibco2009/P01", "wolf", {"window": 75, "k": 0.2}, (39957, 16415, 278)),
    ("dibco2009/P01", "isauvola", {"window": 75, "k": 0.2}, (38792, 5485, 1443)),
    ("dibco2011/HW1", "otsu", {}, (59090, 55130, 1635)),
    ("dibco2009/P01", "otsu", {}, (38438, 5914, 1797)),
]


@pytest.mark.parametrize(("name", "method", "params", "counts"), KNOWN)
def test_known_counts_on_real_pages(real_data, name, method, params, counts):
    pages = {sample.name: sample for sample in docbin.Dataset.open(real_data / "binarization")}
    sample = pages[name]
    page = next(iter(docbin.read_pages(sample.image)))
    mask = docbin.binarize(as_gray(page.pixels), method, **params)
    truth = docbin.read_mask(sample.truth)
    found = ((mask & truth).sum(), (mask & ~truth).sum(), (~mask & truth).sum())
    assert tuple(int(count) for count in found) == counts
