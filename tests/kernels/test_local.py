"""Local thresholds: the kernels against their twins, and the sums against Python's integers."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from docbin import kernels
from docbin.kernels import reference
from docbin.kernels.reference_local import FORMULAS

NUMBERS = {
    "niblack": {"a": -0.2},
    "sauvola": {"a": 0.8, "b": 0.2 / 128},
    "wolf": {"a": 0.5, "b": 0.5 / 61.7, "c": 12.0},
    "nick": {"a": -0.2},
    "phansalkar": {"a": 0.75, "b": 0.25 / 127.5, "c": 2.0, "d": -10 / 255 / np.log(2)},
    "singh": {"a": 0.94, "b": 0.06, "c": 1 / 255},
    "wan": {"a": 0.8, "b": 0.2 / 128},
    "bradley": {"a": 0.85},
}
ODD = st.integers(1, 40).map(lambda half: 2 * half + 1)
# Rows from 64 pixels on are cut into segments.
SHAPES = st.tuples(st.integers(0, 70), st.integers(0, 50) | st.integers(64, 200))


def test_every_formula_is_tried():
    assert NUMBERS.keys() == FORMULAS.keys()


@pytest.mark.parametrize("formula", NUMBERS)
@settings(max_examples=40)
@given(data=st.data(), window=ODD, threads=st.integers(1, 3))
def test_kernels_equal_their_twins(formula, data, window, threads):
    shape = data.draw(SHAPES)
    few = st.sampled_from([0, 1, 7, 100, 101, 254, 255])
    gray = data.draw(arrays(np.uint8, shape, elements=st.one_of(few, st.integers(0, 255))))
    extra = data.draw(st.none() | arrays(np.uint8, shape))
    numbers = NUMBERS[formula] | {"extra": extra}
    levels = kernels.local_levels(gray, window, formula, **numbers, threads=threads)
    expected = reference.local_levels(gray, window, formula, **numbers)
    assert levels.tobytes() == expected.tobytes()
    top = data.draw(st.integers(0, shape[0]))
    bottom = data.draw(st.integers(top, shape[0]))
    rows = {"top": top, "bottom": bottom}
    bits = kernels.local_threshold(gray, window, formula, **numbers, **rows, threads=threads)
    assert np.array_equal(bits, np.packbits((gray <= expected)[top:bottom], axis=1))
    most = kernels.largest_deviation(gray, window, top, bottom, threads)
    assert most == reference.largest_deviation(gray, window, top, bottom)


@pytest.mark.parametrize("window", [15, 363])
@pytest.mark.parametrize("formula", ["niblack", "sauvola", "wolf", "nick", "phansalkar", "wan"])
def test_pixels_next_to_their_threshold_are_decided_exactly(formula, window):
    """Pages whose pixels lie on T or a rounding beside it, where rough sums would not do."""
    rng = np.random.default_rng(window)
    near = {
        "niblack": {"a": 1e-6},
        "nick": {"a": -1e-6},
        "sauvola": {"a": 1.0, "b": 1e-7},
        "wolf": {"a": 1e-6, "b": 1e-7, "c": 3.0},
        "phansalkar": {"a": 1.0, "b": 1e-7, "c": 1e-6, "d": -0.05},
        "wan": {"a": 1.0, "b": 1e-7},
    }[formula]
    for low, high in ((0, 1), (0, 2), (254, 256), (99, 102), (128, 129)):
        gray = rng.integers(low, high, (90, 431)).astype(np.uint8)
        gray[:, 200:] = gray[:, 200:].max()
        for numbers in (near, NUMBERS[formula]):
            numbers = numbers | {"extra": gray}
            bits = kernels.local_threshold(gray, window, formula, **numbers, top=0, bottom=90)
            level = reference.local_levels(gray, window, formula, **numbers)
            assert np.array_equal(bits, np.packbits(gray <= level, axis=1))


@given(data=st.data(), window=ODD, threads=st.integers(1, 3))
def test_wan_finds_the_lightest_pixels_itself(data, window, threads):
    shape = data.draw(SHAPES)
    gray = data.draw(arrays(np.uint8, shape))
    top = data.draw(st.integers(0, shape[0]))
    rows = {"top": top, "bottom": data.draw(st.integers(top, shape[0]))}
    bits = kernels.wan_threshold(gray, window, **NUMBERS["wan"], **rows, threads=threads)
    assert np.array_equal(bits, reference.wan_threshold(gray, window, **NUMBERS["wan"], **rows))


@pytest.mark.parametrize("window", [3, 75, 401])
def test_bands_on_threads_are_the_whole_page(window):
    """Rows enough for several bands for each thread; the widest sums beyond 361 pixels."""
    gray = np.random.default_rng(window).integers(0, 256, (2000, 61 + window)).astype(np.uint8)
    rows = {"top": 5, "bottom": 1990}
    expected = reference.wan_threshold(gray, window, **NUMBERS["wan"], **rows)
    most = reference.largest_deviation(gray, window, **rows)
    for threads in (1, 2, 5):
        found = kernels.wan_threshold(gray, window, **NUMBERS["wan"], **rows, threads=threads)
        assert np.array_equal(found, expected)
        assert kernels.largest_deviation(gray, window, **rows, threads=threads) == most


@pytest.mark.parametrize("window", [9, 259, 401])
def test_largest_deviation_of_wide_pages(window):
    """Windows inside and clipped, in narrow and in wide sums."""
    gray = np.random.default_rng(window).integers(0, 256, (20, 700)).astype(np.uint8)
    gray[:, 300:340] = 255
    found = kernels.largest_deviation(gray, window, 0, 20, 2)
    assert found == reference.largest_deviation(gray, window, 0, 20)


@given(data=st.data(), window=ODD, threads=st.integers(1, 3))
def test_statistics_equal_their_twin(data, window, threads):
    gray = data.draw(arrays(np.uint8, st.tuples(st.integers(0, 40), st.integers(0, 40))))
    for found, expected in zip(
        kernels.window_statistics(gray, window, threads),
        reference.window_statistics(gray, window),
        strict=True,
    ):
        assert np.array_equal(found, expected)


@pytest.mark.parametrize("window", [257, 361, 363, 601, 1999, 4095])
@pytest.mark.parametrize("kind", ["white", "checkered", "dark"])
def test_large_windows_are_exact(window, kind):
    """The largest sums there are, against integers of any size."""
    shape = (700, 640)
    y, x = np.mgrid[: shape[0], : shape[1]]
    values = {"white": 255 + 0 * y, "checkered": 254 + (x + y) % 2, "dark": (x + y) % 3 // 2}
    gray = values[kind].astype(np.uint8)
    mean, variance = kernels.window_statistics(gray, window, 2)
    levels = kernels.local_levels(gray, window, "sauvola", **NUMBERS["sauvola"], threads=2)
    assert (
        levels.tobytes()
        == reference.local_levels(gray, window, "sauvola", **NUMBERS["sauvola"]).tobytes()
    )
    for row, column in ((0, 0), (350, 320), (699, 639), (128, 640 - 129), (350, 5)):
        half = window // 2
        rows = slice(max(0, row - half), row + half + 1)
        part = gray[rows, max(0, column - half) : column + half + 1]
        count, total = part.size, int(part.sum(dtype=np.int64))
        squares = int((part.astype(np.int64) ** 2).sum())
        assert mean[row, column] == total / count
        assert variance[row, column] == (count * squares - total * total) / (count * count)


def test_a_page_as_large_as_the_largest_window():
    gray = np.full((4095, 4095), 255, np.uint8)
    gray[::2, ::2] = 0
    mean, variance = kernels.window_statistics(gray, 4095, 1)
    count, dark = 4095**2, 2048**2
    total = 255 * (count - dark)
    middle = (2047, 2047)
    assert mean[middle] == total / count
    assert variance[middle] == (count * 255 * total - total * total) / (count * count)


@pytest.mark.parametrize("window", [4, 4097])
def test_wrong_windows_are_refused(window):
    gray = np.zeros((3, 3), np.uint8)
    with pytest.raises(ValueError, match="window must be"):
        kernels.window_statistics(gray, window)
    with pytest.raises(ValueError, match="window must be"):
        kernels.local_levels(gray, window, "bradley", a=1.0)


def test_wrong_arrays_are_refused():
    gray = np.zeros((3, 3), np.uint8)
    with pytest.raises(ValueError, match="no such rows"):
        kernels.local_threshold(gray, 3, "bradley", a=1.0, top=2, bottom=4)
    with pytest.raises(ValueError, match="shape of gray"):
        kernels.local_levels(gray, 3, "wan", a=1.0, extra=np.zeros((2, 3), np.uint8))
    with pytest.raises(ValueError, match="no formula"):
        kernels.local_levels(gray, 3, "sauvolla", a=1.0)


def test_an_impossible_wish_for_kernels_is_an_error():
    code = "import docbin.kernels"
    environment = dict(os.environ, DOCBIN_KERNELS="sse9")
    run = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if kernels.extension is None:
        pytest.skip("the compiled kernels are not installed")
    assert "DOCBIN_KERNELS is 'sse9'" in run.stderr
