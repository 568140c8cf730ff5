"""LZW and PackBits: the kernels against their twins, and both against what they stand for."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from docbin import kernels
from docbin.kernels import reference


def memory():
    prefix, length = np.zeros(4096, np.uint16), np.zeros(4096, np.uint16)
    suffix = np.zeros(4096, np.uint8)
    length[:256] = 1
    suffix[:256] = np.arange(256)
    return prefix, length, suffix, np.array([0, 0, 258, -1, -1, 0, 0], np.int64)


def packed_bits(codes):
    """Write (code, bits) pairs, highest bit first."""
    text = "".join(f"{code:0{bits}b}" for code, bits in codes)
    text += "0" * (-len(text) % 8)
    return np.array([int(text[k : k + 8], 2) for k in range(0, len(text), 8)], np.uint8)


def decode(module, data, piece, room):
    """Decode to the end, or as far as it goes, in small pieces."""
    kept = memory()
    result = b""
    at = end = 0
    while True:
        out = np.empty(room, np.uint8)
        end = min(len(data), max(end, at + piece))
        used, made = module.lzw_decode(data[at:end], out, *kept)
        result += out[:made].tobytes()
        at += used
        if not used and not made:
            return result, [values.tolist() for values in kept]


def test_lzw_by_hand():
    # 7 7 7 8 8 as TIFF 6.0 shows it: clear, 7, 258 = (7 7), 8, 8, end.
    data = packed_bits([(code, 9) for code in (256, 7, 258, 8, 8, 257)])
    for module in (kernels, reference):
        assert decode(module, data, 100, 100)[0] == bytes([7, 7, 7, 8, 8])


@given(st.binary(max_size=300), st.integers(1, 40), st.integers(1, 40))
def test_lzw_twins_agree_on_anything(data, piece, room):
    values = np.frombuffer(data, np.uint8)
    answers = []
    for module in (kernels, reference):
        try:
            answers.append(decode(module, values, piece, room))
        except ValueError as error:
            answers.append(str(error))
    assert answers[0] == answers[1]


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.sampled_from([2, 5, 256]), st.integers(1, 9000))
def test_lzw_of_libtiff(seed, colors, room):
    # Enough for codes of all widths and for a clear code on the way.
    page = np.random.default_rng(seed).integers(0, colors, (90, 101), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(page).save(file, "TIFF", compression="tiff_lzw", tiffinfo={278: 90})
    with Image.open(file) as image:
        (offset,), (size,) = image.tag_v2[273], image.tag_v2[279]
    data = np.frombuffer(file.getvalue()[offset : offset + size], np.uint8)
    assert decode(kernels, data, 1000, room)[0] == page.tobytes()


def test_lzw_of_libtiff_by_the_twin():
    page = np.random.default_rng(1).integers(0, 3, (90, 101), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(page).save(file, "TIFF", compression="tiff_lzw", tiffinfo={278: 90})
    with Image.open(file) as image:
        (offset,), (size,) = image.tag_v2[273], image.tag_v2[279]
    data = np.frombuffer(file.getvalue()[offset : offset + size], np.uint8)
    assert decode(reference, data, 100, 333)[0] == page.tobytes()


def test_packbits_by_hand():
    data = np.array(
        [0xFE, 0xAA, 0x02, 0x80, 0x00, 0x2A, 0xFD, 0xAA, 0x80, 0x03, 0x80, 0, 0x2A, 0x22],
        np.uint8,
    )
    expected = "aaaaaa80002aaaaaaaaa80002a22"
    for module in (kernels, reference):
        out = np.empty(99, np.uint8)
        used, made = module.packbits_decode(data, out)
        assert (used, out[:made].tobytes().hex()) == (14, expected)


@given(st.binary(max_size=300), st.integers(0, 400))
def test_packbits_twins_agree_on_anything(data, room):
    values = np.frombuffer(data, np.uint8)
    answers = []
    for module in (kernels, reference):
        out = np.empty(room, np.uint8)
        used, made = module.packbits_decode(values, out)
        answers.append((used, out[:made].tobytes()))
    assert answers[0] == answers[1]


@pytest.mark.skipif(kernels.extension is None, reason="the extension is not in use")
def test_a_state_from_elsewhere_is_refused():
    out = np.empty(9, np.uint8)
    for index, value in ((1, 25), (2, 5000), (3, 4000), (4, 4000), (5, -1), (3, 256)):
        prefix, length, suffix, state = memory()
        state[index] = value
        with pytest.raises(ValueError, match="state"):
            kernels.lzw_decode(np.zeros(3, np.uint8), out, prefix, length, suffix, state)
    prefix, length, suffix, state = memory()
    state[2], length[258], prefix[258] = 259, 9, 300
    with pytest.raises(ValueError, match="strings"):
        kernels.lzw_decode(np.zeros(3, np.uint8), out, prefix, length, suffix, state)
