"""A discriminator that learns beside a generator, and judges what it makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from docbin.nn.data.draws import Draws
from docbin.nn.gan.discriminator import STRIDES, WIDTHS, Discriminator
from docbin.nn.gan.wasserstein import critic_loss, generator_loss


class Adversary:
    """A discriminator, its optimiser and its random numbers.

    Parameters
    ----------
    planes
        Channels of the pictures.
    widths, strides, norm, slope
        See `docbin.nn.gan.discriminator.Discriminator`.
    rate, betas
        Of Adam.
    penalty
        λ of the gradient penalty.
    seed
        Of its weights and of where the penalty is taken.
    device
        Where it learns.
    """

    def __init__(
        self,
        planes: int,
        *,
        widths: Sequence[int] = WIDTHS,
        strides: Sequence[int] = STRIDES,
        norm: str = "instance",
        slope: float = 0.2,
        rate: float = 2e-4,
        betas: tuple[float, float] = (0.5, 0.999),
        penalty: float = 10.0,
        seed: int = 0,
        device: torch.device | str = "cpu",
    ) -> None:
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            net = Discriminator(planes, widths=widths, strides=strides, norm=norm, slope=slope)
        self.net = net.to(device)
        self.optimiser = torch.optim.Adam(self.net.parameters(), lr=rate, betas=betas)
        self.draws = Draws(seed + 11, device)
        self.penalty = penalty

    def learn(self, picture: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        """Do a step that tells true masks from made ones better, and return its loss.

        Parameters
        ----------
        picture
            float32 (N, planes, H, W), 0 … 1.
        real, fake
            float32 (N, 1, H, W), 0 … 1: truths, and probabilities of ink.
        """
        share = self.draws.uniform((len(picture),))
        loss = critic_loss(
            self.net.score, picture, real, fake.detach(), share, penalty=self.penalty
        )
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        return loss.detach()

    def judge(self, picture: Tensor, fake: Tensor) -> Tensor:
        """Return −mean score of probabilities: less is truer; flows back into them alone."""
        with self._still():
            return generator_loss(self.net.score, picture, fake)

    def state_dict(self) -> dict[str, Any]:
        """Return what `load_state_dict` needs to go on."""
        return {
            "net": self.net.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "draws": self.draws.state_dict(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where ``state`` was taken."""
        self.net.load_state_dict(state["net"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.draws.load_state_dict(state["draws"])

    @contextmanager
    def _still(self) -> Iterator[None]:
        """Let no gradient reach the discriminator's own weights."""
        self.net.requires_grad_(requires_grad=False)
        try:
            yield
        finally:
            self.net.requires_grad_(requires_grad=True)


class AdversarialTerm:
    """weight · `Adversary.judge` as another term of a trainer's loss; the adversary learns first.

    Parameters
    ----------
    adversary
        Of pictures in RGB.
    weight
        Of its judgement beside the other terms.
    """

    def __init__(self, adversary: Adversary, weight: float) -> None:
        self.adversary, self.weight = adversary, weight

    def __call__(self, logit: Tensor, image: Tensor, truth: Tensor) -> Tensor:
        """Return the term for logits (N, 1, H, W) of images (N, 3, H, W) 0 … 1."""
        made = logit.float().sigmoid()
        self.adversary.learn(image, truth, made)
        return self.weight * self.adversary.judge(image, made)
