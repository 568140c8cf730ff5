"""Tables of text in plain columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield each row as a line, its cells padded to columns; the last cell is not padded.

    Examples
    --------
    >>> list(columns([["a", "bc"], ["def", "g"]]))
    ['a    bc', 'def  g']
    """
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join(cells).rstrip()
