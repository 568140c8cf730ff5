"""Quantisers: values and gradients worked out by hand, signs of zero, scales of weights."""

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from docbin.nn.layers import RPReLU  # noqa: E402
from docbin.nn.quantisers import (  # noqa: E402
    SMALLEST_STEP,
    ActivationQuantiser,
    BinaryWeight,
    ByteWeight,
)


def column(*values):
    """Return numbers as one channel, (1, 1, n, 1), with a gradient."""
    return torch.tensor(values).view(1, 1, -1, 1).requires_grad_()


def four_bits(shift=0.5, step=0.25):
    quantiser = ActivationQuantiser(1, 4, low=0.0, high=1.0)
    quantiser.shift.data.fill_(shift)
    quantiser.step.data.fill_(step)
    return quantiser


def test_codes_by_hand():
    x = column(-1.0, -0.5, -0.376, -0.375, 0.0, 0.1, 3.1, 3.3, 9.0)
    # (x + ½) / ¼ = −2, 0, 0.496, 0.5, 2, 2.4, 14.4, 15.2, 38
    codes = four_bits()(x)
    assert codes.flatten().tolist() == [0, 0, 0, 1, 2, 2, 14, 15, 15]


def test_gradients_of_codes_by_hand():
    x = column(-1.0, 0.1, 3.3)  # below, inside (2.4 → 2), above
    quantiser = four_bits()
    (quantiser(x) * torch.tensor([1.0, 2.0, 4.0]).view(1, 1, 3, 1)).sum().backward()
    assert x.grad.flatten().tolist() == pytest.approx([0, 2 / 0.25, 0])
    assert quantiser.shift.grad.item() == pytest.approx(2 / 0.25)
    # Learned step size: (code − v) inside, Q above, 0 below; over √(n · Q).
    expected = (2 / 0.25 * (2 - 2.4) + 4 / 0.25 * 15) / (3 * 15) ** 0.5
    assert quantiser.step.grad.item() == pytest.approx(expected, rel=1e-5)


def test_the_step_stays_where_the_packed_format_can_tell_it():
    quantiser = four_bits(step=-1.0)
    assert quantiser.size().item() == SMALLEST_STEP
    assert quantiser(column(0.0)).isfinite().all()


def test_bfloat16_gives_the_codes_of_float32():
    x = torch.randn(2, 8, 16, 16, generator=torch.Generator().manual_seed(0)).bfloat16()
    quantiser = ActivationQuantiser(8, 4, low=-0.75, high=2.25)
    assert torch.equal(quantiser(x).float(), quantiser(x.float()))
    assert quantiser(x).dtype == torch.bfloat16


def test_one_bit_and_the_gradient_of_bi_real_net():
    quantiser = ActivationQuantiser(1, 1, low=0.0, high=0.0)
    x = column(-2.0, -0.75, 0.0, 0.25, 1.5)
    codes = quantiser(x)
    assert codes.flatten().tolist() == [-1, -1, 1, 1, 1]
    codes.sum().backward()
    assert x.grad.flatten().tolist() == [0, 0.5, 2, 1.5, 0]  # 2 − 2|t| inside −1…1
    assert quantiser.shift.grad.item() == 4


@pytest.mark.parametrize("bits", [0, 2, 3, 16])
def test_other_bits_are_refused(bits):
    with pytest.raises(ValueError, match="1, 4 or 8"):
        ActivationQuantiser(1, bits, low=0.0, high=1.0)


def test_one_basis_by_hand():
    weights = BinaryWeight(4, 1, 1)
    weights.weight.data = torch.tensor([3.0, 1.0, -1.0, 1.0]).view(1, 4, 1, 1)
    signs, factor = weights()  # the mean is 1: centred 2, 0, −2, 0; sign(0) = +1
    assert signs.flatten().tolist() == [1, 1, -1, 1]
    assert factor.item() == 1.0
    signs.sum().backward()
    assert weights.weight.grad.flatten().tolist() == [0, 0, 0, 0]  # what centring takes away


def test_two_bases_by_hand():
    weights = BinaryWeight(4, 1, 1, bases=2)
    weights.weight.data = torch.tensor([3.0, 1.0, -1.0, -3.0]).view(1, 4, 1, 1)
    weights.scales.data = torch.tensor([[2.0], [1.0]])
    product, factor = weights()
    assert product.flatten().tolist() == [3, 1, -1, -3]  # 2 + 1, 2 − 1, −2 + 1, −2 − 1
    assert factor.item() == 1.0
    product[0, 0].sum().backward()
    assert weights.scales.grad.flatten().tolist() == [1, 1]


def test_two_bases_are_closer_than_one():
    torch.manual_seed(0)
    two = BinaryWeight(32, 8, 3, bases=2)
    centred = two.weight - two.weight.mean((1, 2, 3), keepdim=True)
    one = centred.sign() * centred.abs().mean((1, 2, 3), keepdim=True)
    assert (two()[0] - centred).norm() < 0.65 * (one - centred).norm()


def test_bytes_are_symmetric_and_rounded():
    weights = ByteWeight(3, 1, 1)
    weights.weight.data = torch.tensor([-2.54, 0.02, 1.0]).view(1, 3, 1, 1)
    whole, scale = weights()
    assert whole.flatten().tolist() == [-127, 1, 50]
    assert scale.item() == pytest.approx(0.02)
    whole.sum().backward()
    assert weights.weight.grad.flatten().tolist() == pytest.approx([50, 50, 50])


def test_a_channel_of_zeros_has_weights_of_zero():
    weights = ByteWeight(2, 2, 3)
    weights.weight.data.zero_()
    assert weights()[0].abs().max() == 0
    assert weights()[1].isfinite().all()


def test_rprelu_has_the_gradient_of_its_formula():
    torch.manual_seed(1)
    layer = RPReLU(3).double()
    for value in layer.parameters():
        value.data = torch.randn_like(value) * 0.3
    x = torch.randn(2, 3, 4, 5, dtype=torch.float64, requires_grad=True)
    values = (x, layer.a, layer.slope, layer.b)
    gradients = torch.autograd.grad(layer(x).square().sum(), values)
    t = x - layer.a
    plain = torch.where(t > 0, t, t * layer.slope) + layer.b
    for ours, theirs in zip(
        gradients, torch.autograd.grad(plain.square().sum(), values), strict=True
    ):
        torch.testing.assert_close(ours, theirs, rtol=1e-6, atol=1e-6, check_dtype=False)


def test_slopes_stay_inside_one():
    layer = RPReLU(2)
    layer.slope.data = torch.tensor([-3.0, 3.0]).view(1, 2, 1, 1)
    assert layer.limited().abs().max() < 1
