"""Every binarization method: one file each, one line each in this table.

The classes can be had from here by name (``from docbin.methods import Sauvola``), loaded when
asked for; calling the package, ``docbin.methods()``, returns the names.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from docbin.registry import Registry
from docbin.runtime import shipped

METHODS = Registry(
    "method",
    {
        # Chooses for each page.
        "auto": "docbin.methods.auto:Auto",
        # One threshold for the page.
        "otsu": "docbin.methods.otsu:Otsu",
        "kittler": "docbin.methods.kittler:Kittler",
        "kapur": "docbin.methods.kapur:Kapur",
        "li": "docbin.methods.li:Li",
        "yen": "docbin.methods.yen:Yen",
        "isodata": "docbin.methods.isodata:Isodata",
        "triangle": "docbin.methods.triangle:Triangle",
        "minimum": "docbin.methods.minimum:Minimum",
        "multi-otsu": "docbin.methods.multi_otsu:MultiOtsu",
        "huang": "docbin.methods.huang:Huang",
        # A threshold for every pixel, from the window around it.
        "niblack": "docbin.methods.niblack:Niblack",
        "sauvola": "docbin.methods.sauvola:Sauvola",
        "wolf": "docbin.methods.wolf:Wolf",
        "nick": "docbin.methods.nick:Nick",
        "phansalkar": "docbin.methods.phansalkar:Phansalkar",
        "singh": "docbin.methods.singh:Singh",
        "wan": "docbin.methods.wan:Wan",
        "bradley": "docbin.methods.bradley:Bradley",
        "wellner": "docbin.methods.wellner:Wellner",
        # Local thresholds that look at contrast, several windows or scales.
        "isauvola": "docbin.methods.isauvola:ISauvola",
        "bernsen": "docbin.methods.bernsen:Bernsen",
        "feng": "docbin.methods.feng:Feng",
        "bataineh": "docbin.methods.bataineh:Bataineh",
        "adotsu": "docbin.methods.adotsu:AdOtsu",
        "adotsu-ms": "docbin.methods.adotsu_ms:AdOtsuMS",
        "sauvola-ms": "docbin.methods.sauvola_ms:SauvolaMS",
        "xdog": "docbin.methods.xdog:XDoG",
        # Structural: background, strokes, energies.
        "gatos": "docbin.methods.gatos:Gatos",
        "fair": "docbin.methods.fair:Fair",
        "nlbin": "docbin.methods.nlbin:Nlbin",
        "ntirogiannis": "docbin.methods.ntirogiannis:Ntirogiannis",
        "su": "docbin.methods.su:Su",
        "lmm": "docbin.methods.lmm:LMM",
        "su2013": "docbin.methods.su2013:Su2013",
        "howe": "docbin.methods.howe:Howe",
        "hbut": "docbin.methods.hbut:HBUT",
        # Colour, and maps of scores.
        "kmeans": "docbin.methods.kmeans:KMeans",
        "mebin": "docbin.methods.mebin:MEBin",
        # Learned.
        "net": "docbin.methods.net:Net",
        # Pipelines of several networks.
        "three-stage": "docbin.methods.three_stage:ThreeStage",
        "ccdwt": "docbin.methods.ccdwt:CCDWT",
        "suh": "docbin.methods.suh:Suh",
        "mfe": "docbin.methods.mfe:MFE",
        "cgan": "docbin.methods.cgan:CGAN",
    },
)
# They need trained weights of their own and are slow, so they are in no list that is not asked for.
PIPELINES = ("three-stage", "ccdwt", "suh", "mfe", "cgan")

_CLASSES = {target.partition(":")[2]: name for name, target in METHODS.items()}
__all__ = [*_CLASSES]


def default() -> str:
    """Return the method that is taken where none is named.

    ``net`` if docbin comes with a default network (see `docbin.runtime.shipped`), else ``auto``.
    """
    return "net" if "default" in shipped.index() else "auto"


def names() -> list[str]:
    """Return the names of all methods that work as they are: all but `PIPELINES`."""
    return [name for name in METHODS if name not in PIPELINES]


def __getattr__(name: str) -> Any:
    if name not in _CLASSES:
        raise AttributeError(f"module 'docbin.methods' has no attribute '{name}'")
    return METHODS.load(_CLASSES[name])


class _Methods(ModuleType):
    """``docbin.methods`` is a function of the public interface and this package: both at once."""

    def __call__(self) -> list[str]:
        """Return what `names` does."""
        return names()


sys.modules[__name__].__class__ = _Methods
