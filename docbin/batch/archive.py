"""An archive cleaned: many files on several processes, with books that outlast any end."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from docbin.batch.books import open_books
from docbin.batch.choices import FolderChoices
from docbin.batch.engine import Engine
from docbin.batch.executor import Executor, Making, Watch
from docbin.batch.found import Unreadable
from docbin.batch.items import Shard, items_of
from docbin.batch.members.limits import Limits
from docbin.batch.memory import shared
from docbin.batch.messages import Orders
from docbin.batch.place import place_of
from docbin.batch.recipe import Recipe, told
from docbin.batch.records import FAILED, Record
from docbin.batch.resume import Wishes
from docbin.batch.session import Listener, Run, Silence
from docbin.batch.setup import Setup, setup_of
from docbin.batch.sources import inputs_of
from docbin.batch.stores.address import plain
from docbin.batch.treatment import Treatment
from docbin.errors import InputError, UsageError
from docbin.io.names import Name, shown


def run(
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
    scheduler: str | None = None,
    local_cluster: int | None = None,
    listener: Listener | None = None,
    listed: BinaryIO | None = None,
    limits: Limits | None = None,
    file_group: str | None = None,
    strict: bool = False,
) -> list[Record]:
    """Clean an archive; what is done already is not done again.

    Each result appears whole or not at all, and is on the disk when its record is. Inputs are
    never changed.

    Parameters
    ----------
    source
        A folder, a pattern, a file, ``"-"`` for a list on standard input, or several of them; see
        `docbin.batch.sources.inputs_of`.
    destination
        Folder of the results; made where it is missing. Or a prefix of a store, such as
        ``"s3://bucket/results"``, which needs ``state``.
    treatment
        How pages are cleaned; a `docbin.Recipe` also says the format where it has one.
    format
        ``"png"``, ``"tiff"``, ``"pdf"`` or ``"pbm"``; None: TIFF stays TIFF, PDF stays PDF, and
        everything else becomes PNG.
    max_pixels
        See `docbin.io.open_source`; None: as the treatment says.
    shard
        Do only this part.
    wishes
        What to do about results that an earlier run left.
    state
        Folder of the run database; None: ``.docbin`` in the destination.
    workers
        Processes; None: one for each core that `docbin.kernels.threads` counts, fewer where memory
        is short. Cores that no other page needs work on the same page.
    memory
        Bytes for all workers; None: 70 % of what is free. A page for which there is no room waits
        until others have ended; one that is larger than all of it is done alone.
    timeout
        Seconds that a page may take. A file whose page takes longer, or crashes its worker, is
        tried once more, then quarantined.
    scheduler
        Address of the scheduler of a Dask cluster, which does the work then; its workers decide how
        many processes there are, and ``memory`` is for each worker. See `docbin.batch.connection`.
    local_cluster
        Instead, so many workers of a cluster on this machine's loopback interface.
    listener
        Is told how the run goes.
    listed
        An open binary file instead of standard input.
    limits
        How much is taken of an archive that is a source.
    file_group
        Which pictures of METS files: the ``USE`` of a file group; None: the first of those that are
        usual for scans.
    strict
        A defect of docbin ends the worker, with a traceback.

    Returns
    -------
    list of Record
        One for each input, in natural order, and for what could not be looked at.

    Raises
    ------
    UsageError
        If results would collide, lie within a source, or were made by another setup.
    InputError
        If there is nothing to do, or a cluster cannot be reached, is lost, or does not see files.
    OutputError
        If nothing can be written any more; what is done is kept.
    KeyboardInterrupt
        After Ctrl-C, when the pages in hand are finished and recorded.
    """
    treatment, format, recipe = told(treatment, format, max_pixels)
    if not timeout > 0:
        raise UsageError(f"timeout is {timeout}; give seconds")
    if (scheduler is not None or local_cluster is not None) and workers is not None:
        raise UsageError("--workers is for this machine; the workers of a cluster are what it has")
    if scheduler is not None and local_cluster is not None:
        raise UsageError("--scheduler and --local-cluster exclude each other")
    setup = dataclasses.replace(setup_of(treatment), recipe=recipe)
    place = place_of(destination)
    sources = [source] if isinstance(source, str | os.PathLike) else source
    found, unreadable = inputs_of(
        *([plain(each) for each in sources], place, listed, limits), file_group=file_group
    )
    everything, refused = items_of(found, place, format)
    unreadable += refused
    items = [item for item in everything if shard is None or shard.has(item.found.name)]
    with open_books(place, None if state is None else Path(state), shard) as books:
        orders = Orders(treatment, books.owner, str(books.scratch), strict)
        folders = treatment.shared == "folder"
        choices = FolderChoices(everything, books, setup) if folders else None
        this = Run(books, place, setup, listener or Silence(), choices)
        this.prepare(items, wishes or Wishes())
        missed = [_unreadable(each, setup) for each in unreadable]
        asked = "\n".join(map(shown, sources))
        books.expect(this.left)
        books.miss(asked, [each for each in missed if shard is None or shard.has(each.name)])
        making = here(workers, memory, timeout)
        with ExitStack() as stack:
            if this.left and (scheduler is not None or local_cluster is not None):
                from docbin.batch.connection import cluster

                making = stack.enter_context(
                    cluster(
                        *(scheduler, local_cluster, place.folder),
                        owner=books.owner,
                        setup=setup,
                        memory=memory,
                        timeout=timeout,
                    )
                )
            this.work(orders, making)
        return [*this.records(items), *missed]


def here(workers: int | None, memory: int | None, timeout: float) -> Making:
    """Return what makes the executor of this machine."""

    def making(orders: Orders, count: int, watch: Watch) -> Executor:
        most, budget = shared(memory, workers, count)
        return Engine(orders, most, budget, timeout=timeout, watch=watch)

    return making


def _unreadable(found: Unreadable, setup: Setup) -> Record:
    error = f"{shown(found.path)}: {found.error}"
    return Record(
        *(found.path, found.path, "", FAILED, 0, 0, setup),
        error=error,
        exit_code=InputError.exit_code,
    )
