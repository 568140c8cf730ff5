"""Who does the tasks of a run: processes of this machine, or a cluster; both look the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from docbin.batch.messages import Done, Orders, Task

# Called with the pages done and known of a task while it runs.
Watch: TypeAlias = Callable[[Task, int, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task; ``lost`` says how its worker was lost, for the last time."""

    task: Task
    attempts: int
    done: Done | None = None
    lost: str | None = None


class Executor(Protocol):
    """Does tasks. It writes results and nothing else: the books are the run's alone."""

    @property
    def width(self) -> int:
        """How many tasks are given away at a time."""
        ...

    def outcomes(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        """Do the tasks and yield what becomes of them, in the order in which they end.

        A task is taken from the iterator when somebody is about to be free for it.
        """
        ...

    def stop(self) -> None:
        """Begin no more tasks; those in hand are finished."""
        ...

    def abandon(self) -> None:
        """Leave the tasks in hand."""
        ...


# Makes an executor from what the workers are told, how many tasks there are, and who watches.
Making: TypeAlias = Callable[[Orders, int, Watch], Executor]
