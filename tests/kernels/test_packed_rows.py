"""Row kernels of packed networks are those of the twins, bit for bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docbin.kernels import extension
from docbin.kernels import reference_packed as twin

pytestmark = pytest.mark.skipif(extension is None, reason="there are no compiled kernels")

extents = {
    "height": st.integers(1, 6),
    "width": st.integers(1, 21),
    "channels": st.integers(1, 70),
    "seed": st.integers(0, 2**32 - 1),
    "extreme": st.booleans(),
}


def stream(shape, seed, extreme):
    """Return a stream; ``extreme`` holds the ends of the range and what is next to 0."""
    random = np.random.default_rng(seed)
    if extreme:
        return random.choice(np.array([-32768, -32767, -1, 0, 1, 32767], np.int16), shape)
    return random.integers(-32768, 32768, shape).astype(np.int16)


def equal(found, expected):
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == expected.dtype


@settings(max_examples=100, deadline=None)
@given(**extents)
def test_pooling_and_upsampling(height, width, channels, seed, extreme):
    even = stream((2 * height, 2 * width, channels), seed, extreme)
    equal(extension.packed_average2(even), twin.average2(even))
    equal(extension.packed_max2(even), twin.max2(even))
    equal(extension.packed_haar(even), twin.haar(even))
    odd = stream((height, width, channels), seed + 1, extreme)
    equal(extension.packed_max3(odd), twin.max3(odd))
    equal(extension.packed_upsample2(odd), twin.upsample2(odd))
    equal(extension.packed_upsample2_add(odd, even), twin.add(twin.upsample2(odd), even))


@settings(max_examples=100, deadline=None)
@given(**extents)
def test_haar_of_pages_and_back(height, width, channels, seed, extreme):
    page = (stream((2 * height, 2 * width, channels), seed, extreme) & 255).astype(np.uint8)
    equal(extension.packed_haar_page(page), twin.haar(page))
    bands = stream((height, width, 4 * channels), seed, extreme)
    equal(extension.packed_unhaar(bands), twin.unhaar(bands))


@settings(max_examples=100, deadline=None)
@given(**extents, bits=st.sampled_from([1, 4, 8]))
def test_numbers(height, width, channels, seed, extreme, bits):
    first, second = (stream((height, width, channels), seed + i, extreme) for i in (0, 1))
    equal(extension.packed_add(first, second), twin.add(first, second))
    a, slope, b = (stream((channels,), seed + i, extreme) for i in (2, 3, 4))
    slope = np.maximum(slope, -32767)
    equal(extension.packed_rprelu(first, a, slope, b), twin.rprelu(first, a, slope, b))
    mult = np.maximum(slope, 1)
    equal(extension.packed_quantise(first, a, mult, bits), twin.quantise(first, a, mult, bits))


@settings(max_examples=100, deadline=None)
@given(**extents, factor=st.sampled_from([2, 4, 8]))
def test_moves(height, width, channels, seed, extreme, factor):
    channels = min(channels, 16 if factor == 8 else 64)
    deep = stream((height, width, channels * factor**2), seed, extreme)[
        :, :, : 1024 // factor**2 * factor**2
    ]
    deep = np.ascontiguousarray(deep)
    wide = extension.packed_shuffle(deep, factor)
    equal(wide, twin.shuffle(deep, factor))
    equal(extension.packed_unshuffle(wide, factor), deep)


@settings(max_examples=100, deadline=None)
@given(**extents, threshold=st.integers(-32768, 32767), data=st.data())
def test_bits(height, width, channels, seed, extreme, threshold, data):
    logits = stream((height, width), seed, extreme)
    equal(
        extension.packed_threshold_bits(logits, threshold), twin.threshold_bits(logits, threshold)
    )
    four = stream((height, width, 4), seed, extreme)
    skip = data.draw(st.integers(0, 2 * width - 1))
    count = data.draw(st.integers(1, 2 * width - skip))
    plane = twin.shuffle(four, 2)[:, skip : skip + count, 0]
    bits = extension.packed_shuffled_bits(four, skip, count, threshold)
    equal(bits, twin.threshold_bits(plane, threshold))


def test_what_does_not_fit_is_refused():
    odd = np.zeros((3, 4, 5), np.int16)
    with pytest.raises(ValueError, match="even"):
        extension.packed_average2(odd)
    with pytest.raises(ValueError, match="multiple of 4"):
        extension.packed_unhaar(odd)
    with pytest.raises(ValueError, match="equal"):
        extension.packed_add(odd, odd[:2].copy())
    with pytest.raises(ValueError, match="channels"):
        extension.packed_rprelu(odd, *3 * [np.zeros(4, np.int16)])
    with pytest.raises(ValueError, match="factor"):
        extension.packed_shuffle(odd, 3)
    with pytest.raises(ValueError, match="1, 4 or 8"):
        extension.packed_quantise(odd, np.zeros(5, np.int16), np.ones(5, np.int16), 2)
    with pytest.raises(ValueError, match="wide"):
        extension.packed_shuffled_bits(np.zeros((1, 2, 4), np.int16), 2, 3, 0)
    with pytest.raises(ValueError, match="empty"):
        extension.packed_max3(np.zeros((0, 2, 4), np.int16))
