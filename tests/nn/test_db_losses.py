"""The losses of differentiable binarization and their gradients, by hand."""

import math

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")
pytest.importorskip("shapely", reason="shapely is not installed (extra [detect])")

from docbin.nn import db_losses as losses  # noqa: E402
from docbin.nn.data.text_batches import TextBatch  # noqa: E402


def plane(*rows):
    return torch.tensor(rows, dtype=torch.float32)[None, None]


def test_the_gradient_of_the_binary_map_is_the_published_one():
    probability = torch.tensor([0.50, 0.52, 0.40], requires_grad=True)
    threshold = torch.tensor([0.5, 0.5, 0.5])
    binary = losses.approximate_binary(probability, threshold)
    assert binary.tolist() == pytest.approx([0.5, 1 / (1 + math.exp(-1)), 1 / (1 + math.exp(5))])
    binary.sum().backward()
    known = [50 * b * (1 - b) for b in binary.tolist()]
    assert probability.grad.tolist() == pytest.approx(known)


def test_the_hardest_background_counts_three_times_as_often_as_text():
    logit = plane([0.0, 2.0, 1.0, -1.0, -2.0, 3.0])
    truth, care = plane([1, 0, 0, 0, 0, 0]), plane([1, 1, 1, 1, 1, 0])
    # Text: ln 2. Background by its loss: 2, 1, −1 (then −2, which is the fourth).
    known = [math.log(2), *(math.log(1 + math.exp(x)) for x in (2, 1, -1))]
    found = losses.hard_cross_entropy(logit, truth, care, 3)
    assert found.item() == pytest.approx(sum(known) / 4, rel=1e-5)


def test_without_text_a_hundredth_of_the_background_counts():
    logit = torch.zeros(1, 1, 20, 20)
    logit[0, 0, 0, :4] = 5.0
    nothing = torch.zeros_like(logit)
    found = losses.hard_cross_entropy(logit, nothing, torch.ones_like(logit), 3)
    assert found.item() == pytest.approx(math.log(1 + math.exp(5)), rel=1e-5)
    assert losses.hard_cross_entropy(logit, nothing, nothing, 3).item() == 0


def test_dice_by_hand():
    binary, truth = plane([1.0, 0.5, 0.5, 1.0]), plane([1, 1, 0, 0])
    care = plane([1, 1, 1, 0])
    assert losses.dice_loss(binary, truth, care).item() == pytest.approx(1 - 2 * 1.5 / 4, rel=1e-5)


def test_the_threshold_counts_in_its_ring():
    found = losses.masked_l1(plane([0.3, 0.5, 0.9]), plane([0.7, 0.6, 0.0]), plane([1, 1, 0]))
    assert found.item() == pytest.approx(0.25, rel=1e-5)


def test_the_sum_has_the_published_weights():
    shape = (1, 1, 8, 8)
    generator = torch.Generator().manual_seed(1)
    logit, border = (torch.randn(shape, generator=generator) for _ in range(2))
    shrunk = (torch.rand(shape, generator=generator) < 0.3).float()
    ones = torch.ones(shape)
    batch = TextBatch(ones, shrunk, ones * 0.5, ones, ones)
    config = losses.DbLossConfig()
    parts = (
        5 * losses.hard_cross_entropy(logit, shrunk, ones, 3),
        losses.dice_loss(torch.sigmoid(50 * (logit.sigmoid() - border.sigmoid())), shrunk, ones),
        10 * (border.sigmoid() - 0.5).abs().mean(),
    )
    assert losses.db_loss(logit, border, batch, config).item() == pytest.approx(
        sum(part.item() for part in parts), rel=1e-5
    )


def test_weights_of_the_loss_are_checked():
    with pytest.raises(ValueError, match="negatives is -1"):
        losses.DbLossConfig(negatives=-1)
