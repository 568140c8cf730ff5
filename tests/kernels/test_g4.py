"""The G4 kernel against its twin and against libtiff's decoder."""

import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from docbin import kernels
from docbin.errors import InputError
from docbin.io.g4 import G4Coder, g4_encode
from docbin.kernels import reference


def decode(data: bytes, width: int, height: int) -> np.ndarray:
    """Let libtiff decode: a TIFF of nothing but the tags it needs."""
    tags = [
        (256, width), (257, height), (258, 1), (259, 4), (262, 0),
        (273, 8), (277, 1), (278, height), (279, len(data)),
    ]  # fmt: skip
    ifd = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", t, 4, 1, v) for t, v in tags)
    file = b"II*\0" + struct.pack("<I", 8 + len(data)) + data + ifd + bytes(4)
    with Image.open(io.BytesIO(file)) as image:
        return ~np.asarray(image, dtype=bool)


def random_mask(seed: int, height: int, width: int, density: float) -> np.ndarray:
    """Runs of ink that lie near those of the row above, as in writing, and some noise."""
    rng = np.random.default_rng(seed)
    steps = rng.random((height, width)) < density / 4
    runs = np.cumsum(steps, axis=1) % 2 == 1
    if rng.random() < 0.5 and height > 1:
        runs = runs[np.maximum(np.arange(height) - rng.integers(0, 3, height), 0)]
    return runs ^ (rng.random((height, width)) < density / 20)


masks = st.one_of(
    hnp.arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 140))),
    st.builds(
        random_mask,
        st.integers(0, 2**32),
        st.integers(1, 30),
        st.integers(1, 700),
        st.floats(0, 1),
    ),
)


@settings(max_examples=200)
@given(masks)
def test_libtiff_decodes_what_we_code(mask):
    height, width = mask.shape
    data = g4_encode(np.packbits(mask, axis=1), width)
    np.testing.assert_array_equal(decode(data, width, height), mask)


@settings(max_examples=200)
@given(masks, st.integers(0, 7), st.integers(0, 255))
def test_kernel_equals_twin(mask, head_bits, head):
    packed = np.packbits(mask, axis=1)
    cut = len(packed) // 2
    args = (packed[cut:], mask.shape[1], packed[:cut], head & ~(255 >> head_bits), head_bits)
    kernel, kernel_bits = kernels.g4_encode(*args)
    twin, twin_bits = reference.g4_encode(*args)
    assert kernel_bits == twin_bits
    np.testing.assert_array_equal(kernel, twin)


@settings(max_examples=100)
@given(masks, st.lists(st.integers(0, 12), max_size=6))
def test_bands_give_the_same_bytes_as_the_page(mask, cuts):
    packed = np.packbits(mask, axis=1)
    coder = G4Coder(mask.shape[1])
    bands = np.split(packed, sorted(min(cut, len(packed)) for cut in cuts))
    data = b"".join([*map(coder.code, bands), coder.finish()])
    assert data == g4_encode(packed, mask.shape[1])


@pytest.mark.parametrize("ink_first", [False, True])
def test_every_run_length_of_both_colours(ink_first):
    # One run of 0 to 2700 pixels, then the other colour: every code word of both tables.
    width = 5400
    rows = np.arange(width)[None] < np.arange(0, 2701)[:, None]
    mask = np.zeros((2 * len(rows), width), bool)
    mask[::2] = rows if ink_first else ~rows
    data = g4_encode(np.packbits(mask, axis=1), width)
    np.testing.assert_array_equal(decode(data, width, len(mask)), mask)


@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (5, 64), (4, 65), (2, 20000)])
@pytest.mark.parametrize("ink", [False, True])
def test_flat_pages(shape, ink):
    mask = np.full(shape, ink)
    data = g4_encode(np.packbits(mask, axis=1), shape[1])
    np.testing.assert_array_equal(decode(data, shape[1], shape[0]), mask)


def test_checkerboard_grows_the_buffer():
    # The worst page for G4: longer than the page itself.
    mask = np.indices((257, 1001)).sum(axis=0) % 2 == 0
    packed = np.packbits(mask, axis=1)
    data = g4_encode(packed, 1001)
    assert len(data) > packed.size // 4
    np.testing.assert_array_equal(decode(data, 1001, 257), mask)
    noise = np.random.default_rng(1).random((400, 999)) < 0.5
    data = g4_encode(np.packbits(noise, axis=1), 999)
    assert len(data) > noise.size // 8
    np.testing.assert_array_equal(decode(data, 999, 400), noise)


@given(st.binary(min_size=18, max_size=18))
def test_bits_past_the_width_are_ignored(data):
    packed = np.frombuffer(data, np.uint8).reshape(6, 3)
    clean = packed & np.array([255, 255, 0b11100000], np.uint8)
    assert g4_encode(packed, 19) == g4_encode(clean, 19)


def test_strided_rows_are_taken():
    packed = np.arange(64, dtype=np.uint8).reshape(8, 8)
    assert g4_encode(packed[::2, ::2], 32) == g4_encode(packed[::2, ::2].copy(), 32)


@pytest.mark.parametrize(
    ("packed", "width"),
    [
        (np.zeros((2, 2), np.uint8), 0),
        (np.zeros((2, 2), np.uint8), 17),
        (np.zeros((2, 2), bool), 16),
        (np.zeros(2, np.uint8), 16),
    ],
)
def test_wrong_rows_are_refused(packed, width):
    with pytest.raises(InputError):
        g4_encode(packed, width)


@pytest.mark.skipif(kernels.extension is None, reason="the extension is not built")
def test_the_kernel_checks_its_arguments():
    rows = np.zeros((2, 2), np.uint8)
    for arguments in [
        (rows, 17, rows), (rows, 0, rows), (rows, 16, np.zeros((1, 3), np.uint8)),
        (rows, 16, rows, 0, 8), (rows, 16, rows, 0, -1), (rows, 16, rows, 256, 1),
    ]:  # fmt: skip
        with pytest.raises(ValueError, match=r"must be"):
            kernels.extension.g4_encode(*arguments)
