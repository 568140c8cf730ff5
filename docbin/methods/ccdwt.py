"""The method ``ccdwt``: subbands of colour channels, then local and global networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from docbin.citation import Citation
from docbin.methods import trained_pipeline


@dataclass(frozen=True, slots=True)
class CCDWT:
    """Six networks in three stages on subbands of colour channels (CCDWT-GAN, Ju et al. 2023).

    The stages are those of `docbin.methods.three_stage.ThreeStage`; the weights are trained as a
    pipeline of their own.

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
    Ju, Lin, Chiang, Chen, Chen and Chien 2023, doi:10.48550/arXiv.2305.17420

    Examples
    --------
    >>> CCDWT("no-such-folder")
    Traceback (most recent call last):
    docbin.errors.UsageError: weights is 'no-such-folder', which is no folder of a trained \
pipeline: there is no pipeline.json in it
    """

    weights: str = ""
    overlap: float = 0.25
    edges: str = "network"

    pipeline: ClassVar[str] = "ccdwt"
    kind: ClassVar[str] = "network"
    choices: ClassVar[dict[str, tuple[str, ...]]] = {"edges": trained_pipeline.EDGES}
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="ju2023",
        authors="Ju, Rui-Yang and Lin, Yu-Shian and Chiang, Jen-Shiun and Chen, Chih-Chia and "
        "Chen, Wei-Han and Chien, Chun-Tse",
        title="CCDWT-GAN: generative adversarial networks based on color channel using discrete "
        "wavelet transform for document image binarization",
        venue="arXiv:2305.17420",
        year=2023,
        doi="10.48550/arXiv.2305.17420",
        kind="misc",
    )

    def __post_init__(self) -> None:
        """Refuse an overlap out of range, and weights that are not there."""
        trained_pipeline.check(self)

    __call__ = trained_pipeline.binarize
    probability = trained_pipeline.probability
    forecast = trained_pipeline.forecast
