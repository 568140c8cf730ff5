"""Detectors of text; what they return is a list of `TextRegion`."""

from docbin.detect.detector import Detector
from docbin.regions import TextRegion

__all__ = ["Detector", "TextRegion"]
