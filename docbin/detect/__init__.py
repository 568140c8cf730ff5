"""Detectors of text; what they return is a list of `TextRegion`."""

from docbin.detect.detector import Detector
from docbin.regions import TextRegion
from docbin.registry import Registry

DETECTORS = Registry(
    "detector",
    {
        "db": "docbin.detect.db:Db",
        "kuzushiji": "docbin.detect.kuzushiji:Kuzushiji",
    },
)
DEFAULT = "db"

__all__ = ["DEFAULT", "DETECTORS", "Detector", "TextRegion"]
