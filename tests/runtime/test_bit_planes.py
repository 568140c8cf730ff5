"""Planes of one-bit weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docbin.errors import InputError
from docbin.runtime.bit_planes import pack_signs, unpack_signs


@given(st.integers(0, 2**32), st.integers(1, 200), st.integers(1, 3))
def test_signs_come_back_and_each_bit_is_where_the_format_says(seed, channels, rows):
    signs = np.random.default_rng(seed).choice([-1, 1], (rows, channels)).astype(np.int8)
    planes = pack_signs(signs)
    assert planes.shape == (rows, -(-channels // 8))
    assert planes.dtype == np.uint8
    for row in range(rows):
        for channel in range(channels):
            bit = int(planes[row, channel // 8]) >> (channel % 8) & 1
            assert 2 * bit - 1 == signs[row, channel]
        assert int(planes[row, -1]) >> ((channels - 1) % 8 + 1) == 0
    np.testing.assert_array_equal(unpack_signs(planes, channels), signs)


@pytest.mark.parametrize(
    "signs",
    [
        np.array([[1, 0]]),
        np.array([[1, 2]]),
        np.ones((2, 0), np.int8),
        np.ones(3, np.float32),
        np.ones(3, np.uint8),
        np.int8(1),
    ],
)
def test_what_is_no_sign_is_refused(signs):
    with pytest.raises(InputError, match="signs"):
        pack_signs(np.asarray(signs))


@pytest.mark.parametrize("channels", [0, 8, 17])
def test_bytes_that_do_not_fit_are_refused(channels):
    with pytest.raises(InputError, match="2 bytes"):
        unpack_signs(np.zeros((1, 2), np.uint8), channels)
