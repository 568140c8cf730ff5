"""What is a page, and what is a picture of something else."""

from __future__ import annotations

import numpy as np
import pytest

from docbin.image import rgb_to_gray
from docbin.ops.paper_surface import is_paper
from docbin.steps import RemoveSeals
from docbin.synth.seals import SEALS, sealed


def looked_at(picture):
    gray = rgb_to_gray(picture)
    return is_paper(picture, gray, gray < 90)


@pytest.fixture
def page():
    """Yellowed paper, darker to the right, with lines of writing."""
    light = np.linspace(1.0, 0.6, 400)[None, :, None]
    picture = np.full((300, 400, 3), (235, 220, 180)) * light
    picture[40:260:20, 30:370:2] = (50, 45, 40)
    return np.rint(picture).astype(np.uint8)


def test_shaded_and_yellowed_paper_is_paper(page):
    assert looked_at(page)
    page[100:200, 250:350] = (190, 40, 40)  # a seal
    assert looked_at(page)


def test_a_dark_surrounding_is_none(page):
    page[:, :120] = 20
    assert not looked_at(page)


def test_many_colours_are_none(page):
    page[:, :120] = (120, 200, 140)
    page[120:, 120:] = (120, 160, 230)
    assert not looked_at(page)


def test_steps_of_light_are_none():
    """Bricks: gray, but their light jumps from one to the next."""
    light = np.random.default_rng(0).integers(110, 250, (10, 13), np.uint8)
    picture = np.stack([light.repeat(30, 0).repeat(30, 1)] * 3, axis=2)
    assert not looked_at(picture)


def test_a_seal_on_a_picture_stays():
    """The same seal goes from a page, and stays where half of the picture is another scene."""
    page = sealed(2, SEALS["development-leaves"], 400, 500, fonts=[]).image
    assert RemoveSeals().prepare(page) is not page
    wide = np.concatenate([page, np.full_like(page, 25)], axis=1)
    assert RemoveSeals().prepare(wide) is wide
