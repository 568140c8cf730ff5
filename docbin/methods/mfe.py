"""The method ``mfe``: small subbands of four channels, then local and global networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from docbin.citation import Citation
from docbin.methods import trained_pipeline


@dataclass(frozen=True, slots=True)
class MFE:
    """Six networks in three stages, on subbands that stay small (MFE-GAN, Ju et al. 2025).

    A network each finds the ink in the low Haar subbands of the red, green, blue and gray channels
    of patches of 256 pixels, each stretched to its full range and kept at 128: a quarter of the
    work. What follows is as of `docbin.methods.three_stage.ThreeStage`, with patches of 256.

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
    Ju, Wong, Jin and Chiang 2025, doi:10.48550/arXiv.2512.14114

    Examples
    --------
    >>> MFE("no-such-folder")
    Traceback (most recent call last):
    docbin.errors.UsageError: weights is 'no-such-folder', which is no folder of a trained \
pipeline: there is no pipeline.json in it
    """

    weights: str = ""
    overlap: float = 0.25
    edges: str = "network"

    pipeline: ClassVar[str] = "mfe"
    kind: ClassVar[str] = "network"
    choices: ClassVar[dict[str, tuple[str, ...]]] = {"edges": trained_pipeline.EDGES}
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="ju2025",
        authors="Ju, Rui-Yang and Wong, KokSheik and Jin, Yanlin and Chiang, Jen-Shiun",
        title="MFE-GAN: efficient GAN-based framework for document image enhancement and "
        "binarization with multi-scale feature extraction",
        venue="arXiv:2512.14114",
        year=2025,
        doi="10.48550/arXiv.2512.14114",
        kind="misc",
    )

    def __post_init__(self) -> None:
        """Refuse an overlap out of range, and weights that are not there."""
        trained_pipeline.check(self)

    __call__ = trained_pipeline.binarize
    probability = trained_pipeline.probability
    forecast = trained_pipeline.forecast
