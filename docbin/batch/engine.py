"""Tasks on worker processes, within a budget of memory; what crashes or hangs is kept apart.

This is the `docbin.batch.executor.Executor` of one machine. On a cluster each worker has one.
"""

from __future__ import annotations

import dataclasses
import time
from collections import deque
from collections.abc import Iterator
from queue import Empty, SimpleQueue

from docbin.batch.crew import Event, Member
from docbin.batch.executor import Outcome, Watch
from docbin.batch.memory import Budget
from docbin.batch.messages import Ask, Beat, Done, FromWorker, Grant, Orders, Ready, Task
from docbin.errors import DefectError
from docbin.kernels import threads as cores

# A worker that is lost this often before it is ready will not get ready.
_FALSE_STARTS = 3
# Seconds that a worker may take to start, on a machine that has much else to do.
_START = 300.0
_TRIES = 2


class Engine:
    """Does tasks on several processes.

    Parameters
    ----------
    orders
        What the workers are told first.
    workers
        Most processes at a time.
    budget
        Memory for pages.
    timeout
        Seconds that a page may take.
    watch
        Called with the pages done and known of a task while it runs.
    linger
        Seconds for which the processes wait for more tasks when all are done; see `wake`.
    """

    def __init__(
        self,
        orders: Orders,
        workers: int,
        budget: Budget,
        *,
        timeout: float,
        watch: Watch,
        linger: float = 0.0,
    ) -> None:
        self._orders = orders
        self._workers = workers
        self._budget = budget
        self._timeout = timeout
        self._watch = watch
        self._linger = linger
        # None: there is something new.
        self._events: SimpleQueue[Event | None] = SimpleQueue()
        self._crew: list[Member] = []
        self._waiting: deque[Member] = deque()
        self._tries: dict[str, int] = {}
        self._returned: list[Task] = []
        self._hung: deque[Task] = deque()
        self._crashed: deque[Task] = deque()
        self._alone: Task | None = None
        self._false_starts = 0
        self._stopped = self._abandoned = False

    @property
    def width(self) -> int:
        """How many tasks are given away at a time."""
        return self._workers

    def stop(self) -> None:
        """Begin no more tasks; those in hand are finished."""
        self._stopped = True
        self.wake()

    def wake(self) -> None:
        """Look whether the iterator, which seemed to have ended, has more tasks."""
        self._events.put(None)

    def abandon(self) -> None:
        """End the workers at once."""
        self._stopped = self._abandoned = True
        for member in self._crew:
            member.kill()
        self.wake()

    def outcomes(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        """Do the tasks and yield what becomes of them, in the order in which they end."""
        try:
            while (busy := self._fill(tasks)) or (self._linger and not self._stopped):
                try:
                    event = self._next_event(None if busy else self._linger)
                except Empty:
                    break
                outcome = None if event is None else self._heard(*event)
                if outcome is not None:
                    self._tries.pop(outcome.task.name, None)
                    # The next task first: what is done with the outcome takes its time.
                    self._fill(tasks)
                    yield outcome
        finally:
            for member in self._crew:
                member.close()
            self._crew.clear()

    def _fill(self, tasks: Iterator[Task]) -> bool:
        """Give work to those who have none; return whether anybody has some."""
        while not self._stopped:
            idle = next((each for each in self._crew if each.task is None), None)
            if idle is None and len(self._crew) == self._workers:
                break
            task = self._next_task(tasks)
            if task is None:
                break
            if idle is None:
                idle = Member(self._orders, self._events, max(1, cores() // self._workers))
                self._crew.append(idle)
            idle.task = task
            idle.deadline = time.monotonic() + (self._timeout if idle.ready else _START)
            idle.tell(task)
            if self._abandoned:  # while the process was started
                idle.kill()
        return any(member.task is not None for member in self._crew)

    def _next_task(self, tasks: Iterator[Task]) -> Task | None:
        """Return the next task; those that were lost once come last.

        Of these, those that crashed are done alone: what they do takes no other along, and they
        have all the memory.
        """
        if self._alone is not None:
            return None
        if self._returned:
            return self._returned.pop()
        task = next(tasks, None)
        if task is None and self._hung:
            task = self._hung.popleft()
        if task is None and self._crashed and not any(each.task for each in self._crew):
            task = self._alone = self._crashed.popleft()
        return task

    def _next_event(self, patience: float | None) -> Event | None:
        """Wait for a message, or end workers that take too long.

        Raises
        ------
        Empty
            If nobody works, and nothing comes for the seconds of ``patience``.
        """
        deadlines = [each.deadline for each in self._crew if each.deadline is not None]
        timeout = max(0.0, min(deadlines) - time.monotonic()) if deadlines else patience
        try:
            return self._events.get(timeout=timeout)
        except Empty:
            if not deadlines:
                raise
            now = time.monotonic()
            for member in self._crew:
                if member.deadline is not None and member.deadline <= now:
                    member.hung, member.deadline = True, None
                    member.kill()
            return None

    def _heard(self, member: Member, message: FromWorker | None) -> Outcome | None:
        task = member.task
        if message is None:
            return self._lost(member)
        assert task is not None
        member.deadline = time.monotonic() + self._timeout
        if isinstance(message, Ready):
            member.ready = True
        elif isinstance(message, Ask):
            # Who asks has done what came before; waiting for room is no fault of the page's.
            member.holds, member.asked, member.deadline = 0, message.bytes, None
            self._waiting.append(member)
        else:
            member.holds = 0
        self._admit()
        if isinstance(message, Beat):
            self._watch(task, message.done, message.known)
        if not isinstance(message, Done):
            return None
        member.task = member.deadline = None
        return self._outcome(task, done=message)

    def _admit(self) -> None:
        """Grant what was asked for, in order, while it fits; a page alone always does."""
        while self._waiting:
            member = self._waiting[0]
            held = sum(each.holds for each in self._crew)
            assert member.asked is not None
            if held and not self._budget.has(held + member.asked):
                return
            self._waiting.popleft()
            beside = min(self._budget.fits(member.asked), sum(bool(m.task) for m in self._crew))
            member.holds, member.asked = member.asked, None
            member.deadline = time.monotonic() + self._timeout
            member.tell(Grant(max(1, cores() // max(1, beside))))

    def _lost(self, member: Member) -> Outcome | None:
        """Forget a worker that has ended, and have its task done again, once."""
        self._crew.remove(member)
        if member in self._waiting:
            self._waiting.remove(member)
        how, words = member.ended(), member.last_words()
        member.close()
        self._admit()
        task = member.task
        if self._alone is task:
            self._alone = None
        if task is None or self._abandoned:
            return None
        if not member.ready:
            self._false_starts += 1
            if self._false_starts == _FALSE_STARTS:
                raise DefectError(f"a worker does not start: it {how}. {words or 'It is silent'}")
            self._returned.append(task)
            return None
        tries = self._tries[task.name] = self._tries.get(task.name, 0) + 1
        if tries < _TRIES:
            # The result may have been written when the worker crashed.
            again = dataclasses.replace(task, force=True)
            (self._hung if member.hung else self._crashed).append(again)
            return None
        why = f"a page took longer than {self._timeout:g} s" if member.hung else f"the worker {how}"
        return self._outcome(task, lost=why)

    def _outcome(self, task: Task, *, done: Done | None = None, lost: str | None = None) -> Outcome:
        if self._alone is task:
            self._alone = None
        self._false_starts = 0
        return Outcome(task, self._tries.get(task.name, 0) + (done is not None), done, lost)
