"""The wavelet U-Net: shapes, fixed codes of subbands, what its config refuses, its size."""

import numpy as np
import pytest
import pywt

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from docbin.nn.config import NETWORKS  # noqa: E402
from docbin.nn.models.wavelet_unet import (  # noqa: E402
    Stem,
    WaveletUnet,
    WaveletUnetConfig,
    build,
    haar,
)

SMALL = {"widths": (8, 16), "blocks": (1, 2), "bases": (1, 2)}


@pytest.mark.parametrize("levels", [1, 2, 3])
@pytest.mark.parametrize("bits", [(1, 4), (1, 1), (32, 32)])
def test_a_logit_for_every_pixel(levels, bits):
    config = WaveletUnetConfig(**SMALL, levels=levels, weight_bits=bits[0], activation_bits=bits[1])
    side = 2 * config.multiple
    net = build(config)
    logit = net(torch.rand(2, 3, side, 2 * side))
    assert logit.shape == (2, 1, side, 2 * side)
    logit.square().mean().backward()
    for name, value in net.named_parameters():
        assert value.grad is not None, name
        assert value.grad.isfinite().all(), name


def test_streams_go_from_coarse_to_fine():
    net = build(WaveletUnetConfig(**SMALL))
    streams = net.features(torch.rand(1, 3, 32, 64) * 255)
    assert [tuple(stream.shape) for stream in streams] == [(1, 16, 8, 16), (1, 8, 16, 32)]


def test_haar_is_that_of_pywavelets():
    page = np.random.default_rng(0).random((6, 8))
    ours = haar(torch.from_numpy(page)[None, None]).numpy()[0]
    low, (down, across, both) = pywt.dwt2(page, "haar")
    for band, theirs in zip(ours, (low, across, down, both), strict=True):
        np.testing.assert_allclose(band / 2, theirs, atol=1e-12)


def test_codes_of_subbands_fill_eight_bits():
    stem = Stem(WaveletUnetConfig(**SMALL))
    for value, low in ((0.0, -128.0), (255.0, 127.0)):
        codes = stem.codes(torch.full((1, 3, 4, 4), value))
        assert (codes[:, :3] == low).all()
        assert (codes[:, 3:] == 0).all()  # no edges: the middle of the codes


def test_the_same_page_in_another_place_gives_the_same_logit():
    """Every layer but the border moves with the page, in steps of the strides' product."""
    torch.manual_seed(0)
    net = build(WaveletUnetConfig(**SMALL)).eval()
    page = torch.rand(1, 3, 96, 96)
    with torch.no_grad():
        whole, part = net(page), net(page[..., 8:, 16:])
    inner = np.s_[..., 32:-32, 32:-32]
    torch.testing.assert_close(whole[..., 8:, 16:][inner], part[inner], rtol=0, atol=1e-4)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"blocks": (1,)}, "one number for each stage"),
        ({"levels": 0}, "levels"),
        ({"weight_bits": 2}, "W2A4"),
        ({"weight_bits": 8, "activation_bits": 8}, "W8A8"),
        ({"widths": (0, 16)}, "widths"),
        ({"bases": (1, 3)}, "bases"),
        ({"contrast": (4,)}, "odd windows"),
        ({"contrast": (513,)}, "odd windows"),
        ({"contrast": (3, 5, 7, 9)}, "up to three"),
        ({"contrast": (5, 5)}, "once"),
        ({"level": 1}, "without contrast"),
        ({"contrast": (5,), "level": 65}, "0 to 64"),
    ],
)
def test_impossible_networks_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        WaveletUnet(WaveletUnetConfig(**{**SMALL, **changes}))


def test_sizes_of_the_named_networks():
    """Bits of one-bit and eight-bit weights in kB: what the packed files come to, nearly."""
    sizes = {}
    for name, config in NETWORKS.items():
        if not config.quantised:
            continue
        weights = {
            key: value.numel()
            for key, value in WaveletUnet(config).named_parameters()
            if key.endswith("weights.weight")
        }
        ones = sum(count for key, count in weights.items() if "coder" in key)
        sizes[name] = (ones / 8 + sum(weights.values()) - ones) / 1000
    assert sizes["wide"] < 170
    assert sizes["lean"] < 90
    assert sizes["small"] < 50
