"""The method ``suh``: four channels, then local and global networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from docbin.citation import Citation
from docbin.methods import trained_pipeline


@dataclass(frozen=True, slots=True)
class Suh:
    """Six networks in two stages, on channels as they are (Suh et al. 2022).

    A network each finds the ink in the red, green, blue and gray channels of patches of 256 pixels;
    what follows is as of `docbin.methods.three_stage.ThreeStage`.

    Parameters
    ----------
    weights
        Folder of a trained pipeline, see ``docs/pipelines.md``; docbin comes with none.
    overlap
        Share of a patch that neighbours have in common, 0 to 0.95; seams are blended. The published
        program moves on by a tenth of a patch, which is 0.9 and fifty times the work.
    edges
        Where ink ends: ``"network"`` where the networks say, as published, ``"page"`` at the page's
        edge where that is within a pixel, see `docbin.ops.edge_snap`.

    References
    ----------
    Suh, Kim, Lukowicz and Lee 2022, doi:10.1016/j.patcog.2022.108810

    Examples
    --------
    >>> Suh("no-such-folder")
    Traceback (most recent call last):
    docbin.errors.UsageError: weights is 'no-such-folder', which is no folder of a trained \
pipeline: there is no pipeline.json in it
    """

    weights: str = ""
    overlap: float = 0.25
    edges: str = "network"

    pipeline: ClassVar[str] = "suh"
    kind: ClassVar[str] = "network"
    choices: ClassVar[dict[str, tuple[str, ...]]] = {"edges": trained_pipeline.EDGES}
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="suh2022",
        authors="Suh, Sungho and Kim, Jihun and Lukowicz, Paul and Lee, Yong Oh",
        title="Two-stage generative adversarial networks for binarization of color document images",
        venue="Pattern Recognition",
        year=2022,
        doi="10.1016/j.patcog.2022.108810",
    )

    def __post_init__(self) -> None:
        """Refuse an overlap out of range, and weights that are not there."""
        trained_pipeline.check(self)

    __call__ = trained_pipeline.binarize
    probability = trained_pipeline.probability
    forecast = trained_pipeline.forecast
