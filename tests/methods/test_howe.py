"""Howe's method: its energy against brute force, its choice of parameters, and real pages."""

import itertools

import numpy as np
import pytest

import docbin
from docbin.errors import UsageError
from docbin.methods import Howe, ISauvola
from docbin.ops.edges import edge_strengths, edges
from docbin.ops.laplacian import LaplacianEnergy
from docbin.ops.stable_cut import CANDIDATES


def energy_of(mask, page, method):
    """Return the energy of a mask straight from the formula."""
    gray = page.astype(float)
    framed = np.pad(gray, 1, mode="edge")
    laplacian = framed[:-2, 1:-1] + framed[2:, 1:-1] + framed[1:-1, :-2] + framed[1:-1, 2:]
    laplacian -= 4 * gray
    outshines = gray > gray.mean() + 2 * gray.std()  # the window is larger than the page
    ink = np.where(outshines, method.phi, -laplacian)
    total = np.where(mask, ink, laplacian).sum()
    edge = edges(edge_strengths(page, method.sigma_e), method.t_hi, method.t_lo)
    for y, x in np.ndindex(page.shape):
        for other in ((y, x + 1), (y + 1, x)):
            if other[0] == page.shape[0] or other[1] == page.shape[1]:
                continue
            dark = (y, x) if page[y, x] < page[other] else other
            total += method.c * (mask[y, x] != mask[other] and not edge[dark])
    return total


@pytest.mark.parametrize("seed", range(5))
def test_mask_has_the_least_energy_of_all(seed):
    random = np.random.default_rng(seed)
    page = random.integers(0, 256, (3, 4)).astype(np.uint8)
    method = Howe(c=int(random.integers(1, 300)), t_hi=0.4)
    mask = method(page)
    everything = [
        np.array(bits, bool).reshape(page.shape)
        for bits in itertools.product((0, 1), repeat=page.size)
    ]
    energies = [energy_of(candidate, page, method) for candidate in everything]
    least = min(energies)
    assert energy_of(mask, page, method) == least
    # Of equals the one with the least ink, contained in all others.
    for candidate, energy in zip(everything, energies, strict=True):
        assert energy > least or not (mask & ~candidate).any()


def drawn_page():
    """Return text-like bars on shaded, noisy paper, with a stain of soft borders, and the truth."""
    random = np.random.default_rng(3)
    y, x = np.mgrid[:160, :220]
    paper = 200 - 0.2 * x + 12 * np.sin(y / 17)
    paper -= 60 * np.exp(-((y - 120) ** 2 + (x - 150) ** 2) / 900)
    truth = np.zeros(paper.shape, bool)
    for top, left in itertools.product(range(12, 140, 20), range(15, 190, 30)):
        truth[top : top + 12, left : left + 4] = True
        truth[top + 4 : top + 8, left : left + 20] = True
    page = np.where(truth, paper * 0.4, paper) + random.normal(0, 4, paper.shape)
    return np.clip(np.round(page), 0, 255).astype(np.uint8), truth


@pytest.mark.parametrize("search", ["quick", "full"])
def test_drawn_page_is_found(search):
    page, truth = drawn_page()
    assert docbin.score(Howe(search=search)(page), truth).fm > 98.5


def test_tuned_is_what_was_used():
    page, _ = drawn_page()
    method = Howe().tuned(page)
    assert method.c > 0
    assert method.t_hi > 0
    assert eval(repr(method), {"Howe": Howe}) == method
    np.testing.assert_array_equal(method(page), Howe()(page))
    assert method.tuned(page) == method
    # One that is given is kept.
    assert Howe(c=113).tuned(page).c == 113
    assert Howe(t_hi=0.3).tuned(page).t_hi == 0.3


def test_choice_from_a_sample():
    """A large page of many copies: tiles from all over it lead to the same kind of mask."""
    page, truth = drawn_page()
    large, expected = np.tile(page, (5, 5)), np.tile(truth, (5, 5))
    mask = Howe(sample=200_000)(large)
    assert docbin.score(mask, expected).fm > 98.5
    energy = LaplacianEnergy.of(large, sigma=0.6, radius=20, phi=500)
    sample = energy.sample(200_000)
    assert sample.gray.shape == (3 * 256, 256)
    places = [(y, x) for y in range(3) for x in range(4)]
    found = [
        place
        for i in range(3)
        for place in places
        if np.array_equal(
            large[place[0] * 256 :, place[1] * 256 :][:256, :256],
            sample.gray[i * 256 :][:256],
        )
    ]
    assert len(set(found)) == 3
    assert energy.sample(10**9) is energy


def test_tiles_of_a_sample_do_not_touch():
    page, _ = drawn_page()
    sample = LaplacianEnergy.of(np.tile(page, (5, 5)), sigma=0.6, radius=20, phi=500)
    sample = sample.sample(150_000)
    tile = slice(256, 512)
    alone = LaplacianEnergy(sample.gray[tile], sample.strengths[tile], sample.terminal[tile])
    # Without weak edges, which hang together over seams.
    together, single = (part.masks(0.4, 0.4, (300,))[0] for part in (sample, alone))
    np.testing.assert_array_equal(together[tile], single)


def test_parameters_of_the_paper():
    costs, highs = CANDIDATES["full"]
    assert len(costs) * len(highs) == 363
    assert (costs[0], costs[-1], highs[0], highs[-1]) == (20, 5120, 0.15, 0.65)


def test_window_on_paper():
    assert Howe(window="3mm").at(300).window == 37
    assert Howe(window="3mm").at(600).window == 71


def test_wrong_parameters_are_refused():
    with pytest.raises(UsageError, match=r"t_hi is 1\.5"):
        Howe(t_hi=1.5)
    with pytest.raises(UsageError, match="search is 'best'"):
        Howe(search="best")
    with pytest.raises(UsageError, match=r"c is 0\.5; give a whole number"):
        Howe(c=0.5)


def test_real_pages(real_data):
    """Far better than the best fixed local threshold."""
    folder = real_data / "binarization" / "dibco2009"
    gains = []
    for name in ("H03", "P01", "P05"):
        page = next(iter(docbin.read_pages(folder / "img" / f"{name}.png"))).pixels
        truth = docbin.read_mask(folder / "gt" / f"{name}.png")
        fm = docbin.score(Howe()(page), truth).fm
        assert fm > 90
        gains.append(fm - docbin.score(ISauvola()(page), truth).fm)
    assert np.mean(gains) > 1
