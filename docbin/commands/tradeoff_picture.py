"""A picture of quality against time, as SVG: needs no plotting library."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from docbin.evaluate.tradeoff import Point

_WIDTH, _HEIGHT = 860, 520
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 30, 40, 50
_SIZE, _SMALL = 12, 10
_FRONT, _OTHER = "#b3261e", "#5f6b7a"


def svg(points: Sequence[Point], title: str) -> str:
    """Return a page of SVG: milliseconds for a megapixel (logarithmic) across, Avg-Score up.

    Round: classical; square: learned. The front is red and joined. The front and what is learned
    are named, and others where there is room; all names appear under the pointer. Other methods of
    the lowest quarter lie on the lower edge; methods without a finite score are left out.
    """
    means = [(point.mean("avg_score"), point) for point in points]
    scored = [(point.milliseconds, mean, point) for mean, point in means if mean is not None]
    front = [mean for _, mean, point in scored if point.front]
    axes = _Axes([cost for cost, _, _ in scored], [mean for _, mean, _ in scored], front)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="22" font-size="14">{escape(title)}</text>',
        *axes.drawn(),
    ]
    best = sorted((cost, mean) for cost, mean, point in scored if point.front)
    path = " ".join(f"{axes.x(cost):.1f},{axes.y(mean):.1f}" for cost, mean in best)
    lines.append(f'<polyline points="{path}" fill="none" stroke="{_FRONT}"/>')
    places = [(axes.x(cost), axes.y(mean)) for cost, mean, _ in scored]
    labels = _Labels(places)
    named = sorted(range(len(scored)), key=lambda i: not _important(scored[i][2]))
    spots = {i: labels.place(*places[i], scored[i][2]) for i in named}
    for index, (_, mean, point) in enumerate(scored):
        lines += _mark(places[index], point, mean, spots[index])
    return "\n".join([*lines, "</svg>", ""])


def _important(point: Point) -> bool:
    """Return whether a point is named even where there is little room."""
    return point.front or point.bytes is not None


def _mark(
    place: tuple[float, float], point: Point, mean: float, label: tuple[float, float, str] | None
) -> Iterator[str]:
    """Yield a point, and its name at ``label``: x, y and anchor."""
    x, y = place
    color = _FRONT if point.front else _OTHER
    told = f"{point.name}: Avg {mean:.2f}, {point.milliseconds:.4g} ms/MP"
    yield f'<g fill="{color}"><title>{escape(told)}</title>'
    if point.bytes is None:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    else:
        yield f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
    if label is not None:
        right, base, anchor = label
        size = _SIZE if _important(point) else _SMALL
        yield (
            f'<text x="{right:.1f}" y="{base:.1f}" text-anchor="{anchor}" font-size="{size}">'
            f"{escape(point.name)}</text>"
        )
    yield "</g>"


class _Labels:
    """Finds places for names that cover no point and no other name."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        self.taken = [(x - 4, y - 4, x + 4, y + 4) for x, y in points]

    def place(self, x: float, y: float, point: Point) -> tuple[float, float, str] | None:
        """Return x, base line and anchor of a name; None if there is no room for it."""
        size = _SIZE if _important(point) else _SMALL
        width = 0.6 * size * len(point.name)
        tries = [
            (x + dx if anchor == "start" else x - dx, y + dy, anchor)
            for dy, dx in ((-6, 6), (4, 8), (14, 6))
            for anchor in ("start", "end")
        ]
        for right, base, anchor in tries:
            left = right if anchor == "start" else right - width
            box = (left, base - 0.8 * size, left + width, base + 0.2 * size)
            inside = left >= _LEFT and left + width <= _WIDTH and base <= _HEIGHT - _BOTTOM
            if inside and self._free(box):
                self.taken.append(box)
                return right, base, anchor
        return tries[0] if _important(point) else None

    def _free(self, box: tuple[float, float, float, float]) -> bool:
        return not any(
            box[0] < its[2] and its[0] < box[2] and box[1] < its[3] and its[1] < box[3]
            for its in self.taken
        )


class _Axes:
    """Where values lie on the page."""

    def __init__(
        self, costs: Sequence[float], means: Sequence[float], front: Sequence[float]
    ) -> None:
        # A time below what the clock resolves is drawn as that.
        powers = [math.log10(max(cost, 1e-3)) for cost in costs] or [0.0]
        heights = sorted(means) or [0.0]
        self.first = math.floor(min(powers))
        self.last = max(math.ceil(max(powers)), self.first + 1)
        self.low = math.floor(min([heights[len(heights) // 4], *front]))
        self.high = max(math.ceil(heights[-1]), self.low + 1)

    def x(self, cost: float) -> float:
        """Return where a time lies."""
        share = (math.log10(max(cost, 1e-3)) - self.first) / (self.last - self.first)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, mean: float) -> float:
        """Return where a score lies; the lower edge for less than the lowest."""
        share = max(0.0, (mean - self.low) / (self.high - self.low))
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    def drawn(self) -> Iterator[str]:
        """Yield the grid with its numbers."""
        bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
        for power in range(self.first, self.last + 1):
            x = self.x(10.0**power)
            yield f'<path d="M{x:.1f} {_TOP}V{bottom}" stroke="#ddd"/>'
            yield f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{10.0**power:g}</text>'
        step = max(1, round((self.high - self.low) / 8))
        for mean in range(self.low, self.high + 1, step):
            y = self.y(mean)
            yield f'<path d="M{_LEFT} {y:.1f}H{right}" stroke="#ddd"/>'
            yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{mean}</text>'
        middle = (_LEFT + right) / 2
        yield f'<text x="{middle}" y="{_HEIGHT - 12}" text-anchor="middle">ms per megapixel</text>'
