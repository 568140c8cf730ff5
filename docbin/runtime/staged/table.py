"""The published pipelines as descriptions, one line of difference for each difference."""

from __future__ import annotations

from dataclasses import replace

from docbin.errors import UsageError
from docbin.registry import near_miss
from docbin.runtime.staged.description import Description, Generator, Stage
from docbin.runtime.staged.training import Adversary, Losses, Schedule, Term

_COLORS = ("blue", "green", "red")
_ALL_TURNS = (0, 90, 180, 270)


def _channels(side: int, subband: str, gray: str = "none") -> Stage:
    """Return the stage of four channel generators."""
    target = "truth" if subband == "none" else "channel"
    colors = tuple(Generator(color, color, subband, target) for color in _COLORS)
    return Stage("channels", (*colors, Generator("gray", "gray", gray)), side)


def _local(side: int) -> Stage:
    """Return the stage that sees the joined maps of the channels."""
    return Stage("local", (Generator("local", "maps"),), side, Schedule(every=5))


_GLOBAL = Stage(
    "global",
    (Generator("global", "color"),),
    512,
    Schedule(scales=(1.0,), stride=1.0, turns=_ALL_TURNS, mirrored=True, epochs=150, batch=4),
)

THREE_STAGE = Description("three-stage", (_channels(224, "full"), _local(224), _GLOBAL))

DESCRIPTIONS: dict[str, Description] = {
    # Ju et al. 2024, arXiv:2211.16098.
    "three-stage": THREE_STAGE,
    # Ju et al. 2023, arXiv:2305.17420: the same stages.
    "ccdwt": replace(THREE_STAGE, name="ccdwt"),
    # Suh et al. 2022, doi:10.1016/j.patcog.2022.108810: channels as they are.
    "suh": Description("suh", (_channels(256, "none"), _local(256), _GLOBAL), architecture="unet"),
    # Ju et al. 2025, arXiv:2512.14114: subbands kept small, of all four channels.
    "mfe": Description(
        "mfe",
        (_channels(256, "half", "half"), _local(256), _GLOBAL),
        losses=Losses((Term("bce", 25.0), Term("dice", 25.0))),
        adversary=Adversary((64, 128, 256, 512, 1), norm="instance"),
    ),
    # The conditional GAN of DKDS 2025, arXiv:2511.09117: one U-Net.
    "cgan": Description(
        "cgan",
        (Stage("local", (Generator("local", "color"),), 512, Schedule(batch=4)),),
        architecture="unet",
        fusion="local",
    ),
}


def description(name: str) -> Description:
    """Return the pipeline of a name.

    Raises
    ------
    UsageError
        If there is none, with a hint.
    """
    if name not in DESCRIPTIONS:
        raise UsageError(
            f"there is no pipeline '{name}'.{near_miss(name, list(DESCRIPTIONS))} "
            f"Known: {', '.join(DESCRIPTIONS)}."
        )
    return DESCRIPTIONS[name]
