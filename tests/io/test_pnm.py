"""PNM: the six kinds, comments, any largest value, several pages, damage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docbin.errors import InputError
from docbin.image import as_gray
from docbin.io import open_source, read_pages


def only(data, **options):
    (page,) = open_source(data, **options)
    return page


def pixels(data):
    return only(data).load().pixels.tolist()


def scaled(samples, top):
    return (np.minimum(samples, top) * 510 + top) // (2 * top)


def text(samples):
    return b"\n".join(b" ".join(b"%d" % value for value in row.reshape(-1)) for row in samples)


@given(
    st.integers(1, 30),
    st.integers(1, 30),
    st.sampled_from([1, 2, 3, 15, 100, 254, 255, 256, 1000, 4095, 65534, 65535]),
    st.sampled_from([2, 3, 5, 6]),
    st.integers(1, 40),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=150)
def test_any_size_and_largest_value(height, width, top, kind, rows, seed):
    shape = (height, width, 3) if kind in (3, 6) else (height, width)
    samples = np.random.default_rng(seed).integers(0, top + 1, shape)
    data = b"P%d\n%d %d\n%d\n" % (kind, width, height, top)
    if kind < 4:
        data += text(samples)
    else:
        data += samples.astype(">u2" if top > 255 else np.uint8).tobytes()
    page = only(data)
    assert page.can_stream
    assert (page.info.width, page.info.height, page.info.bits) == (width, height, top.bit_length())
    expected = scaled(samples, top)
    np.testing.assert_array_equal(page.load().pixels, expected)
    bands = np.concatenate(list(page.bands(rows)))
    np.testing.assert_array_equal(bands, as_gray(expected.astype(np.uint8)))


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_bits(height, width, seed):
    mask = np.random.default_rng(seed).random((height, width)) < 0.4
    head = b"%d %d\n" % (width, height)
    packed = np.packbits(mask, axis=1).tobytes()
    for data in (b"P4 " + head + packed, b"P1 " + head + text(mask.astype(int))):
        page = only(data)
        assert (page.info.bilevel, page.info.bits) == (True, 1)
        np.testing.assert_array_equal(page.load().pixels, mask)


def test_sixteen_bits_by_257_with_rounding():
    values = np.array([0, 128, 129, 257, 32767, 65406, 65407, 65535], ">u2")
    expected = [[0, 0, 1, 1, 127, 254, 255, 255]]
    assert pixels(b"P5 8 1 65535\n" + values.tobytes()) == expected
    assert pixels(b"P2 8 1 65535\n" + text(values[None])) == expected


def test_values_above_the_largest_count_as_it():
    assert pixels(b"P5 2 1 100\n" + bytes([100, 200])) == [[255, 255]]
    assert pixels(b"P2 3 1 100\n100 200 300") == [[255, 255, 255]]
    assert pixels(b"P2 2 1 255\n256 65535") == [[255, 255]]
    assert pixels(b"P2 2 1 1000\n1000 65535") == [[255, 255]]


def test_comments_in_the_header():
    for kind, rest in ((b"P5", b"\1\2"), (b"P2", b"1 2")):
        data = kind + b"\n# one\n#two 9 9\n2 # wide\n1#high\n 255\n" + rest
        assert pixels(data) == [[1, 2]]
    assert pixels(b"P1#x\n2 1 #y\n10") == [[True, False]]


def test_comments_among_the_pixels():
    assert pixels(b"P1\n4 2\n10#0 1 2\n1 0# 11\n0 1 0 1# end") == [
        [True, False, True, False],
        [False, True, False, True],
    ]
    assert pixels(b"P2\n2 2\n255\n1 # 7 8\n2\n#\n3\n4\n# end\n") == [[1, 2], [3, 4]]
    assert pixels(b"P3\n1 1\n255\n#a\n1 2#b\n3") == [[[1, 2, 3]]]


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 64])
def test_comments_and_numbers_across_pieces(monkeypatch, piece):
    monkeypatch.setattr("docbin.io.pnm._PIECE", piece)
    assert pixels(b"P2\n3 2\n255\n100 # 7 8\n20\n#\n3\n44 # a # b\n5 250\n# end") == [
        [100, 20, 3],
        [44, 5, 250],
    ]
    assert pixels(b"P1\n3 2\n1 0#11\n1\n0#\n01#0") == [[True, False, True], [False, False, True]]


def test_a_bit_needs_no_space():
    assert pixels(b"P1 3 2\n101\n0 1\n0") == [[True, False, True], [False, True, False]]


def test_pages_that_follow_each_other():
    one, two = b"P5 2 1 255\n\1\2", b"P4 3 1\n\xa0"
    pages = list(read_pages(one + two + b"P6 1 1 255\n\7\x08\x09"))
    assert [page.index for page in pages] == [0, 1, 2]
    assert [page.pixels.tolist() for page in pages] == [
        [[1, 2]],
        [[True, False, True]],
        [[[7, 8, 9]]],
    ]
    assert len(list(read_pages(one + b"\nrest"))) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"P5", "no picture format|broken"),
        (b"P5\n", "header is broken"),
        (b"P5 3 2", "header is broken"),
        (b"P5 3 x 255\n", "header is broken"),
        (b"P5 -3 2 255\n", "header is broken"),
        (b"P5 12345678901 2 255\n", "header is broken"),
        (b"P5 3 2 0\n" + bytes(6), "1 to 65535"),
        (b"P5 3 2 65536\n" + bytes(12), "1 to 65535"),
        (b"P5 0 2 255\n", "no pixels"),
        (b"P1 2 0\n", "no pixels"),
        (b"P5 3 2 255\n" + bytes(5), "after 1 of 2 rows"),
        (b"P6 3 2 255\n" + bytes(17), "after 1 of 2 rows"),
        (b"P5 3 2 256\n" + bytes(11), "after 1 of 2 rows"),
        (b"P4 9 2\n" + bytes(3), "after 1 of 2 rows"),
        (b"P2 3 2 255\n1 2 3 4 5", "after 1 of 2 rows"),
        (b"P1 3 2\n10110", "after 1 of 2 rows"),
        (b"P1 3 1\n1 2 0", "other characters"),
        (b"P2 3 1 255\n1 x 3", "no numbers"),
        (b"P2 3 1 255\n1 -2 3", "outside"),
        (b"P2 3 1 255\n1 70000 3", "outside"),
        (b"P2 3 1 255\n1 99999999999999999999999 3", "no numbers|outside"),
        (b"P5 100000 100000 255\n", "--max-pixels 10000000000"),
    ],
)
def test_damage(data, words):
    with pytest.raises(InputError, match=words):
        only(data).load()


def test_limits():
    data = b"P5 3 2 255\n" + bytes(6)
    with pytest.raises(InputError, match="--max-pixels 6"):
        only(data, max_pixels=5).load()
    with pytest.raises(InputError, match="--max-pixels 6"):
        next(only(data, max_pixels=5).bands(1))
    assert only(data, max_pixels=6).load().pixels.shape == (2, 3)
