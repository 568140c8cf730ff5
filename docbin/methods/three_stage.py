"""The method ``three-stage``: subbands of four channels, then local and global networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from docbin.citation import Citation
from docbin.methods import trained_pipeline


@dataclass(frozen=True, slots=True)
class ThreeStage:
    """Six networks in three stages (ThreeStage, Ju et al. 2024).

    The red, green and blue channels of patches of 224 pixels become their low Haar subbands, each
    stretched to its full range and brought back to size; a network for each finds the ink in it,
    a fourth in gray. Their maps, each colour averaged with gray, are a picture in which a local
    network finds the ink; a global one looks at the whole page at 512 × 512 pixels. Ink is where
    both say so. Pages that are longer than six times their width, or shorter than 512 pixels, have
    no global map.

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
    Ju, Lin, Jin, Chen, Chien and Chiang 2024, doi:10.48550/arXiv.2211.16098

    Examples
    --------
    >>> ThreeStage("no-such-folder")
    Traceback (most recent call last):
    docbin.errors.UsageError: weights is 'no-such-folder', which is no folder of a trained \
pipeline: there is no pipeline.json in it
    """

    weights: str = ""
    overlap: float = 0.25
    edges: str = "network"

    pipeline: ClassVar[str] = "three-stage"
    kind: ClassVar[str] = "network"
    choices: ClassVar[dict[str, tuple[str, ...]]] = {"edges": trained_pipeline.EDGES}
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="ju2024",
        authors="Ju, Rui-Yang and Lin, Yu-Shian and Jin, Yanlin and Chen, Chih-Chia and "
        "Chien, Chun-Tse and Chiang, Jen-Shiun",
        title="Three-stage binarization of color document images based on discrete wavelet "
        "transform and generative adversarial networks",
        venue="arXiv:2211.16098",
        year=2024,
        doi="10.48550/arXiv.2211.16098",
        kind="misc",
    )

    def __post_init__(self) -> None:
        """Refuse an overlap out of range, and weights that are not there."""
        trained_pipeline.check(self)

    __call__ = trained_pipeline.binarize
    probability = trained_pipeline.probability
    forecast = trained_pipeline.forecast
