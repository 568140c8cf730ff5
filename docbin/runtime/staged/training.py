"""How the networks of a pipeline are trained."""

from __future__ import annotations

from dataclasses import dataclass

from docbin.runtime.staged.checks import one_of, refuse_unless, within

NORMS = ("none", "instance")
TERMS = ("bce", "dice", "l1")


@dataclass(frozen=True, slots=True)
class Schedule:
    """How the networks of a stage are trained.

    Parameters
    ----------
    scales, stride
        Crops of the page are so many sides long, begin after this share of their side, and are
        brought to the side.
    turns
        Degrees by which each crop is turned.
    mirrored
        Whether crops are mirrored, too, both ways.
    epochs, batch, rate, betas
        Of Adam.
    every
        The generator learns at every so many steps of the discriminator.
    """

    scales: tuple[float, ...] = (0.75, 1.0, 1.25, 1.5)
    stride: float = 0.3
    turns: tuple[int, ...] = (0, 270)
    mirrored: bool = False
    epochs: int = 10
    batch: int = 16
    rate: float = 2e-4
    betas: tuple[float, ...] = (0.5, 0.999)
    every: int = 1

    def __post_init__(self) -> None:
        refuse_unless(0 < len(self.scales) <= 16, "scales", self.scales, "1 to 16 of them")
        for scale in self.scales:
            within("a scale", scale, 0.1, 10)
        within("stride", self.stride, 0.01, 1)
        refuse_unless(
            bool(self.turns) and set(self.turns) <= {0, 90, 180, 270},
            "turns",
            self.turns,
            "some of 0, 90, 180, 270",
        )
        for what, value in (("epochs", self.epochs), ("batch", self.batch), ("every", self.every)):
            within(what, value, 1, 100_000)
        within("rate", self.rate, 1e-9, 1)
        refuse_unless(
            len(self.betas) == 2 and all(0 <= beta < 1 for beta in self.betas),
            "betas",
            self.betas,
            "two numbers from 0 to below 1",
        )


@dataclass(frozen=True, slots=True)
class Adversary:
    """The discriminator: 4 × 4 convolutions on a picture and a mask, LeakyReLU between them.

    Parameters
    ----------
    widths, strides
        Of each convolution; the last gives the scores of patches.
    norm
        ``"none"`` or ``"instance"``, after all but the first and the last.
    slope
        Of LeakyReLU below zero.
    """

    widths: tuple[int, ...] = (32, 64, 128, 256, 1)
    strides: tuple[int, ...] = (2, 2, 2, 1, 1)
    norm: str = "none"
    slope: float = 0.2

    def __post_init__(self) -> None:
        refuse_unless(
            2 <= len(self.widths) <= 16 and len(self.widths) == len(self.strides),
            "widths and strides",
            (self.widths, self.strides),
            "2 to 16 of each",
        )
        for width, stride in zip(self.widths, self.strides, strict=True):
            within("a width", width, 1, 4096)
            within("a stride", stride, 1, 4)
        one_of("norm", self.norm, NORMS)
        within("slope", self.slope, 0, 0.99)


@dataclass(frozen=True, slots=True)
class Term:
    """A loss of the generator besides the discriminator's word: its name and its weight."""

    name: str
    weight: float

    def __post_init__(self) -> None:
        one_of("a loss", self.name, TERMS)
        within(f"the weight of '{self.name}'", self.weight, 0, 1e6)


@dataclass(frozen=True, slots=True)
class Losses:
    """What generators and discriminator are trained with.

    Parameters
    ----------
    terms
        Sum of weighted losses between logits and target.
    adversarial
        Weight of the Wasserstein term; 0: no discriminator.
    penalty
        λ of the gradient penalty.
    """

    terms: tuple[Term, ...] = (Term("bce", 50.0),)
    adversarial: float = 1.0
    penalty: float = 10.0

    def __post_init__(self) -> None:
        refuse_unless(1 <= len(self.terms) <= 8, "terms", self.terms, "1 to 8 of them")
        within("adversarial", self.adversarial, 0, 1e6)
        within("penalty", self.penalty, 0, 1e6)
