"""The method ``cgan``: one network on large patches, trained as a conditional GAN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from docbin.citation import Citation
from docbin.methods import trained_pipeline


@dataclass(frozen=True, slots=True)
class CGAN:
    """One network on patches of 512 pixels, trained as a conditional GAN (Ju et al. 2025).

    The baseline of the DKDS benchmark for old pages with seals: the network sees the page in
    colour, and its map is the result.

    Parameters
    ----------
    weights
        Folder of a trained pipeline, see ``docs/pipelines.md``; docbin comes with none.
    overlap
        Share of a patch that neighbours have in common, 0 to 0.95; seams are blended. The published
        program moves on by a tenth of a patch, which is 0.9 and forty times the work.
    edges
        Where ink ends: ``"network"`` where the networks say, as published, ``"page"`` at the page's
        edge where that is within a pixel, see `docbin.ops.edge_snap`.

    References
    ----------
    Ju, Yamashita, Kameko and Mori 2025, doi:10.48550/arXiv.2511.09117

    Examples
    --------
    >>> CGAN("no-such-folder")
    Traceback (most recent call last):
    docbin.errors.UsageError: weights is 'no-such-folder', which is no folder of a trained \
pipeline: there is no pipeline.json in it
    """

    weights: str = ""
    overlap: float = 0.25
    edges: str = "network"

    pipeline: ClassVar[str] = "cgan"
    kind: ClassVar[str] = "network"
    choices: ClassVar[dict[str, tuple[str, ...]]] = {"edges": trained_pipeline.EDGES}
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="dkds2025",
        authors="{{DKDS}}",
        title="DKDS: a benchmark dataset of degraded Kuzushiji documents with seals for detection "
        "and binarization",
        venue="arXiv:2511.09117",
        year=2025,
        doi="10.48550/arXiv.2511.09117",
        kind="misc",
    )

    def __post_init__(self) -> None:
        """Refuse an overlap out of range, and weights that are not there."""
        trained_pipeline.check(self)

    __call__ = trained_pipeline.binarize
    probability = trained_pipeline.probability
    forecast = trained_pipeline.forecast
