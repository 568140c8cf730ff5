"""What coordinator and workers tell each other, pickled, over pipes that nobody else has."""

from __future__ import annotations

from dataclasses import dataclass

from docbin.batch.found import Found
from docbin.batch.planning import Job
from docbin.batch.records import PageRecord, Written
from docbin.batch.treatment import Treatment
from docbin.methods.auto_scope import Fit, Seen


@dataclass(frozen=True, slots=True)
class Orders:
    """The first message to a worker. ``scratch`` is the folder for files that it fetches."""

    treatment: Treatment
    owner: str
    scratch: str
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """A file to do: an input, and what is to be made of it.

    With ``look`` up to so many of its pages are only looked at; ``fit`` is the choice that was made
    of such looks.
    """

    found: Found
    job: Job
    force: bool = False
    look: int = 0
    fit: Fit | None = None

    @property
    def name(self) -> str:
        """Return the name of the input."""
        return self.found.name


@dataclass(frozen=True, slots=True)
class Grant:
    """Permission to decode the page that was asked for, on so many threads."""

    threads: int


@dataclass(frozen=True, slots=True)
class Ready:
    """A worker has started."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A worker wants to hold so many bytes for a page."""

    bytes: int


@dataclass(frozen=True, slots=True)
class Beat:
    """A page ended, or more pages were found: of the task so many are done, of so many."""

    done: int
    known: int


@dataclass(frozen=True, slots=True)
class Done:
    """A task ended: well, or with an error.

    ``full`` says that nothing more can be written to the disk, ``seen`` what was looked at.
    """

    sha256: str | None = None
    written: Written | None = None
    pages: tuple[PageRecord, ...] = ()
    seconds: float = 0.0
    error: str | None = None
    exit_code: int = 0
    full: bool = False
    seen: tuple[Seen, ...] = ()


ToWorker = Orders | Task | Grant
FromWorker = Ready | Ask | Beat | Done
