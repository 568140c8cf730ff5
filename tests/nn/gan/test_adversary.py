"""The discriminator, the gradient penalty by hand, and an adversary beside the trainer."""

import dataclasses
import math
import signal

import numpy as np
import pytest

from docbin.errors import UsageError

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from docbin.nn import checkpoint, train  # noqa: E402
from docbin.nn.config import configured, preset  # noqa: E402
from docbin.nn.data.pages import TruthedPage  # noqa: E402
from docbin.nn.data.store import write_store  # noqa: E402
from docbin.nn.distributed import Place  # noqa: E402
from docbin.nn.gan.adversary import Adversary  # noqa: E402
from docbin.nn.gan.discriminator import Discriminator  # noqa: E402
from docbin.nn.gan.wasserstein import critic_loss, generator_loss, gradient_penalty  # noqa: E402
from docbin.nn.losses import LossConfig  # noqa: E402
from docbin.nn.run import Run  # noqa: E402

WEIGHTS = torch.tensor([[3.0, 0.0], [0.0, 4.0]])


def linear(picture, mask):
    """Return Σ w · mask: the gradient is w, of norm 5, wherever it is taken."""
    return (WEIGHTS * mask).sum((1, 2, 3))


def squares(picture, mask):
    """Return Σ mask²: the gradient is 2 · mask."""
    return mask.square().sum((1, 2, 3))


def masks(*values, side=2):
    return torch.tensor(values).view(-1, 1, 1, 1).expand(-1, 1, side, side)


def test_the_penalty_of_a_linear_score():
    share = torch.tensor([0.1, 0.7])
    picture, real, fake = torch.zeros(2, 3, 2, 2), masks(1.0, 0.0), masks(0.0, 1.0)
    assert gradient_penalty(linear, picture, real, fake, share).item() == pytest.approx(16)


def test_the_penalty_is_taken_between_real_and_fake():
    # x = .25 · 1 + .75 · .2 = .4 in four pixels: ‖2x‖ = √(4 · .8²) = 1.6. And at 1: ‖2x‖ = 4.
    share, picture = torch.tensor([0.25, 1.0]), torch.zeros(2, 3, 2, 2)
    found = gradient_penalty(squares, picture, masks(1.0, 1.0), masks(0.2, 0.2), share)
    assert found.item() == pytest.approx((0.6**2 + 3**2) / 2)


def test_the_loss_of_a_critic_by_hand():
    picture, share = torch.zeros(1, 1, 2, 2), torch.tensor([0.5])
    real, fake = masks(1.0), masks(0.5).clone().requires_grad_()
    # 7 · .5 − 7 · 1 + 10 · (5 − 1)²
    loss = critic_loss(linear, picture, real, fake, share)
    assert loss.item() == pytest.approx(-3.5 + 160)
    assert critic_loss(linear, picture, real, fake, share, penalty=0).item() == -3.5
    assert generator_loss(linear, picture, fake).item() == -3.5
    generator_loss(linear, picture, fake).backward()
    assert torch.equal(fake.grad[0, 0], -WEIGHTS)


def test_a_flat_score_has_a_penalty_with_a_derivative():
    weight = torch.zeros(1, requires_grad=True)
    found = gradient_penalty(
        lambda picture, mask: weight * mask.sum((1, 2, 3)),
        torch.zeros(1, 1, 2, 2),
        masks(1.0),
        masks(0.0),
        torch.tensor([0.5]),
    )
    found.backward()
    assert found.item() == pytest.approx(1, abs=1e-5)
    assert math.isfinite(weight.grad.item())


@pytest.mark.parametrize(
    ("side", "patches"),
    [(224, 26), (64, 6), (24, 1)],
)
def test_the_published_discriminator(side, patches):
    net = Discriminator(3)
    shapes = [tuple(p.shape) for p in net.parameters() if p.ndim == 4]
    assert shapes == [(32, 4, 4, 4), (64, 32, 4, 4), (128, 64, 4, 4), (256, 128, 4, 4),
                      (1, 256, 4, 4)]  # fmt: skip
    scores = net(torch.rand(2, 3, side, side), torch.rand(2, 1, side, side))
    assert scores.shape == (2, 1, patches, patches)
    slopes = {m.negative_slope for m in net.modules() if isinstance(m, torch.nn.LeakyReLU)}
    assert slopes == {0.2}


def test_samples_do_not_see_each_other():
    net = Discriminator(1, widths=(4, 8, 1), strides=(2, 2, 1))
    picture, mask = torch.rand(2, 2, 1, 32, 32)
    alone = net.score(picture[:1], mask[:1])
    assert torch.allclose(net.score(picture, mask)[:1], alone, atol=1e-6)
    with pytest.raises(ValueError, match="norm 'batch'"):
        Discriminator(1, norm="batch")


def test_an_adversary_learns_to_tell_and_moves_no_weight_when_it_judges():
    adversary = Adversary(1, widths=(8, 16, 1), strides=(2, 2, 1), rate=1e-2, seed=1)
    generator = torch.Generator().manual_seed(1)
    real = (torch.rand(4, 1, 32, 32, generator=generator) < 0.2).float()
    picture, made = 1 - 0.5 * real, torch.full_like(real, 0.2)
    for _ in range(20):
        loss = adversary.learn(picture, real, made)
    assert loss < -0.1
    with torch.no_grad():
        score = adversary.net.score
        assert score(picture, real).mean() > score(picture, made).mean() + 0.1
    before = [p.grad.clone() for p in adversary.net.parameters()]
    made.requires_grad_()
    adversary.judge(picture, made).backward()
    assert made.grad.abs().max() > 0
    assert all(map(torch.equal, before, [p.grad for p in adversary.net.parameters()]))


def pages():
    """Return pages of dark bars."""
    for seed in range(4):
        rng = np.random.default_rng(seed)
        truth = np.kron(rng.random((8, 4)) < 0.3, np.ones((8, 16))).astype(bool)
        image = np.where(truth[..., None], 90, 200) + rng.integers(-20, 20, (64, 64, 3))
        yield TruthedPage("bars", str(seed), image.astype(np.uint8), truth, {"seed": seed})


def test_a_run_with_an_adversary_goes_on_to_the_bit(tmp_path, monkeypatch):
    store = write_store(pages(), tmp_path / "x.tiles", tile=64, stride=64)
    config = configured("tiny", None, ["size=32", "batch=2", "steps=4", "loss.adversary=0.02"])
    config = dataclasses.replace(config, precision="float32")

    def go(name, **options):
        train.train(config, [store], tmp_path / name, quiet=True, device="cpu", **options)
        return checkpoint.load(tmp_path / name / checkpoint.CHECKPOINT)

    whole = go("whole")
    real, count = train._Step.__call__, []

    def stopping(self):
        count.append(1)
        if len(count) == 2:
            signal.raise_signal(signal.SIGINT)
        return real(self)

    with monkeypatch.context() as patch:
        patch.setattr(train._Step, "__call__", stopping)
        assert go("parts")["step"] == 2
    parts = go("parts", resume=True)
    assert (whole["step"], parts["step"]) == (4, 4)
    for one, other in (
        (whole["net"], parts["net"]),
        (whole["average"], parts["average"]),
        (whole["adversary"]["net"], parts["adversary"]["net"]),
    ):
        assert all(map(torch.equal, one.values(), other.values()))
    with pytest.raises(UsageError, match="adversary"):
        Run(config, [store], tmp_path, Place(0, 2, torch.device("cpu")))


def test_without_an_adversary_nothing_changes():
    assert preset("tiny").loss == LossConfig()
    with pytest.raises(UsageError, match=r"adversary is -1"):
        configured("tiny", None, ["loss.adversary=-1"])
