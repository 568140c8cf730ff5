"""Metrics that follow from the four counts of right and wrong pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from docbin.image import Mask


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts over all pixels; ink is the positive class.

    An empty class leaves a share open (0/0). The rule is then: 1 if nothing is wrong at all, else
    0, so that a blank result on a blank truth is perfect and any other case is not.

    Parameters
    ----------
    tp, fp, fn, tn
        Ink found, paper taken for ink, ink missed, paper left alone.
    """

    tp: int
    fp: int
    fn: int
    tn: int

    @classmethod
    def of(cls, result: Mask, truth: Mask) -> Confusion:
        """Count the pixels of two masks of one shape."""
        tp = int(np.count_nonzero(result & truth))
        fp = int(np.count_nonzero(result)) - tp
        fn = int(np.count_nonzero(truth)) - tp
        return cls(tp, fp, fn, result.size - tp - fp - fn)

    @property
    def wrong(self) -> int:
        """FP + FN."""
        return self.fp + self.fn

    def share(self, part: float, whole: float) -> float:
        """Return part / whole, or what the rule above gives for an empty whole."""
        return part / whole if whole else float(self.wrong == 0)

    @property
    def recall(self) -> float:
        """TP / (TP + FN)."""
        return self.share(self.tp, self.tp + self.fn)

    @property
    def precision(self) -> float:
        """TP / (TP + FP)."""
        return self.share(self.tp, self.tp + self.fp)

    def f_beta(self, beta: float = 1.0) -> float:
        """(1 + β²) P R / (β² P + R); 0 if both are 0."""
        return f_measure(self.precision, self.recall, beta)

    @property
    def psnr(self) -> float:
        """10 log10(W H / (FP + FN)) in dB; infinite if nothing is wrong."""
        if not self.wrong:
            return math.inf
        return 10 * math.log10((self.tp + self.fp + self.fn + self.tn) / self.wrong)

    @property
    def nrm(self) -> float:
        """½ (FN / (FN + TP) + FP / (FP + TN)); an empty class adds 0."""
        ink, paper = self.fn + self.tp, self.fp + self.tn
        return ((self.fn / ink if ink else 0.0) + (self.fp / paper if paper else 0.0)) / 2

    @property
    def mcc(self) -> float:
        """Matthews' correlation; with an empty row or column 1 if nothing is wrong, else 0."""
        tp, fp, fn, tn = self.tp, self.fp, self.fn, self.tn
        scale = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
        if not scale:
            return float(self.wrong == 0)
        return (tp * tn - fp * fn) / math.sqrt(scale)

    @property
    def accuracy(self) -> float:
        """(TP + TN) / all."""
        return (self.tp + self.tn) / (self.tp + self.fp + self.fn + self.tn)


def f_measure(precision: float, recall: float, beta: float = 1.0) -> float:
    """(1 + β²) P R / (β² P + R); 0 if both are 0."""
    square = beta * beta
    scale = square * precision + recall
    return (1 + square) * precision * recall / scale if scale else 0.0
