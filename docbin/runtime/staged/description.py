"""What a pipeline of generators is: its stages, what each sees, how it is trained, what is fused.

A description is data. Inference and training read the same one, and it is written into the file
of a trained pipeline (`docbin.runtime.staged.bundle`), so that neither can drift from the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from docbin.runtime.container import is_name
from docbin.runtime.staged.checks import one_of, refuse_unless, within
from docbin.runtime.staged.training import Adversary, Losses, Schedule

SEES = ("red", "green", "blue", "gray", "color", "maps")
SUBBANDS = ("none", "full", "half")
TARGETS = ("truth", "channel")
STAGES = ("channels", "local", "global")
FUSIONS = ("local", "both")
ARCHITECTURES = ("unet", "unet++")

# Sides of patches and pages: more is a mistake, or an attempt to exhaust memory.
_LEAST_SIDE, _MOST_SIDE = 32, 4096
_MOST_GENERATORS = 16


@dataclass(frozen=True, slots=True)
class Generator:
    """One network: what it sees, and what it is taught to find.

    Parameters
    ----------
    name
        Of its file in a bundle, and in messages.
    sees
        ``"red"``, ``"green"``, ``"blue"``, ``"gray"``: one channel; ``"color"``: the page, RGB;
        ``"maps"``: the picture of what the channels' generators found, see
        `docbin.ops.channels.joined`.
    subband
        ``"none"``: as it is; ``"full"``: the normalised Haar LL subband at the patch's size;
        ``"half"``: the same kept small. See `docbin.ops.subband.seen`.
    target
        ``"truth"``, or ``"channel"``: see `docbin.ops.subband.channel_target`.
    """

    name: str
    sees: str
    subband: str = "none"
    target: str = "truth"

    def __post_init__(self) -> None:
        refuse_unless(
            is_name(self.name) and not self.name.startswith("."),
            "a generator's name",
            self.name,
            "1 to 64 characters of A-Z a-z 0-9 _ . -, the first no dot",
        )
        one_of(f"what '{self.name}' sees", self.sees, SEES)
        one_of(f"the subband of '{self.name}'", self.subband, SUBBANDS)
        one_of(f"the target of '{self.name}'", self.target, TARGETS)
        refuse_unless(
            self.planes == 1 or (self.subband == "none" and self.target == "truth"),
            f"what '{self.name}' sees",
            self.sees,
            "a single channel to a generator with a subband or a channel's target",
        )

    @property
    def planes(self) -> int:
        """Channels of the pictures that it sees, 1 or 3."""
        return 3 if self.sees in ("color", "maps") else 1


@dataclass(frozen=True, slots=True)
class Stage:
    """Networks that work side by side.

    Parameters
    ----------
    name
        ``"channels"``: one map for each channel; ``"local"``: patches of the page or of the
        maps; ``"global"``: the whole page at one size.
    generators
        Its networks.
    side
        Of patches, or of the whole page, in pixels; even.
    schedule
        How they are trained.
    """

    name: str
    generators: tuple[Generator, ...]
    side: int
    schedule: Schedule = field(default_factory=Schedule)

    def __post_init__(self) -> None:
        one_of("a stage", self.name, STAGES)
        within(f"the side of '{self.name}'", self.side, _LEAST_SIDE, _MOST_SIDE)
        refuse_unless(self.side % 2 == 0, f"the side of '{self.name}'", self.side, "an even number")
        wanted = 1 if self.name != "channels" else _MOST_GENERATORS
        count = len(self.generators)
        refuse_unless(1 <= count <= wanted, f"generators of '{self.name}'", count, f"1 to {wanted}")


@dataclass(frozen=True, slots=True)
class Whole:
    """When and how the page is looked at as a whole.

    Parameters
    ----------
    slimmest
        A page longer than so many shorter sides is not looked at;
    least
        nor one whose longer side is shorter than this, in pixels.
    squared
        A page longer than so many shorter sides is laid into a square of its channels' medians.
    truth, result
        Odd windows by which ink is thickened: of the truth at the small size, and of what is found
        at the page's.
    """

    slimmest: int = 6
    least: int = 512
    squared: int = 4
    truth: int = 5
    result: int = 7

    def __post_init__(self) -> None:
        within("slimmest", self.slimmest, 1, 1000)
        within("least", self.least, 1, 1 << 20)
        within("squared", self.squared, 1, 1000)
        for what, value in (("truth", self.truth), ("result", self.result)):
            refuse_unless(1 <= value <= 63 and value % 2 == 1, what, value, "an odd number to 63")


@dataclass(frozen=True, slots=True)
class Description:
    """A pipeline.

    Parameters
    ----------
    name
        Of its method.
    stages
        In the order in which they run.
    architecture
        Of the published generators: ``"unet"`` or ``"unet++"``.
    fusion
        ``"local"``: the local map is the result. ``"both"``: ink is where the local and the
        thickened global map say so; the local map alone where a page is not looked at as a whole.
    losses, adversary
        Of training.
    whole
        Rules of the global stage.
    cut
        Truth below this gray is ink.
    share
        See `docbin.ops.subband.channel_target`.
    """

    name: str
    stages: tuple[Stage, ...]
    architecture: str = "unet++"
    fusion: str = "both"
    losses: Losses = field(default_factory=Losses)
    adversary: Adversary = field(default_factory=Adversary)
    whole: Whole = field(default_factory=Whole)
    cut: int = 190
    share: float = 0.3

    def __post_init__(self) -> None:
        refuse_unless(is_name(self.name), "a pipeline's name", self.name, "a name")
        one_of("architecture", self.architecture, ARCHITECTURES)
        one_of("fusion", self.fusion, FUSIONS)
        within("cut", self.cut, 1, 255)
        within("share", self.share, 0, 1)
        names = tuple(stage.name for stage in self.stages)
        refuse_unless(
            "local" in names and list(names) == sorted(set(names), key=STAGES.index),
            "the order of stages",
            ", ".join(names),
            f"'local' and what else there is of {', '.join(STAGES)}, each once, in this order",
        )
        refuse_unless(
            ("global" in names) == (self.fusion == "both"),
            "fusion",
            self.fusion,
            "'both' where there is a global stage, else 'local'",
        )
        each = [generator.name for generator in self.generators()]
        refuse_unless(len(set(each)) == len(each), "generators", each, "each a name of its own")
        self._check_views()

    def _check_views(self) -> None:
        """Refuse a generator that would see what is not there."""
        maps = self.has("channels")
        for stage in self.stages:
            for one in stage.generators:
                sees = {"channels": SEES[:4], "local": SEES, "global": SEES[:5]}[stage.name]
                one_of(f"what '{one.name}' of '{stage.name}' sees", one.sees, sees)
                refuse_unless(maps or one.sees != "maps", "maps", one.name, "a stage 'channels'")
        seen = sorted(one.sees for one in self.stage("channels").generators) if maps else []
        refuse_unless(
            not maps or seen == sorted(SEES[:4]), "what 'channels' see", seen, "each channel once"
        )

    def has(self, name: str) -> bool:
        """Return whether there is a stage of this name."""
        return any(stage.name == name for stage in self.stages)

    def stage(self, name: str) -> Stage:
        """Return the stage of this name."""
        return next(stage for stage in self.stages if stage.name == name)

    def generators(self) -> tuple[Generator, ...]:
        """Return the generators of all stages."""
        return tuple(one for stage in self.stages for one in stage.generators)
