"""Metrics, datasets, scoring runs, tuning; scoring takes any callable."""

from docbin.evaluate.metrics import Scores, score

__all__ = ["Scores", "score"]
