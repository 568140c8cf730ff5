"""The choices that folders of a run share: made before the work, and kept in the books."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docbin.batch.database import RunDatabase
from docbin.batch.executor import Executor, Outcome
from docbin.batch.items import Item
from docbin.batch.messages import Task
from docbin.batch.planning import Job
from docbin.batch.scope import sample
from docbin.batch.setup import Setup
from docbin.methods.auto_scope import Fit, Seen, common


def folder_of(item: Item) -> str:
    """Return the folder that an input is in, within the source; empty for the source itself."""
    return item.found.name.rpartition("/")[0]


class FolderChoices:
    """One choice for each folder.

    Parameters
    ----------
    everything
        All inputs of the source, also those of other shards and those that are done: who is looked
        at is the same for all.
    books
        Where choices are kept. A choice that was made is not made again.
    setup
        What the choices belong to.
    """

    def __init__(self, everything: Iterable[Item], books: RunDatabase, setup: Setup) -> None:
        self._books = books
        self._setup = setup
        self._fits = books.choices(setup)
        self._folders: dict[str, list[Item]] = {}
        for item in everything:
            self._folders.setdefault(folder_of(item), []).append(item)

    def of(self, item: Item) -> Fit:
        """Return the choice for an input."""
        return self._fits[folder_of(item)]

    def missing(self, items: Iterable[Item]) -> list[str]:
        """Return the folders of inputs for which there is no choice yet."""
        return [each for each in dict.fromkeys(map(folder_of, items)) if each not in self._fits]

    def make(self, folders: list[str], executor: Executor) -> None:
        """Look at pages of folders, and choose; where it is stopped, not for all of them.

        A file that cannot be read, or that crashes its worker, is left out: what is to be said of
        it is said when its turn comes.
        """
        left: dict[str, int] = {}
        seen: dict[str, list[Seen]] = {}
        tasks = self._tasks(folders, left)
        for outcome in executor.outcomes(tasks):
            folder = outcome.task.name.rpartition("/")[0]
            left[folder] -= 1
            seen.setdefault(folder, []).extend(_seen(outcome))
            if left[folder] == 0:
                pages = seen.pop(folder)
                self._fits[folder] = common(pages)
                self._books.choose(self._setup, folder, self._fits[folder], len(pages))

    def _tasks(self, folders: list[str], left: dict[str, int]) -> Iterator[Task]:
        for folder in folders:
            named = {item.found.name: item for item in self._folders[folder]}
            chosen = sample(named)
            left[folder] = len(chosen)
            for name, count in chosen.items():
                found = named[name].found
                yield Task(found, Job((found.path,), "", named[name].format), look=count)


def _seen(outcome: Outcome) -> tuple[Seen, ...]:
    return () if outcome.done is None else outcome.done.seen
