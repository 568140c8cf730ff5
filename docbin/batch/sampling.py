"""Which files of an archive are tried, and what their times and sizes say about all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from docbin.batch.census import Counted
from docbin.batch.choices import folder_of
from docbin.batch.items import Item
from docbin.batch.scope import sample as looked_at
from docbin.batch.strata import Strata, shares


class Sample:
    """Files by strata of their work, within each kind.

    Parameters
    ----------
    heads
        Files that can be read, one or more.
    size
        About how many to try.
    """

    def __init__(self, heads: Sequence[Counted], size: int) -> None:
        self._kinds: dict[str, list[Counted]] = {}
        for head in heads:
            self._kinds.setdefault(head.kind, []).append(head)
        # Bytes are what kinds have in common.
        sizes = {
            kind: float(sum(1 + head.item.found.size for head in group))
            for kind, group in self._kinds.items()
        }
        counts = {kind: len(group) for kind, group in self._kinds.items()}
        parts = shares(sizes, counts, size)
        self._strata = {
            kind: Strata([head.work for head in group], parts[kind])
            for kind, group in self._kinds.items()
        }

    def _members(self, kind: str) -> list[Counted]:
        return [self._kinds[kind][member] for member in self._strata[kind].members]

    @property
    def items(self) -> list[Item]:
        """The files to try, those with most work first, so that all workers end together."""
        heads = [head for kind in self._kinds for head in self._members(kind)]
        return [head.item for head in sorted(heads, key=lambda head: -head.work)]

    def warm(self, workers: int) -> list[Item]:
        """Return files to do before: of each kind one for each worker, those with least work."""
        return [head.item for kind in self._kinds for head in self._members(kind)[:workers]]

    def totals(
        self, measured: Callable[[str], float], part: Mapping[str, float] | None = None
    ) -> list[tuple[float, float]]:
        """Return total and variance for each kind of what was measured of files, by name.

        ``part`` says how much of each kind counts; None: all of it.
        """
        found = []
        for kind, strata in self._strata.items():
            group = self._kinds[kind]
            values = {each: measured(group[each].item.found.name) for each in strata.members}
            total, variance = strata.total(values)
            share = 1.0 if part is None else part[kind]
            found.append((total * share, variance * share**2))
        return found

    def looked_at(self) -> dict[str, float]:
        """Return what part of each kind's work is looked at for choices of folders."""
        folders: dict[str, list[Counted]] = {}
        for group in self._kinds.values():
            for head in group:
                folders.setdefault(folder_of(head.item), []).append(head)
        sums = dict.fromkeys(self._kinds, 0.0)
        for heads in folders.values():
            chosen = looked_at(head.item.found.name for head in heads)
            for head in heads:
                count, pages = chosen.get(head.item.found.name, 0), head.pages or 1
                sums[head.kind] += head.work * min(count, pages) / pages
        return {
            kind: sums[kind] / sum(head.work for head in group)
            for kind, group in self._kinds.items()
        }
