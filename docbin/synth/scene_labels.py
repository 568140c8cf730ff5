"""Labels of generated text: polygons of words and lines, and which of them can be read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from docbin.evaluate.labels.label import Label
from docbin.image import Color, Mask
from docbin.ops.polygon import filled
from docbin.regions import Polygon, TextRegion
from docbin.synth.scene_lettering import Box, FlatWord, Lettering
from docbin.synth.scene_places import Place
from docbin.synth.scene_ranges import SceneRanges

# White around letters that a polygon has, in ems.
_AROUND = 0.06


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A block of text that was laid over a photo.

    Parameters
    ----------
    text
        Its lettering.
    place
        Where it lies.
    margin
        White around the lettering, in flat pixels.
    scale
        Pixels of the photo to a flat pixel, about.
    script
        In which it is written.
    compact
        Whether the script has no blanks between words.
    """

    text: Lettering
    place: Place
    margin: int
    scale: float
    script: str
    compact: bool


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What can be read on a photo.

    Parameters
    ----------
    image
        The photo without noise.
    whole, truth
        Ink before and after things came in front of it.
    reach
        How far the blur reaches, in pixels.
    ranges
        The configuration.
    """

    image: Color
    whole: Mask
    truth: Mask
    reach: float
    ranges: SceneRanges

    def words(self, block: Block) -> list[Label]:
        """Return the words of a block."""
        return [self._label(block, [word]) for word in block.text.words]

    def lines(self, block: Block) -> list[Label]:
        """Return the lines of a block."""
        numbers = dict.fromkeys(word.line for word in block.text.words)
        rows = [[word for word in block.text.words if word.line == line] for line in numbers]
        return [self._label(block, row) for row in rows]

    def _label(self, block: Block, words: list[FlatWord]) -> Label:
        around = _AROUND * block.text.em
        edges = np.array([word.box for word in words]) + block.margin
        (left, top), (right, bottom) = edges[:, :2].min(axis=0), edges[:, 2:].max(axis=0)
        box: Box = (left - around, top - around, right + around, bottom + around)
        polygon = block.place.outline(box)
        return Label(
            TextRegion(polygon),
            text=("" if block.compact else " ").join(word.text for word in words),
            care=self._can_be_read(block, polygon),
            language=block.script,
        )

    def _can_be_read(self, block: Block, polygon: Polygon) -> bool:
        em = block.scale * block.text.em
        if em < self.ranges.smallest or self.reach > self.ranges.blurred * em:
            return False
        window, inside = filled(polygon, self.truth.shape)
        ink = self.truth[window] & inside
        if ink.sum() <= (1 - self.ranges.hidden) * (self.whole[window] & inside).sum():
            return False
        paper = inside & ~self.whole[window]
        if not ink.any() or not paper.any():
            return False
        pixels = self.image[window]
        apart = pixels[ink].mean(axis=0) - pixels[paper].mean(axis=0)
        return bool(np.abs(apart).max() >= self.ranges.faint)
