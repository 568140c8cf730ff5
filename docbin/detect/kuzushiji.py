"""Old Japanese books: columns of running hand (Kuzushiji), and the seals of their owners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from docbin.citation import Citation
from docbin.detect.db import Db
from docbin.detect.postprocess import SHAPES
from docbin.detect.reading_order import in_reading_order
from docbin.errors import UsageError
from docbin.regions import TextRegion
from docbin.runtime.shipped import KUZUSHIJI, SEALS

NONE = "none"
# Writing is of a seal where so much of its box lies in that of the seal.
_INSIDE = 0.7


@dataclass(frozen=True, slots=True)
class Kuzushiji:
    """Columns of writing (kind ``text``) and seals (kind ``seal``) on pages of old Japanese books.

    A network looks for each of them, as `docbin.detect.db.Db`; characters cut in a seal are no
    column of writing. Both learned from generated pages and NDL-DocL.

    Parameters
    ----------
    weights
        What finds columns: ``"kuzushiji"``, which docbin comes with, or a path as for `Db`.
    seals
        What finds seals: ``"seals"``, which docbin comes with, a path, as of what ``docbin train
        detector --kind seal`` trained, or ``"none"``: no seals, in half of the time.
    shape
        ``"quad"``: turned rectangles; ``"polygon"``: outlines (needs the extra ``detect``).

    References
    ----------
    Liao et al. 2020, Real-time Scene Text Detection with Differentiable Binarization,
    doi:10.1609/aaai.v34i07.6812
    """

    weights: str = KUZUSHIJI
    seals: str = SEALS
    shape: str = SHAPES[0]

    choices: ClassVar[dict[str, tuple[str, ...]]] = {"shape": SHAPES}
    citation: ClassVar[Citation] = Db.citation

    def __post_init__(self) -> None:
        """Refuse parameters that are wrong; the files are read when the first image comes."""
        if not isinstance(self.seals, str):
            raise UsageError(f"seals is {self.seals!r}; give a path, or '{NONE}'")
        self._detectors()

    def __call__(self, image: Any) -> list[TextRegion]:
        """Return columns and seals, in reading order.

        Parameters
        ----------
        image
            uint8 (H, W) gray or (H, W, 3) RGB; see `docbin.image.as_array` for all that is taken.
        """
        columns, *stamps = (detector(image) for detector in self._detectors())
        seals = [seal for found in stamps for seal in found]
        written = [column for column in columns if not any(_within(column, one) for one in seals)]
        return in_reading_order([*written, *seals])

    def _detectors(self) -> list[Db]:
        names = [self.weights] if self.seals == NONE else [self.weights, self.seals]
        return [Db(name, shape=self.shape) for name in names]


def _within(region: TextRegion, other: TextRegion) -> bool:
    """Return whether most of a region's upright box lies in that of another."""
    low = np.maximum(region.polygon.min(0), other.polygon.min(0))
    high = np.minimum(region.polygon.max(0), other.polygon.max(0))
    whole = np.ptp(region.polygon, axis=0).prod()
    return bool(np.clip(high - low, 0, None).prod() > _INSIDE * whole)
