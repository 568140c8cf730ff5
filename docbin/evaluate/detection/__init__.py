"""Scores of text detection, on polygons: contest rules and average precision; needs shapely."""

from docbin.evaluate.detection.deteval import ICDAR2013, TOTAL_TEXT, DetEval
from docbin.evaluate.detection.icdar import icdar2015
from docbin.evaluate.detection.overlap import Overlap, overlap
from docbin.evaluate.detection.page import DetectionPage, DetectionScores
from docbin.evaluate.detection.ranked import KindScores, RankedScores, ranked

__all__ = [
    "ICDAR2013",
    "TOTAL_TEXT",
    "DetEval",
    "DetectionPage",
    "DetectionScores",
    "KindScores",
    "Overlap",
    "RankedScores",
    "icdar2015",
    "overlap",
    "ranked",
]
