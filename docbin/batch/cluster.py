"""The executor of a Dask cluster: the same tasks, done by `docbin.batch.node` on its workers.

The coordinator gives away two tasks for each thread of the cluster and waits until some end, so
that memory does not grow with the run. A task may be done twice, where its worker is lost or only
seems to be: results have temporary names until they are whole, and are the same bytes.
"""

from __future__ import annotations

import dataclasses
import os
import secrets
import time
from collections import deque
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias

from docbin.batch.executor import Outcome, Watch
from docbin.batch.messages import Done, Task
from docbin.batch.node import Brief, Refusal, do, file_behind, topic
from docbin.batch.stores.address import is_address
from docbin.batch.sums import sha256_of, stamp
from docbin.errors import DefectError, DocbinError, InputError
from docbin.io.names import shown

# Tasks that are given away for each thread, so that none waits for the coordinator.
_AHEAD = 2
# Seconds between looks at the cluster.
_LOOK = 1.0
# Seconds for which a run waits for a worker when there is none.
NO_WORKERS = 60.0
_SHARED = "Give files that all machines have under the same path (NFS, for example)"

Event: TypeAlias = Any


class Cluster:
    """Does tasks on a cluster.

    Parameters
    ----------
    client
        Dask's client, connected; see `docbin.batch.connection`.
    brief
        What the workers are told.
    watch
        Called with the pages done and known of a task while it runs.
    """

    def __init__(self, client: Any, brief: Brief, watch: Watch) -> None:
        self._client = client
        self._brief = brief
        self._watch = watch
        self._events: SimpleQueue[Event] = SimpleQueue()
        self._given: dict[str, tuple[Any, Task]] = {}
        self._names: dict[str, Task] = {}
        self._lost: deque[Task] = deque()
        self._losses: dict[str, int] = {}
        # No name is used twice, also where a run needs two executors one after the other.
        self._name = f"{topic(brief.run)}-{secrets.token_hex(4)}"
        self._count = 0
        self._threads = 1
        self._looked = self._manned = time.monotonic()
        self._trouble: DocbinError | None = None
        self._stopped = self._abandoned = False
        self._look()

    @property
    def width(self) -> int:
        """How many tasks are given away at a time."""
        return _AHEAD * self._threads

    def stop(self) -> None:
        """Give away no more tasks; those in hand are finished."""
        self._stopped = True

    def abandon(self) -> None:
        """Leave the tasks in hand; what the workers write of them is done again by the next run."""
        self._stopped = self._abandoned = True
        self._events.put(None)

    def outcomes(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        """Do the tasks and yield what becomes of them, in the order in which they end.

        Raises
        ------
        UsageError
            If a worker would make other results.
        InputError
            If the scheduler is lost, no worker is left, or one does not see the files.
        """
        self._client.subscribe_topic(topic(self._brief.run), self._events.put)
        try:
            while self._fill(tasks) and not self._abandoned:
                event = self._next_event()
                outcome = None if event is None else self._heard(event)
                if outcome is not None:
                    # The next task first: what is done with the outcome takes its time.
                    self._fill(tasks)
                    yield outcome
            if self._trouble is not None and not self._abandoned:
                raise self._trouble
        finally:
            self._leave()

    def _fill(self, tasks: Iterator[Task]) -> bool:
        """Give away tasks; return whether some are in hand."""
        while not self._stopped and len(self._given) < self.width:
            task = self._next_task(tasks)
            if task is None:
                break
            self._count += 1
            future = self._client.submit(
                *(do, self._brief, _portable(task)),
                key=f"{self._name}-{self._count}",
                pure=False,
            )
            self._given[future.key] = (future, task)
            self._names[task.name] = task
            future.add_done_callback(self._events.put)
        return bool(self._given)

    def _next_task(self, tasks: Iterator[Task]) -> Task | None:
        """Return the next task; those whose workers were lost come last, each alone.

        What waits at a worker that is lost counts as lost with it, and most of it is not to blame.
        """
        if any(name in self._losses for name in self._names):
            return None
        task = next(tasks, None)
        if task is None and self._lost and not self._given:
            # The result may have been written when the worker was lost.
            task = dataclasses.replace(self._lost.popleft(), force=True)
        return task

    def _next_event(self) -> Event:
        """Wait for something to happen, and look after the cluster now and then."""
        if time.monotonic() - self._looked > _LOOK:
            self._look()
        try:
            return self._events.get(timeout=_LOOK)
        except Empty:
            return None

    def _look(self) -> None:
        """Find out how many threads there are, and whether there still is a scheduler."""
        self._looked = time.monotonic()
        if self._client.status != "running":
            raise self._scheduler_lost()
        try:
            threads = sum(self._client.nthreads().values())
        except OSError as error:
            raise self._scheduler_lost() from error
        if threads:
            self._threads, self._manned = threads, self._looked
        elif self._looked - self._manned > NO_WORKERS:
            raise InputError(
                f"the cluster has had no worker for {NO_WORKERS:g} s. What is done is kept: start "
                "workers and run again"
            )

    def _heard(self, event: Event) -> Outcome | None:
        if isinstance(event, tuple):
            name, done, known = event[1]
            if name in self._names:
                self._watch(self._names[name], done, known)
            return None
        if event.key not in self._given:
            return None
        future, task = self._given.pop(event.key)
        del self._names[task.name]
        return self._outcome(future, task)

    def _outcome(self, future: Any, task: Task) -> Outcome | None:
        """Return what became of a task; None: it is not done, and the run comes to its end."""
        from distributed import KilledWorker

        if future.cancelled():
            raise self._scheduler_lost()
        try:
            answer: Outcome | Refusal = future.result()
        except KilledWorker as error:
            before = self._losses.pop(task.name, 0)
            losses = before + error.allowed_failures + 1
            if before:
                return Outcome(task, losses, lost="its worker was lost")
            self._losses[task.name] = losses
            self._lost.append(task)
            return None
        except OSError as error:
            raise self._scheduler_lost() from error
        except Exception as error:
            kind = type(error).__name__
            self._give_up(DefectError(f"no worker can do {task.name}: {kind}: {error}"))
            return None
        self._losses.pop(task.name, None)
        if isinstance(answer, Outcome):
            return dataclasses.replace(answer, task=task)
        path = file_behind(task.found)
        if answer.unseen and path is not None and stamp(path) is None:
            return _gone(task)
        more = f", which is on this machine. {_SHARED}" if answer.unseen else ""
        self._give_up(answer.kind(f"{answer.error}{more}"))
        return None

    def _give_up(self, trouble: DocbinError) -> None:
        """Finish what is in hand, and then say why not more."""
        self._trouble = self._trouble or trouble
        self.stop()

    def _scheduler_lost(self) -> InputError:
        return InputError(
            "the connection to the scheduler is lost. What is done is kept: run again when the "
            "scheduler is there"
        )

    def _leave(self) -> None:
        """Forget what is in hand, and close the connection."""
        try:
            if self._client.status == "running":
                self._client.unsubscribe_topic(topic(self._brief.run))
                self._client.cancel([future for future, _ in self._given.values()], force=True)
        except OSError:
            pass  # the scheduler is gone
        finally:
            self._given.clear()


def _portable(task: Task) -> Task:
    """Return a task for other machines, where relative paths mean nothing.

    That no file is in the way which is not to be overwritten was seen before the run; a result that
    is not there yet may appear when the worker is lost, and is then made again.
    """
    found, target = task.found, task.job.target
    if target and not is_address(target):  # a page that is only looked at has none
        target = os.path.abspath(target)  # noqa: PTH100 - links stay
    path = os.path.abspath(file_behind(found) or "")  # noqa: PTH100
    if found.origin is None:
        found = dataclasses.replace(found, path=path)
    elif file_behind(found) is not None:
        origin: Any = found.origin
        found = dataclasses.replace(found, origin=dataclasses.replace(origin, archive=path))
    return dataclasses.replace(
        task,
        found=found,
        job=dataclasses.replace(task.job, target=target),
        force=task.force or stamp(target) is None,
    )


def _gone(task: Task) -> Outcome:
    """Return the outcome of a task whose input is not there any more, as the engine has it."""
    path = file_behind(task.found) or task.found.path
    try:
        sha256_of(path)
        error = InputError(f"{shown(path)} comes and goes")
    except InputError as gone:
        error = gone
    return Outcome(task, 1, Done(error=str(error), exit_code=error.exit_code))
