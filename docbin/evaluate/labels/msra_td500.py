"""MSRA-TD500: boxes of any direction, by their unrotated place and an angle."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from docbin.evaluate.labels.collecting import Collector
from docbin.evaluate.labels.label import PageLabels
from docbin.evaluate.labels.lines import box, numbers, read_lines
from docbin.evaluate.labels.page_names import page_name


@dataclass(frozen=True, slots=True)
class MsraTd500:
    """``index difficult x y width height angle``; difficult ones are don't-care.

    The box (x, y, width, height) is turned about its centre by the angle, in radians, from the
    x axis towards the y axis: clockwise on the screen.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".gt",)
    about: ClassVar[str] = "MSRA-TD500: index difficult x y width height angle, one file a photo"

    def read(self, path: Path) -> list[PageLabels]:
        """Return the labels of one photo."""
        page = Collector(page_name(path.name), path)
        for line, content in read_lines(path):
            cells = content.split()
            values = numbers(cells) if len(cells) == 7 else None
            if values is None or cells[1] not in ("0", "1"):
                page.refuse(
                    line, "seven numbers are wanted: index, difficult (0 or 1), x y w h angle"
                )
                continue
            if values[4] <= 0 or values[5] <= 0:
                page.refuse(line, f"the box is {cells[4]} × {cells[5]}: it has no area")
                continue
            page.add(turned(*values[2:6], angle=values[6]), line=line, care=cells[1] == "0")
        return [page.done()]


def turned(
    x: float, y: float, width: float, height: float, *, angle: float
) -> list[tuple[float, float]]:
    """Return the corners of a box that is turned about its centre."""
    middle_x, middle_y = x + width / 2, y + height / 2
    cosine, sine = math.cos(angle), math.sin(angle)
    return [
        (middle_x + dx * cosine - dy * sine, middle_y + dx * sine + dy * cosine)
        for dx, dy in box(-width / 2, -height / 2, width / 2, height / 2)
    ]
