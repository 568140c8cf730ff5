"""Stroke width: drawn strokes of known width."""

import numpy as np
import pytest

from docbin.ops.stroke import stroke_width


def bar(angle, width, size=220):
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    turn = np.deg2rad(angle)
    across = x * np.sin(turn) - y * np.cos(turn)
    along = x * np.cos(turn) + y * np.sin(turn)
    return (np.abs(across) < width / 2) & (np.abs(along) < size / 2 - 12)


@pytest.mark.parametrize("width", [2, 3, 4, 7, 10, 15])
@pytest.mark.parametrize("angle", [10, 20, 45, 70, 100, 130])
def test_width_of_a_bar_at_any_angle(angle, width):
    assert stroke_width(bar(angle, width)) == pytest.approx(width, abs=0.12 * width + 0.5)


@pytest.mark.parametrize("width", range(1, 12))
def test_upright_bars_are_exact(width):
    page = np.zeros((40, 90), bool)
    page[5 : 5 + width, 3:87] = True
    assert stroke_width(page) == width
    assert stroke_width(page.T) == width


def test_black_border_and_specks_do_not_move_it():
    rng = np.random.default_rng(5)
    page = np.zeros((600, 600), bool)
    for x in range(100, 500, 20):
        page[100:500, x : x + 4] = True
    clean = stroke_width(page)
    page[:, :60] = True
    page |= rng.random(page.shape) < 0.002
    assert clean == 4
    assert stroke_width(page) == pytest.approx(4, abs=0.5)


def test_blank_full_and_single_pixel():
    assert stroke_width(np.zeros((7, 9), bool)) == 0.0
    assert stroke_width(np.ones((1, 1), bool)) == 1.0
    assert stroke_width(np.ones((9, 400), bool)) == 9
    assert stroke_width(np.zeros((4, 1), bool)) == 0.0


def test_doubling_the_page_doubles_the_width():
    page = bar(30, 5)
    twice = page.repeat(2, 0).repeat(2, 1)
    assert stroke_width(twice) == pytest.approx(2 * stroke_width(page), rel=0.15)
