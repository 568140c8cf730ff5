"""Metrics, datasets, scoring runs, tuning; scoring takes any callable."""

from docbin.evaluate.datasets import Dataset, Sample
from docbin.evaluate.metrics import score
from docbin.evaluate.scores import Scores
from docbin.evaluate.weights import WeightMaps, weight_maps

__all__ = ["Dataset", "Sample", "Scores", "WeightMaps", "score", "weight_maps"]
