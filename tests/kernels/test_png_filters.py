"""The PNG filters: the kernel against its twin, and the twin against the definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docbin import kernels
from docbin.kernels import reference

WIDTHS = st.integers(1, 70)
PIXEL_BYTES = st.sampled_from([1, 2, 3, 4, 6, 8])


@given(st.integers(0, 9), WIDTHS, PIXEL_BYTES, st.integers(0, 2**32 - 1))
def test_the_kernel_is_its_twin(rows, pixels, pixel_bytes, seed):
    rng = np.random.default_rng(seed)
    raw = rng.integers(0, 256, (rows, 1 + pixels * pixel_bytes), dtype=np.uint8)
    raw[:, 0] = rng.choice([0, 1, 2, 3, 4, 4, 4], rows)
    above = rng.integers(0, 256, pixels * pixel_bytes, dtype=np.uint8)
    before = raw.copy(), above.copy()
    np.testing.assert_array_equal(
        kernels.png_unfilter(raw, above, pixel_bytes),
        reference.png_unfilter(raw, above, pixel_bytes),
    )
    np.testing.assert_array_equal(raw, before[0])
    np.testing.assert_array_equal(above, before[1])


def filtered(kind, left, up, corner):
    if kind == 4:
        guess = left + up - corner
        distances = [abs(guess - left), abs(guess - up), abs(guess - corner)]
        return [left, up, corner][distances.index(min(distances))]
    return [0, left, up, (left + up) // 2][kind]


@pytest.mark.parametrize("pixel_bytes", [1, 3, 8])
@pytest.mark.parametrize("kernel", [kernels, reference], ids=["kernel", "twin"])
def test_filtering_undone_is_the_page(kernel, pixel_bytes):
    rng = np.random.default_rng(4)
    page = rng.integers(0, 256, (12, 40 * pixel_bytes)).cumsum(axis=1) % 251
    padded = np.pad(page, ((1, 0), (pixel_bytes, 0)))
    raw = np.zeros((12, 1 + page.shape[1]), np.uint8)
    for y in range(12):
        kind = raw[y, 0] = [0, 1, 2, 3, 4, 4, 4, 4, 4, 3, 4, 1][y]
        for x in range(page.shape[1]):
            left, up, corner = padded[y + 1, x], padded[y, x + pixel_bytes], padded[y, x]
            raw[y, x + 1] = (page[y, x] - filtered(kind, int(left), int(up), int(corner))) % 256
    above = np.zeros(page.shape[1], np.uint8)
    np.testing.assert_array_equal(kernel.png_unfilter(raw, above, pixel_bytes), page)


@pytest.mark.parametrize("kernel", [kernels, reference], ids=["kernel", "twin"])
def test_an_unknown_filter_is_refused(kernel):
    with pytest.raises(ValueError, match="filter"):
        kernel.png_unfilter(np.full((1, 3), 5, np.uint8), np.zeros(2, np.uint8), 1)


@pytest.mark.skipif(kernels.extension is None, reason="the extension is not built")
@pytest.mark.parametrize(
    ("raw", "above", "pixel_bytes"),
    [((2, 3), 3, 1), ((2, 4), 3, 2), ((2, 1), 0, 1), ((2, 6), 5, 5), ((2, 4), 3, 0)],
)
def test_wrong_shapes_are_refused(raw, above, pixel_bytes):
    with pytest.raises(ValueError, match=r"must|filter"):
        kernels.png_unfilter(np.zeros(raw, np.uint8), np.zeros(above, np.uint8), pixel_bytes)
