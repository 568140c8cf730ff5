"""What the training of a pipeline is made of, and the presets of the command line."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from docbin.errors import UsageError
from docbin.nn import config as configs
from docbin.nn.config import NETWORKS, PRESETS, Choices
from docbin.nn.gan.generators import Choice, chosen
from docbin.nn.models.wavelet_unet import WaveletUnetConfig
from docbin.ops.parameters import choice, flag, number
from docbin.runtime.staged.description import Description, Stage
from docbin.runtime.staged.table import description

# Of packed generators, which learn faster than float ones can.
_PACKED_RATE = 2e-3
# Crops of a store of tiles; longer ones need larger tiles.
TILE = 448


@dataclass(frozen=True, slots=True)
class GanConfig:
    """The training of a pipeline; 0 is what its description says.

    Parameters
    ----------
    pipeline
        One of `docbin.runtime.staged.table.DESCRIPTIONS`.
    generator
        ``"packed"``, ``"unet:ENCODER"`` or ``"unetpp:ENCODER"``.
    network
        Shape and bits of packed generators.
    pretrained
        Begin float encoders with their ImageNet weights.
    steps
        Steps of each generator; 0: the epochs of the description.
    batch, page_batch
        Patches of a step, and whole pages of one.
    side, page
        Of patches and of whole pages, in pixels.
    every
        The discriminator learns so many times before a generator does.
    rate, warmup, floor
        Learning rate of the generators (0: 2e-3 for packed ones), steps in which it rises, and the
        share of it that is left at the end.
    critic_rate
        Learning rate of the discriminators.
    quantiser_rate, clip, average
        As in `docbin.nn.config.TrainConfig`; ``clip`` is in units of this loss, which is 50 times
        as large.
    narrow
        The widths of the discriminators are divided by this.
    adversarial
        Weight of the discriminators' judgement; negative: the description's.
    augmented
        Whether patches and pages are augmented as for `docbin train binarizer`.
    seed
        Of weights and batches.
    compile
        As in `docbin.nn.config.TrainConfig`.
    """

    pipeline: str = "three-stage"
    generator: str = "packed"
    network: WaveletUnetConfig = field(default_factory=lambda: NETWORKS["small"])
    pretrained: bool = False
    steps: int = 0
    batch: int = 0
    page_batch: int = 0
    side: int = 0
    page: int = 0
    every: int = 0
    rate: float = 0.0
    warmup: int = 200
    floor: float = 1e-3
    critic_rate: float = 0.0
    quantiser_rate: float = 0.1
    clip: float = 50.0
    average: float = 0.999
    narrow: int = 1
    adversarial: float = -1.0
    augmented: bool = True
    seed: int = 0
    compile: Literal["auto", "on", "off"] = "auto"

    def __post_init__(self) -> None:
        for name in ("steps", "batch", "page_batch", "every", "warmup", "seed"):
            number(name, getattr(self, name), 0, whole=True)
        for name in ("side", "page"):
            number(name, getattr(self, name), 0, 2048, whole=True)
            if getattr(self, name) % 64:
                raise UsageError(f"{name} is {getattr(self, name)}; give a multiple of 64, or 0")
        number("narrow", self.narrow, 1, 32, whole=True)
        for name in ("rate", "critic_rate", "floor", "quantiser_rate"):
            number(name, getattr(self, name), 0, 1)
        number("clip", self.clip, 1e-9)
        number("average", self.average, 0, 0.99999)
        number("adversarial", self.adversarial, -1, 1e6)
        for name in ("pretrained", "augmented"):
            flag(name, getattr(self, name))
        choice("compile", self.compile, ("auto", "on", "off"))
        if self.kind.packed and not self.network.quantised:
            raise UsageError("packed generators need a quantised network; choose another one")
        if self.kind.packed and self.pretrained:
            raise UsageError("there are no ImageNet weights of packed generators; leave it out")
        self.described()

    @property
    def kind(self) -> Choice:
        """What its generators are."""
        return chosen(self.generator)

    @property
    def learning(self) -> float:
        """The generators' learning rate where a stage has no other."""
        return self.rate or (_PACKED_RATE if self.kind.packed else 0.0)

    def described(self) -> Description:
        """Return the pipeline with what this run changes of it."""
        whole = description(self.pipeline)
        adversary, losses = whole.adversary, whole.losses
        widths = tuple(max(1, width // self.narrow) for width in adversary.widths[:-1])
        adversary = dataclasses.replace(adversary, widths=(*widths, adversary.widths[-1]))
        if self.adversarial >= 0:
            losses = dataclasses.replace(losses, adversarial=self.adversarial)
        architecture = self.kind.architecture or whole.architecture
        return dataclasses.replace(
            whole,
            stages=tuple(map(self._stage, whole.stages)),
            adversary=adversary,
            losses=losses,
            architecture=architecture,
        )

    def _stage(self, stage: Stage) -> Stage:
        paged = stage.name == "global"
        batch, side = (self.page_batch, self.page) if paged else (self.batch, self.side)
        given = {"batch": batch, "every": self.every, "rate": self.learning}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value}
        schedule = dataclasses.replace(stage.schedule, **changes)
        return dataclasses.replace(stage, schedule=schedule, side=side or stage.side)

    def tile(self) -> int:
        """Return the side of the tiles that patches are cut from."""
        stages = [stage for stage in self.described().stages if stage.name != "global"]
        longest = max(stage.side * max(stage.schedule.scales) for stage in stages)
        return TILE if longest <= TILE else math.ceil(longest / 64) * 64


GAN_PRESETS: dict[str, GanConfig] = {
    "gpu": GanConfig(),
    "cpu": GanConfig(
        steps=600,
        batch=4,
        page_batch=2,
        side=128,
        page=256,
        every=1,
        warmup=100,
        average=0.99,
        narrow=2,
    ),
    "tiny": GanConfig(
        network=PRESETS["tiny"].network,
        steps=8,
        batch=2,
        page_batch=2,
        side=64,
        page=64,
        every=1,
        warmup=2,
        average=0.5,
        narrow=8,
        compile="off",
    ),
}


def configured(
    name: str, pipeline: str, generator: str, texts: Iterable[str], *, shape: str | None = None
) -> GanConfig:
    """Return a preset for a pipeline, with fields changed by ``KEY=VALUE``.

    Parameters
    ----------
    name
        Of the preset.
    pipeline, generator
        See `GanConfig`.
    texts
        Fields of `GanConfig`; values are JSON, or text.
    shape
        A network of `docbin.nn.config.NETWORKS` for packed generators, or None for the preset's.

    Examples
    --------
    >>> configured("tiny", "suh", "packed", ["steps=5"]).steps
    5
    """
    description(pipeline)  # says what is wrong
    presets = {
        key: dataclasses.replace(each, pipeline=pipeline, generator=generator)
        for key, each in GAN_PRESETS.items()
    }
    config: GanConfig = configs.configured(
        name, shape, texts, Choices(GanConfig, presets, NETWORKS)
    )
    return config
