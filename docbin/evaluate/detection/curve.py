"""Precision and recall along the ranking of detections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Detections of one kind by falling confidence.

    Parameters
    ----------
    certain
        Their scores, float64 (D,), falling.
    right
        Which of them match a truth, bool (D,).
    truths
        How many truths have to be found.
    """

    certain: npt.NDArray[np.float64]
    right: npt.NDArray[np.bool_]
    truths: int

    @classmethod
    def of(cls, results: Sequence[tuple[float, bool]], truths: int) -> Ranking:
        """Return the ranking of (score, right) in any order; equal scores keep theirs."""
        certain = np.array([score for score, _ in results], float)
        right = np.array([good for _, good in results], bool)
        order = np.argsort(-certain, kind="stable")
        return cls(certain[order], right[order], truths)

    @property
    def recall(self) -> npt.NDArray[np.float64]:
        """Recall after each detection."""
        return np.cumsum(self.right) / self.truths

    @property
    def precision(self) -> npt.NDArray[np.float64]:
        """Precision after each detection."""
        return np.cumsum(self.right) / np.arange(1, len(self.right) + 1)

    @property
    def envelope(self) -> npt.NDArray[np.float64]:
        """The largest precision at this recall or a larger one."""
        return np.maximum.accumulate(self.precision[::-1])[::-1]


def area_under(ranking: Ranking) -> float:
    """Return the area under the envelope, over all its steps (Pascal VOC since 2010)."""
    return float((np.diff(ranking.recall, prepend=0.0) * ranking.envelope).sum())


def interpolated(ranking: Ranking) -> float:
    """Return the mean of the envelope at recalls 0, 0.01, …, 1 (COCO)."""
    places = np.searchsorted(ranking.recall, np.linspace(0, 1, 101), side="left")
    return float(np.append(ranking.envelope, 0.0)[places].mean())


def best(
    rankings: Sequence[Ranking],
) -> tuple[float | None, float | None, float | None, float | None]:
    """Return mean precision, recall and F1, and the score at which the mean F1 is largest."""
    if not rankings:
        return None, None, None, None
    steps = np.unique(np.concatenate([ranking.certain for ranking in rankings]))[::-1]
    if not len(steps):
        return 0.0, 0.0, 0.0, None
    points = np.mean([_at(ranking, steps) for ranking in rankings], axis=0)
    place = int(points[2].argmax())
    precision, recall, f1 = (float(value) for value in points[:, place])
    return precision, recall, f1, float(steps[place])


def _at(ranking: Ranking, steps: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return precision, recall and F1 with all detections of at least each score, (3, S)."""
    kept = np.searchsorted(-ranking.certain, -steps, side="right")
    right = np.concatenate([[0], np.cumsum(ranking.right)])[kept]
    precision = right / np.maximum(kept, 1)
    recall = right / ranking.truths
    f1 = 2 * right / (kept + ranking.truths)
    return np.stack([precision, recall, f1])
