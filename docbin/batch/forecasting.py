"""What a run would do, and take: counted from headers, estimated from a sample."""

from __future__ import annotations

import dataclasses
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from docbin.batch.books import has_books, read_records
from docbin.batch.census import Counted, collisions, counted, ending
from docbin.batch.found import Unreadable
from docbin.batch.items import Item, Shard, items_unchecked, refuse
from docbin.batch.members.limits import Limits
from docbin.batch.memory import shared
from docbin.batch.place import Place, place_of
from docbin.batch.recipe import Recipe, told
from docbin.batch.resume import Wishes, rest_of
from docbin.batch.sampling import Sample
from docbin.batch.session import Listener, Silence
from docbin.batch.setup import setup_of
from docbin.batch.sources import inputs_of
from docbin.batch.stores.address import plain
from docbin.batch.strata import Estimate, estimate
from docbin.batch.treatment import Treatment
from docbin.batch.trial import Means, tried
from docbin.errors import DocbinError
from docbin.io.names import Name
from docbin.methods.auto_scope import common

# Files that are tried.
SAMPLE = 40


@dataclass(frozen=True, slots=True)
class Kind:
    """Inputs of one ending: how many files, pages (None: not known) and bytes."""

    files: int
    pages: int | None
    bytes: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run would do.

    Parameters
    ----------
    kinds
        What there is, by the names' endings.
    done
        Files that are done, and would not be done again.
    unreadable
        Inputs that cannot be read, or have more pages than the format, and why.
    collisions
        Inputs that would be written to one result, together.
    refused
        Why the run would not start.
    workers
        Processes.
    sample
        Files that were tried, in the order of their work.
    failed
        Of these, those that failed, and why.
    seconds, bytes
        What the run will take by the clock, and its results on the disk; None: nothing to do, or
        nothing of it can be read.
    pages
        To be done.
    """

    kinds: dict[str, Kind]
    done: int
    unreadable: tuple[Unreadable, ...]
    collisions: tuple[tuple[Item, ...], ...]
    refused: str | None
    workers: int
    sample: tuple[Item, ...]
    failed: dict[str, str]
    seconds: Estimate | None
    bytes: Estimate | None
    pages: Estimate


def forecast(
    source: Name | Sequence[Name],
    destination: Name,
    treatment: Treatment | Recipe | None = None,
    *,
    format: str | None = None,
    max_pixels: int | None = None,
    shard: Shard | None = None,
    wishes: Wishes | None = None,
    state: Name | None = None,
    workers: int | None = None,
    memory: int | None = None,
    timeout: float = 600.0,
    limits: Limits | None = None,
    file_group: str | None = None,
    sample: int = SAMPLE,
    listener: Listener | None = None,
    listed: BinaryIO | None = None,
) -> Forecast:
    """Say what a run would do and take, without doing it; the destination is not touched.

    Headers of all files are read; about ``sample`` files, by strata of their work (pixels and
    pages), are cleaned as the run would clean them, by as many processes, into the system's
    temporary folder. Seconds and bytes of all follow from these; their range is that of such
    samples, and knows nothing of what else the machine will have to do meanwhile, nor of a disk
    that is slower than the temporary folder's.

    Inputs that are elsewhere, in archives and stores, are counted by bytes, and only those of the
    sample are read.

    Parameters
    ----------
    source, destination, treatment
        As for `docbin.batch.run`, and so are the others.
    sample
        Files to try; no fewer than two of each kind.

    Raises
    ------
    UsageError, InputError
        If there is nothing to do, or an option is wrong.
    """
    start = time.perf_counter()
    treatment, format, _ = told(treatment, format, max_pixels)
    place, listener = place_of(destination), listener or Silence()
    sources = [source] if isinstance(source, str | os.PathLike) else source
    found, unreadable = inputs_of(
        *([plain(each) for each in sources], place, listed, limits), file_group=file_group
    )
    everything, doubles = items_unchecked(found, format)
    items = [item for item in everything if shard is None or shard.has(item.found.name)]
    todo, refused = _left(everything, items, place, state, treatment, wishes or Wishes())
    once = time.perf_counter() - start
    heads = counted(items, treatment.max_pixels, listener.progress)
    names = {item.found.name for item in todo}
    ready = [head for head in heads if head.error is None and head.item.found.name in names]
    bad = [Unreadable(each.item.found.path, each.error) for each in heads if each.error]
    count, _ = shared(memory, workers, len(todo))
    plan = Forecast(
        kinds=_kinds(heads),
        done=len(items) - len(todo),
        unreadable=(*unreadable, *doubles, *bad),
        collisions=tuple(collisions(everything)),
        refused=refused,
        workers=count,
        sample=(),
        failed={},
        seconds=None,
        bytes=None,
        pages=_exactly(sum(head.pages or 0 for head in ready)),
    )
    if not ready:
        return plan
    means = Means(count, memory, timeout)
    return _measured(plan, Sample(ready, sample), treatment, means, once=once, listener=listener)


def _left(
    everything: list[Item],
    items: list[Item],
    place: Place,
    state: Name | None,
    treatment: Treatment,
    wishes: Wishes,
) -> tuple[list[Item], str | None]:
    """Return what the run would do, and why it would not start."""
    known = read_records(place.name, state) if has_books(place.name, state) else []
    try:
        refuse(everything, place)
        rest = rest_of(
            *(items, {record.name: record for record in known}, setup_of(treatment), place),
            wishes=wishes,
            scratch=Path(tempfile.gettempdir()),
        )
    except DocbinError as error:
        return items, str(error)
    return [item for item, _ in rest.todo], None


def _kinds(heads: list[Counted]) -> dict[str, Kind]:
    groups: dict[str, list[Counted]] = {}
    for head in heads:
        groups.setdefault(ending(head.item.found), []).append(head)
    found = {}
    for name, group in sorted(groups.items()):
        pages = [head.pages for head in group if head.pages is not None]
        known = sum(pages) if len(pages) == len(group) else None
        found[name] = Kind(len(group), known, sum(head.item.found.size for head in group))
    return found


def _measured(
    plan: Forecast,
    sample: Sample,
    treatment: Treatment,
    means: Means,
    *,
    once: float,
    listener: Listener,
) -> Forecast:
    """Try the sample, and add what follows from it."""
    warm = sample.warm(means.workers)
    single = dataclasses.replace(treatment, scope="page") if _by_folder(treatment) else treatment
    trial = tried(sample.items, warm, single, means, listener)
    found, parts = trial.files, []
    if _by_folder(treatment):
        # Looking at a page is decoding it, and what choosing takes.
        fixed = dataclasses.replace(single, fit=common([]))
        chosen, trial = found, tried(sample.items, warm, fixed, means, listener)
        found = trial.files
        parts = sample.totals(
            lambda name: max(0.0, chosen[name].seconds - found[name].seconds) + found[name].decode,
            sample.looked_at(),
        )
        once += trial.once  # workers are started twice
    parts += sample.totals(lambda name: found[name].seconds)
    pages = plan.pages
    if None in (kind.pages for kind in plan.kinds.values()):
        pages = estimate(sample.totals(lambda name: found[name].pages))
    count = means.workers
    return dataclasses.replace(
        plan,
        sample=tuple(sample.items),
        failed={name: each.error for name, each in found.items() if each.error is not None},
        seconds=estimate([(t / count, v / count**2) for t, v in parts], once + trial.once),
        bytes=estimate(sample.totals(lambda name: found[name].bytes)),
        pages=pages,
    )


def _by_folder(treatment: Treatment) -> bool:
    return treatment.shared == "folder"


def _exactly(count: int) -> Estimate:
    return Estimate(count, count, count)
