"""A worker of a Dask cluster at work for a run: the engine of this machine does what comes to it.

So a page that crashes or hangs ends a process of the engine, as it does without a cluster, and
Dask's worker goes on. Everything here runs on the worker's machine.
"""

from __future__ import annotations

import dataclasses
import os
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docbin import kernels
from docbin.batch.engine import Engine
from docbin.batch.executor import Outcome
from docbin.batch.found import Found
from docbin.batch.memory import free_memory, shared
from docbin.batch.messages import Orders, Task
from docbin.batch.setup import Setup, differences, setup_of
from docbin.batch.stores.address import is_address
from docbin.batch.sums import stamp
from docbin.errors import REPORT, DefectError, DocbinError, InputError, UsageError
from docbin.io.names import shown

# Seconds for which processes wait for more files: a run ends, or its coordinator is lost.
_LINGER = 30.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a worker does not do a task; ``unseen``: it does not see the input.

    It is no exception, since what these carry may be impossible to send.
    """

    error: str
    kind: type[DocbinError]
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Brief:
    """What a worker is told of a run.

    Parameters
    ----------
    run
        The run's own name, of no meaning.
    orders
        What the engine is told; its folder for fetched files is the worker's own.
    setup
        By what results are to be made.
    mark
        A file beside the results, which is there while the run is; it holds the run's name.
        Empty where the results go to a store.
    timeout, memory
        See `docbin.batch.run`.
    """

    run: str
    orders: Orders
    setup: Setup
    mark: str
    timeout: float
    memory: int | None


class _Tasks(Iterator[Task]):
    """Tasks that have come; it has ended while there is none, and goes on with the next."""

    def __init__(self) -> None:
        self.waiting: deque[Task] = deque()

    def __next__(self) -> Task:
        try:
            return self.waiting.popleft()
        except IndexError:
            raise StopIteration from None


class Node:
    """The engine of a worker, for one run; it ends when nothing came for a while.

    Parameters
    ----------
    brief
        What is to be done.
    worker
        Dask's worker.
    """

    def __init__(self, brief: Brief, worker: Any) -> None:
        self._brief = brief
        self._worker = worker
        self._lock = threading.Lock()
        self._tasks = _Tasks()
        self._answers: dict[str, Future[Outcome]] = {}
        self._engine: Engine | None = None
        self._cores = int(worker.state.nthreads)
        scratch = Path(worker.local_directory) / f"docbin-{brief.run}"
        self._orders = dataclasses.replace(brief.orders, scratch=str(scratch))

    def do(self, task: Task) -> Outcome:
        """Do a task, and return what becomes of it."""
        with self._lock:
            answer = self._answers.get(task.name)
            if answer is None:
                answer = self._answers[task.name] = Future()
                self._tasks.waiting.append(task)
            if self._engine is None:
                self._engine = self._new_engine()
                threading.Thread(target=self._work, daemon=True).start()
            else:
                self._engine.wake()
        return answer.result()

    def _new_engine(self) -> Engine:
        limit = self._worker.memory_manager.memory_limit or 0
        memory = self._brief.memory
        if memory is None and 0 < limit < free_memory():
            memory = int(limit)
        count, budget = shared(memory, self._cores, self._cores)
        return Engine(
            *(self._orders, count, budget),
            timeout=self._brief.timeout,
            watch=self._watch,
            linger=_LINGER,
        )

    def _work(self) -> None:
        """Do what comes, until nothing does."""
        while True:
            engine = self._engine
            assert engine is not None
            try:
                with kernels.limit_threads(self._cores):
                    for outcome in engine.outcomes(self._tasks):
                        self._answers.pop(outcome.task.name).set_result(outcome)
            except Exception as error:  # those who wait must not wait for ever
                with self._lock:
                    for answer in self._answers.values():
                        answer.set_exception(error)
                    self._answers.clear()
                    self._tasks.waiting.clear()
            with self._lock:
                self._engine = self._new_engine() if self._tasks.waiting else None
                if self._engine is None:
                    return

    def _watch(self, task: Task, done: int, known: int) -> None:
        """Tell the coordinator how far a file of several pages is."""
        if known > 1:
            self._worker.log_event(topic(self._brief.run), [task.name, done, known])


def topic(run: str) -> str:
    """Return under what name the workers tell how far they are."""
    return f"docbin-{run}"


_nodes: dict[str, Node] = {}
_making = threading.Lock()


def do(brief: Brief, task: Task) -> Outcome | Refusal:
    """Do a task on a worker of a Dask cluster, which calls this in one of its threads.

    A worker refuses where its docbin or weights are others than the coordinator's, or where it does
    not see the input or the destination.
    """
    from distributed import get_worker

    worker = get_worker()
    try:
        with _making:
            node = _nodes.get(brief.run)
            if node is None:
                _check(brief, worker.address)
                node = _nodes[brief.run] = Node(brief, worker)
        path = file_behind(task.found)
        if path is not None and stamp(path) is None:
            text = f"the worker {worker.address} does not see {shown(path)}"
            return Refusal(text, InputError, unseen=True)
        return node.do(task)
    except DocbinError as error:
        return Refusal(str(error), type(error))
    except Exception as error:
        kind = type(error).__name__
        text = f"the worker {worker.address} failed at {task.name}: {kind}: {error}. {REPORT}"
        return Refusal(text, DefectError)


def file_behind(found: Found) -> str | None:
    """Return the file that an input is, or is a member of; None: it comes from elsewhere."""
    if found.origin is None:
        return found.path
    archive: str | None = getattr(found.origin, "archive", None)
    return None if archive is None or is_address(archive) else archive


def _check(brief: Brief, address: str) -> None:
    """Refuse to make other results than the coordinator expects, or to write them elsewhere."""
    try:
        changed = differences(brief.setup, setup_of(brief.orders.treatment))
    except DocbinError as error:
        raise UsageError(f"the worker {address} cannot do it: {error}") from error
    if changed:
        raise UsageError(
            f"the worker {address} would make other results than this machine: {changed}; install "
            "the same docbin with the same weights on all machines"
        )
    if not brief.mark:
        return
    try:
        seen = Path(brief.mark).read_text("ascii") == brief.run
    except (OSError, ValueError):
        seen = False
    if not seen:
        where = os.path.dirname(os.path.dirname(brief.mark))  # noqa: PTH120
        raise InputError(
            f"the worker {address} does not see {shown(where)} of this machine; give a folder that "
            "all machines have under the same path (NFS, for example)"
        )
