"""A picture of quality against time, as SVG: needs no plotting library."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from docbin.evaluate.tradeoff import Point

_WIDTH, _HEIGHT = 860, 520
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 30, 40, 50
_FRONT, _OTHER = "#b3261e", "#5f6b7a"


def svg(points: Sequence[Point], title: str) -> str:
    """Return a page of SVG: milliseconds for a megapixel (logarithmic) across, Avg-Score up.

    Round: classical; square: learned. The front is red, joined and named; the names of the others
    appear under the pointer. Other methods of the lowest quarter lie on the lower edge;
    methods without a finite score are left out.
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
    for cost, mean, point in scored:
        lines += _mark(axes.x(cost), axes.y(mean), point, mean)
    return "\n".join([*lines, "</svg>", ""])


def _mark(x: float, y: float, point: Point, mean: float) -> Iterator[str]:
    """Yield a point, with its name if it is on the front."""
    color = _FRONT if point.front else _OTHER
    told = f"{point.name}: Avg {mean:.2f}, {point.milliseconds:.4g} ms/MP"
    yield f'<g fill="{color}"><title>{escape(told)}</title>'
    if point.bytes is None:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    else:
        yield f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
    if point.front or point.bytes is not None:
        right = x > _WIDTH - 120
        anchor, place = ("end", x - 7) if right else ("start", x + 7)
        yield (
            f'<text x="{place:.1f}" y="{y - 6:.1f}" text-anchor="{anchor}">'
            f"{escape(point.name)}</text>"
        )
    yield "</g>"


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
