"""The twins of packed networks by hand: they define what the kernels compute."""

import numpy as np
import pytest

from docbin.kernels import reference_packed as twin
from docbin.kernels import reference_packed_conv as conv_twin
from docbin.kernels import reference_packed_floats as floats


def stream(*rows):
    """Return one channel."""
    return np.array(rows, np.int16)[..., None]


def test_haar_by_hand():
    square = np.array([[10, 20], [30, 50]], np.uint8)[..., None]
    assert twin.haar(square).ravel().tolist() == [110, -30, -50, 10]
    most = stream([32767, 32767], [32767, 32767])
    assert twin.haar(most).ravel().tolist() == [32767, 0, 0, 0]


def test_haar_orders_bands_before_channels():
    two = np.zeros((2, 2, 2), np.uint8)
    two[0, 0] = [1, 5]
    assert twin.haar(two).ravel().tolist() == [1, 5] * 4


def test_unhaar_undoes_haar():
    page = np.random.default_rng(1).integers(0, 256, (6, 8, 3)).astype(np.uint8)
    np.testing.assert_array_equal(twin.unhaar(twin.haar(page)), page)


def test_unhaar_rounds_half_up():
    # (1 + 0 + 0 + 1 + 2) >> 2 = 1, (1 − 1 + 2) >> 2 = 0.
    assert twin.unhaar(np.array([[[1, 0, 0, 1]]], np.int16)).ravel().tolist() == [1, 0, 0, 1]


def test_quantise_by_hand():
    shift, mult = np.array([3], np.int16), np.array([16384], np.int16)  # a half
    given = stream([-3, -2, 0, 26, 27, 100])
    # t = 0, 1, 3, 29, 30, 103: halves rounded up, then limited to 15.
    assert twin.quantise(given, shift, mult, 4).ravel().tolist() == [0, 1, 2, 15, 15, 15]
    assert twin.quantise(given, shift, mult, 8).ravel().tolist() == [0, 1, 2, 15, 15, 52]
    assert twin.quantise(stream([-4, -3]), shift, None, 1).ravel().tolist() == [0, 1]
    low = np.array([-10], np.int16)
    assert twin.quantise(stream([-32768]), low, mult, 8).ravel().tolist() == [0]
    with pytest.raises(ValueError, match="mult"):
        twin.quantise(given, shift, None, 4)


def test_rprelu_by_hand():
    a, slope, b = (np.array([value], np.int16) for value in (10, 8192, 5))  # a quarter
    # t = 10, 0, −2, −6: a quarter of −2 is −½, which rounds up to 0; of −6 −1½, to −1.
    assert twin.rprelu(stream([20, 10, 8, 4]), a, slope, b).ravel().tolist() == [15, 5, 5, 4]
    most = np.array([32767], np.int16)
    assert twin.rprelu(stream([32767]), a, slope, most).ravel().tolist() == [32767]


def test_add_is_limited():
    assert twin.add(stream([32767, -32768]), stream([1, -1])).ravel().tolist() == [32767, -32768]


def test_pooling_by_hand():
    square = stream([1, 2], [3, -8])
    assert twin.average2(square).item() == 0  # (−2 + 2) >> 2
    assert twin.average2(stream([-1, -1], [-1, 0])).item() == -1  # (−3 + 2) >> 2
    assert twin.max2(square).item() == 3
    page = stream(*np.arange(16).reshape(4, 4))
    assert twin.max3(page)[..., 0].tolist() == [[5, 7], [13, 15]]
    assert twin.max3(stream([-5, -6], [-7, -8])).item() == -5


def test_moves_by_hand():
    four = np.array([[[1, 2, 3, 4]]], np.int16)
    assert twin.shuffle(four, 2)[..., 0].tolist() == [[1, 2], [3, 4]]
    np.testing.assert_array_equal(twin.unshuffle(twin.shuffle(four, 2), 2), four)
    eight = np.arange(8, dtype=np.int16).reshape(1, 1, 8)
    assert twin.shuffle(eight, 2)[0, 1].tolist() == [1, 5]
    assert twin.upsample2(stream([1, 2]))[..., 0].tolist() == [[1, 1, 2, 2]] * 2
    assert twin.concat([four, four[..., :1]]).ravel().tolist() == [1, 2, 3, 4, 1]


def test_bits_by_hand():
    logit = np.array([[0, 4, 5, 6, -1, 0, 0, 5, 9]], np.int16)
    assert twin.threshold_bits(logit, 5).tolist() == [[0b00110001, 0b10000000]]


def planes(signs):
    """Return the bytes of ±1 (bases, OC, taps, IC), IC at most 8."""
    bits = (np.asarray(signs) > 0).astype(np.uint8)
    places = np.arange(bits.shape[-1], dtype=np.uint8)
    return (bits << places).sum(-1, dtype=np.uint8)[..., None]


def test_conv_of_four_bits_by_hand():
    codes = np.array([[[1, 2], [3, 4]]], np.uint8)
    weight = planes([[[[1, -1]], [[1, 1]]]])
    mult, bias = np.array([[2, 3]], np.int32), np.array([1, -1])
    # A = −1, 3 | −1, 7: −2 + 1, 9 − 1 | −1, 20; halved downwards.
    out = conv_twin.conv(codes, weight, mult, bias, bits=4, stride=1, shift=1)
    assert out.tolist() == [[[-1, 4], [-1, 10]]]


def test_conv_leaves_padding_out():
    """A corner sees four codes of nine; −1 counts there too, and nothing outside."""
    codes = np.zeros((2, 2, 1), np.uint8)
    weight = planes(np.ones((1, 1, 9, 1)))
    sums = conv_twin.conv_sums(codes, weight, bits=1, stride=1)
    assert sums.ravel().tolist() == [-4] * 4
    three = np.ones((3, 3, 1), np.uint8)
    assert conv_twin.conv_sums(three, weight, bits=1, stride=1)[0, ..., 0].tolist() == [
        [4, 6, 4],
        [6, 9, 6],
        [4, 6, 4],
    ]
    assert conv_twin.conv_sums(three, weight, bits=1, stride=2).ravel().tolist() == [4, 4, 4, 4]


def test_conv_of_two_bases_and_of_bytes_by_hand():
    codes = np.full((1, 1, 1), 10, np.uint8)
    weight = planes([[[[1]]], [[[-1]]]])
    mult = np.array([[5], [2]], np.int32)
    assert (
        conv_twin.conv(codes, weight, mult, np.array([0]), bits=4, stride=1, shift=0).item() == 30
    )
    codes = np.full((3, 3, 2), 255, np.uint8)
    least = np.full((1, 1, 9, 2), -127, np.int8)
    sums = conv_twin.conv_sums(codes, least, bits=8, stride=1)
    assert sums[0, 1, 1, 0] == -9 * 2 * 255 * 127
    one = np.array([[1]], np.int32)
    assert (
        conv_twin.conv(codes, least, one, np.array([0]), bits=8, stride=1, shift=0).min() == -32768
    )


def test_taps_go_row_by_row():
    codes = np.arange(9, dtype=np.uint8).reshape(3, 3, 1)
    weight = np.arange(1, 10, dtype=np.int8).reshape(1, 1, 9, 1)
    sums = conv_twin.conv_sums(codes, weight, bits=8, stride=1)
    assert sums[0, 1, 1, 0] == sum(i * (i + 1) for i in range(9))


def test_floats_by_hand():
    scale = np.array([0.5], np.float32)
    assert floats.dequantise(stream([3, -4]), scale).ravel().tolist() == [1.5, -2.0]
    given = np.array([[3, -3, np.nan, np.inf, -np.inf]], np.float32)[..., None]
    assert floats.requantise(given, scale).ravel().tolist() == [2, -1, 0, 32767, -32768]
    values = np.ones((3, 3, 2), np.float32)
    weight = np.ones((2, 3, 3, 1), np.float32)
    bias = np.array([0.5, -20], np.float32)
    out = floats.conv_float(values, weight, bias, groups=2, activation="relu")
    assert out[1, 1].tolist() == [9.5, 0.0]
    assert out[0, 0].tolist() == [4.5, 0.0]
    assert floats.activated(np.array([-4.0, -1.0, 4.0]), "hardswish").tolist() == [0, -1 / 3, 4]
    assert floats.activated(np.array([0.0]), "sigmoid").item() == 0.5
    np.testing.assert_array_equal(
        floats.add_float(values, values), floats.mul_float(values, 2 * values)
    )
    with pytest.raises(ValueError, match="tanh"):
        floats.activated(np.zeros(1), "tanh")
