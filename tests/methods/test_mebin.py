"""MEBin: against its direct definition, and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from docbin import kernels
from docbin.errors import InputError, UsageError
from docbin.kernels import reference
from docbin.methods import MEBin


@settings(max_examples=60)
@given(
    height=st.integers(1, 20),
    width=st.integers(1, 40),
    values=st.sampled_from([2, 5, 256]),
    connectivity=st.sampled_from([4, 8]),
    seed=st.integers(0, 2**32 - 1),
)
def test_counts_equal_the_twin_and_scipy(height, width, values, connectivity, seed):
    page = np.random.default_rng(seed).integers(0, values, (height, width)).astype(np.uint8)
    counts = kernels.superlevel_counts(page, connectivity)
    np.testing.assert_array_equal(counts, reference.superlevel_counts(page, connectivity))
    structure = ndimage.generate_binary_structure(2, 1 if connectivity == 4 else 2)
    expected = [ndimage.label(page > t, structure)[1] for t in range(256)]
    assert counts.tolist() == expected


def blobs(seed):
    """Return a smooth map of a few bumps with noise."""
    random = np.random.default_rng(seed)
    page = random.random((50, 70)) * 0.2
    y, x = np.mgrid[:50, :70]
    for _ in range(random.integers(0, 6)):
        top, left, size = random.integers(0, 50), random.integers(0, 70), random.uniform(4, 12)
        page += random.uniform(0.2, 1) * np.exp(-((y - top) ** 2 + (x - left) ** 2) / size**2)
    return page


def direct(scores, step, side, run):
    """Follow the definition: erode and count at every threshold."""
    scaled = np.round(255 * (scores - scores.min()) / (scores.max() - scores.min()))
    square = np.ones((side, side), bool)
    runs = []
    for t in range(255, -1, -step):
        above = scaled > t
        # Beyond the border counts as inside: the square is clipped.
        eroded = ndimage.binary_erosion(above, square, border_value=1)
        count = ndimage.label(eroded, np.ones((3, 3)))[1]
        if runs and runs[-1][0] == count:
            runs[-1] = (count, runs[-1][1] + 1, t)
        else:
            runs.append((count, 1, t))
    stable = [found for found in runs if found[0] > 0 and found[1] >= run]
    if not stable:
        return np.zeros(scores.shape, bool)
    longest = max(length for _, length, _ in stable)
    return scaled > next(t for _, length, t in stable if length == longest)


@pytest.mark.parametrize("seed", range(40))
def test_mask_is_that_of_the_definition(seed):
    random = np.random.default_rng(seed)
    step, side, run = random.choice([1, 4, 9]), random.choice([1, 2, 5, 6]), random.integers(1, 9)
    scores = blobs(seed)
    mask = MEBin(step=int(step), erosion=int(side), run=int(run)).of_scores(scores)
    np.testing.assert_array_equal(mask, direct(scores, step, side, run))


def test_two_parts_by_hand():
    """Two parts of 0.9 and 0.7: both for all thresholds from 195 down, the longer run."""
    scores = np.zeros((40, 60))
    scores[5:20, 5:20] = 0.9
    scores[25:38, 30:50] = 0.7
    scores[30, 2:20] = 0.8  # one pixel high: eroded, not counted, but in the mask
    mask = MEBin().of_scores(scores)
    np.testing.assert_array_equal(mask, scores > 0)


def test_nothing_stable_is_blank():
    ramp = np.tile(np.linspace(0, 1, 64), (20, 1))
    assert MEBin().of_scores(ramp).any()  # one part at all thresholds
    assert not MEBin(run=70).of_scores(ramp).any()
    assert not MEBin().of_scores(np.full((9, 9), 0.3)).any()


def test_images_are_dark_or_bright():
    page = np.full((40, 50), 230, np.uint8)
    page[10:22, 10:30] = 40
    np.testing.assert_array_equal(MEBin()(page), page == 40)
    np.testing.assert_array_equal(MEBin(sought="bright")(page), page == 230)
    np.testing.assert_array_equal(MEBin(sought="bright")(255 - page), page == 40)


def test_wrong_scores_and_parameters_are_refused():
    with pytest.raises(InputError, match="NaN"):
        MEBin().of_scores(np.array([[0, np.nan]]))
    with pytest.raises(InputError, match="shape"):
        MEBin().of_scores(np.zeros(4))
    with pytest.raises(UsageError, match="sought"):
        MEBin(sought="red")
    with pytest.raises(UsageError, match="step is 0"):
        MEBin(step=0)


def test_huge_range_of_scores():
    scores = np.zeros((20, 20))
    scores[4:14, 4:14], scores[0, 0] = 1.7e308, -1.7e308
    assert MEBin().of_scores(scores)[4:14, 4:14].all()
