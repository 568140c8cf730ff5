"""Convolutions of packed networks are those of the twin, bit for bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docbin.kernels import extension
from docbin.kernels import reference_packed as twin
from docbin.kernels import reference_packed_conv as conv_twin

pytestmark = pytest.mark.skipif(extension is None, reason="there are no compiled kernels")


def sample(bits, shape, outputs, kernel, bases, seed, extreme):
    """Return codes and weights as in the file; ``extreme`` takes the largest of everything."""
    random = np.random.default_rng(seed)
    channels, taps = shape[2], kernel**2
    codes = random.integers(0, 1 << bits, shape).astype(np.uint8)
    if extreme:
        codes[:] = (1 << bits) - 1
    if bits == 8:
        weight = random.integers(-127, 128, (1, outputs, taps, channels)).astype(np.int8)
        return codes, np.sign(weight | 1) * np.int8(127) if extreme else weight
    signs = random.integers(0, 2, (bases, outputs, taps, channels)).astype(bool)
    if extreme:
        signs[:, ::2] = True
        signs[:, 1::2] = False
    return codes, np.packbits(signs, axis=-1, bitorder="little")


def factors(bits, shape, outputs, kernel, bases, seed, narrow):
    """Return mult, bias and shift within the format's range."""
    random = np.random.default_rng(seed + 1)
    most = kernel**2 * shape[2] * {1: 1, 4: 15, 8: 255 * 127}[bits]
    limit = min(2**14 - 1, (2**30 - 1) // (2 * most)) if narrow else 2**31 - 1
    mult = random.integers(-limit, limit + 1, (bases, outputs)).astype(np.int32)
    bias = random.integers(-(2**29), 2**29, outputs) << (0 if narrow else 20)
    typical = int(np.log2(most * max(limit, 1) / 2**14 + 1))
    return mult, bias, int(random.choice([0, typical, min(typical + 3, 46), 31 if narrow else 46]))


layers = {
    "bits": st.sampled_from([1, 4, 8]),
    "height": st.integers(1, 7),
    "width": st.one_of(st.integers(1, 40), st.integers(100, 150)),
    "channels": st.one_of(st.integers(1, 70), st.sampled_from([96, 128, 240, 241, 256, 300])),
    "outputs": st.one_of(st.integers(1, 70), st.sampled_from([80, 96, 112, 130])),
    "kernel": st.sampled_from([1, 3]),
    "bases": st.sampled_from([1, 2]),
    "stride": st.sampled_from([1, 2]),
    "band": st.integers(1, 8),
    "seed": st.integers(0, 2**32 - 1),
    "extreme": st.booleans(),
    "narrow": st.booleans(),
}


def check(
    bits, height, width, channels, outputs, kernel, bases, stride, band, seed, extreme, narrow, end
):
    shape, bases = (height, width, channels), 1 if bits == 8 else bases
    codes, weight = sample(bits, shape, outputs, kernel, bases, seed, extreme)
    mult, bias, shift = factors(bits, shape, outputs, kernel, bases, seed, narrow)
    layer = extension.PackedLayer(codes, weight, mult, bias, bits, stride, shift)
    expected = conv_twin.conv(codes, weight, mult, bias, bits=bits, stride=stride, shift=shift)
    random = np.random.default_rng(seed + 2)
    residual = random.integers(-32768, 32768, expected.shape).astype(np.int16)
    a, b, shifts = random.integers(-32768, 32768, (3, outputs)).astype(np.int16)
    slope = random.integers(-32767, 32768, outputs).astype(np.int16)
    mults = random.integers(1, 32768, outputs).astype(np.int16)
    add, curve, next_bits = end
    quantiser = {0: [], 1: [shifts]}.get(next_bits, [shifts, mults])
    layer.then([residual] if add else [], [a, slope, b] if curve else [], next_bits, quantiser)
    layer.run(band)
    if add:
        expected = twin.add(expected, residual)
    if curve:
        expected = twin.rprelu(expected, a, slope, b)
    np.testing.assert_array_equal(layer.stream(), expected)
    if next_bits:
        np.testing.assert_array_equal(
            layer.codes(), twin.quantise(expected, shifts, mults, next_bits)
        )


ends = st.tuples(st.booleans(), st.booleans(), st.sampled_from([0, 1, 4, 8]))


@settings(max_examples=300, deadline=None)
@given(**layers, end=ends)
def test_equal_to_the_twin(
    bits, height, width, channels, outputs, kernel, bases, stride, band, seed, extreme, narrow, end
):
    check(
        bits,
        height,
        width,
        channels,
        outputs,
        kernel,
        bases,
        stride,
        band,
        seed,
        extreme,
        narrow,
        end,
    )


@pytest.mark.parametrize("bits", [1, 4, 8])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize(
    ("channels", "outputs"), [(24, 24), (64, 64), (40, 48), (3, 5), (1, 4), (128, 16)]
)
@pytest.mark.parametrize("extreme", [False, True])
def test_layers_of_networks(bits, stride, channels, outputs, extreme):
    check(bits, 9, 67, channels, outputs, 3, 2, stride, 4, 7, extreme, True, (True, True, 4))


@pytest.mark.parametrize("bits", [1, 4, 8])
@pytest.mark.parametrize(("height", "width"), [(4, 9), (1, 4)])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("kernel", [1, 3])
def test_few_channels(bits, height, width, channels, kernel):
    """What is prepared of few channels is mostly what fills registers up."""
    check(bits, height, width, channels, 4, kernel, 2, 1, 4, 7, False, True, (True, True, 8))


@pytest.mark.parametrize("sign", [-1, 1])
def test_largest_sums_of_bytes(sign):
    """All 255 times all ±127, of 1024 channels: 298 million, exact."""
    codes = np.full((3, 3, 1024), 255, np.uint8)
    weight = np.full((1, 16, 9, 1024), sign * 127, np.int8)
    mult, bias = np.full((1, 16), 1, np.int32), np.zeros(16, np.int64)
    layer = extension.PackedLayer(codes, weight, mult, bias, 8, 1, 14)
    layer.run(3)
    assert layer.stream()[1, 1, 0] == (sign * 9 * 1024 * 255 * 127) >> 14


def test_what_does_not_fit_is_refused():
    codes = np.zeros((2, 2, 3), np.uint8)
    weight = np.zeros((1, 2, 9, 1), np.uint8)
    mult, bias = np.ones((1, 2), np.int32), np.zeros(2, np.int64)
    make = extension.PackedLayer
    with pytest.raises(ValueError, match="taps"):
        make(codes, weight[:, :, :4].copy(), mult, bias, 4, 1, 0)
    with pytest.raises(ValueError, match="mult"):
        make(codes, weight, np.ones((2, 2), np.int32), bias, 4, 1, 0)
    with pytest.raises(ValueError, match="shift"):
        make(codes, weight, mult, bias, 4, 1, 47)
    with pytest.raises(ValueError, match="stride"):
        make(codes, weight, mult, bias, 4, 3, 0)
    with pytest.raises(ValueError, match="codes"):
        make(codes + np.uint8(16), weight, mult, bias, 4, 1, 0)
    with pytest.raises(ValueError, match="overflow"):
        make(codes, weight, mult, bias + 2**62, 4, 1, 0)
    with pytest.raises(ValueError, match="eight"):
        make(codes, np.zeros((1, 2, 9, 3), np.int8), mult, bias, 4, 1, 0)
    with pytest.raises(ValueError, match="-127"):
        make(codes, np.full((1, 2, 9, 3), -128, np.int8), mult, bias, 8, 1, 0)
    layer = make(codes, weight, mult, bias, 4, 1, 0)
    with pytest.raises(ValueError, match="quantise"):
        layer.then([], [], 4, [])
    with pytest.raises(ValueError, match="residual"):
        layer.then([np.zeros((1, 2, 2), np.int16)], [], 0, [])
    with pytest.raises(ValueError, match="band_rows"):
        layer.run(0)
    with pytest.raises(ValueError, match="no quantise"):
        layer.codes()
