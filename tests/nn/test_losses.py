"""Losses: by hand, at their ends, and what a teacher changes."""

import math

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from docbin.nn.losses import (  # noqa: E402
    LossConfig,
    attention_distance,
    binarization_loss,
    entropy,
    soft_dice,
)


def maps(*values):
    return torch.tensor(values).view(1, 1, 1, -1)


def test_dice_by_hand():
    logit, truth = maps(0.0, 0.0), maps(1.0, 0.0)
    assert soft_dice(logit, truth).item() == pytest.approx(1 - (2 * 0.5 + 1) / (1 + 1 + 1))


def test_a_perfect_answer_costs_nothing():
    truth = maps(1.0, 0.0, 1.0)
    loss = binarization_loss((truth * 2 - 1) * 40, truth, LossConfig())
    assert loss.item() == pytest.approx(0, abs=1e-6)


def test_without_dice_it_is_the_cross_entropy():
    loss = binarization_loss(maps(0.0), maps(1.0), LossConfig(dice=0.0))
    assert loss.item() == pytest.approx(math.log(2))


def test_a_teacher_moves_the_target():
    """Target ½ · 1 + ½ · ¼: its entropy is the least loss, reached at its logit."""
    truth, taught = maps(1.0), maps(math.log(1 / 3))
    config = LossConfig(dice=0.0, teacher=0.5)
    best = math.log(0.625 / 0.375)
    losses = [
        binarization_loss(maps(best + away), truth, config, taught=taught).item()
        for away in (-0.1, 0.0, 0.1)
    ]
    assert losses[1] < min(losses[0], losses[2])
    assert losses[1] == pytest.approx(-(0.625 * math.log(0.625) + 0.375 * math.log(0.375)))


def test_edges_weigh_more_where_the_teacher_is_undecided():
    truth, taught = maps(1.0, 1.0), maps(0.0, 30.0)
    config = LossConfig(dice=0.0, teacher=0.0, edges=3.0)
    wrong_at_edge = binarization_loss(maps(-5.0, 5.0), truth, config, taught=taught)
    wrong_inside = binarization_loss(maps(5.0, -5.0), truth, config, taught=taught)
    assert wrong_at_edge.item() == pytest.approx(4 * wrong_inside.item(), rel=0.02)


def test_entropy_is_one_bit_at_zero_and_nothing_far_away():
    assert entropy(maps(0.0, 60.0, -60.0)).flatten().tolist() == pytest.approx([1, 0, 0], abs=1e-6)


def test_attention_ignores_width_and_scale():
    stream = torch.rand(2, 4, 3, 3)
    doubled = 5 * torch.cat([stream, stream], 1)
    assert attention_distance([stream], [doubled]).item() == pytest.approx(0, abs=1e-6)
    assert attention_distance([stream], [stream.flip(3)]).item() > 0.001
    with pytest.raises(ValueError, match="same Haar levels"):
        attention_distance([stream], [torch.rand(2, 4, 6, 6)])


@pytest.mark.parametrize("bad", [{"dice": -1}, {"teacher": 1.5}, {"edges": math.nan}])
def test_impossible_weights_are_refused(bad):
    with pytest.raises(ValueError, match="give"):
        LossConfig(**bad)
