"""Jobs done one after the other; one that fails does not stop the next."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docbin.batch.order import same_name
from docbin.batch.planning import Job, do_not_fit
from docbin.batch.preview import Preview
from docbin.batch.scope import Chooser, Looker, look
from docbin.batch.treatment import CleanedPage, Cleaner, Treatment, cleaned
from docbin.errors import (
    REPORT,
    DefectError,
    DocbinError,
    InputError,
    OutputError,
    UsageError,
    exit_code_of,
)
from docbin.image import Packed
from docbin.io.atomic import STDOUT
from docbin.io.blob import Blob, blob
from docbin.io.names import shown
from docbin.io.page import PageSource
from docbin.io.reader import open_source
from docbin.io.sniff import HEAD, sniff
from docbin.io.writers import MULTI_PAGE, open_document

# Called with (pages done, pages known of): the number of pages is found while files are opened.
Watch = Callable[[int, int], None]

if TYPE_CHECKING:
    from docbin.io.pdf_replace import PdfPageDone


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A job that is done, or failed with ``error``.

    ``outputs`` are the files written: one, or one for each page where the format holds one page.
    """

    job: Job
    outputs: tuple[str, ...] = ()
    previews: tuple[str, ...] = ()
    pages: tuple[CleanedPage, ...] = ()
    error: DocbinError | None = None


def clean_jobs(
    jobs: list[Job],
    treatment: Treatment,
    watch: Watch | None = None,
    *,
    force: bool = False,
    preview: bool = False,
    strict: bool = False,
    apart: bool = True,
    cleaner: Cleaner = cleaned,
    looker: Looker = look,
) -> Iterator[Cleaned]:
    """Do the jobs; each gives a `Cleaned`, with its error if it failed.

    A file with several pages is written whole or not at all; where the format holds one page, each
    to a file of its own, or without ``apart`` not. An exception that is a defect of docbin counts
    as a failure of its job, unless ``strict``. ``cleaner`` does one page, ``looker`` looks at one
    for a choice that several share.
    """
    chooser = Chooser(treatment, (name for job in jobs for name in job.inputs), looker)
    runner = _Runner(chooser, watch, cleaner, force=force, preview=preview, apart=apart)
    runner.known = sum(len(job.inputs) for job in jobs)
    for job in jobs:
        try:
            yield runner.clean(job)
        except DocbinError as error:
            if isinstance(error.__cause__, BrokenPipeError):
                raise  # nobody reads standard output any more
            yield Cleaned(job, error=error)
        except MemoryError:
            names = ", ".join(map(shown, job.inputs))
            yield Cleaned(job, error=InputError(f"{names}: there is not enough memory"))
        except Exception as error:
            if strict:
                raise
            yield Cleaned(job, error=defect(error))
        runner.finish()


def defect(error: Exception) -> DefectError:
    """Return what is said of an exception that should not have come."""
    kind = type(error).__name__
    return DefectError(f"this should not have happened: {kind}: {error}. {REPORT}")


def _blobs(job: Job) -> Iterator[Blob]:
    """Yield the inputs of a job, under their names, one after the other."""
    if not job.files:
        yield from map(blob, job.inputs)
    for name, file in zip(job.inputs, job.files, strict=bool(job.files)):
        yield dataclasses.replace(blob(file), name=name)


class _Runner:
    """Keeps count of the pages."""

    def __init__(
        self,
        chooser: Chooser,
        watch: Watch | None,
        cleaner: Cleaner,
        *,
        force: bool,
        preview: bool,
        apart: bool,
    ) -> None:
        self._chooser = chooser
        self._treatment = chooser.treatment
        self._cleaner = cleaner
        self._force = force
        self._preview = preview
        self._apart = apart
        self._watch = watch
        self._taken: dict[str, Job] = {}
        self.done = self.known = self._end = 0

    def clean(self, job: Job) -> Cleaned:
        self._end = self.done + len(job.inputs)
        if job.format == "pdf" and len(job.inputs) == 1:
            (found,) = _blobs(job)
            if sniff(found.head(HEAD), found.name) == "pdf":
                self._chooser.begin(lambda: open_source(found))
                return self._in_place(job, found)
            pages = self._open(found)
        else:
            pages = [page for found in _blobs(job) for page in self._open(found)]
        self._chooser.begin(lambda: pages)
        if job.format in MULTI_PAGE or len(pages) == 1:
            self._refuse_taken(job, job.target)
            return self._document(job, pages, job.target)
        return self._separate(job, pages)

    def finish(self) -> None:
        """Count all pages of the job as done, also after a failure."""
        self.done = self._end
        self._tell()

    def _tell(self) -> None:
        if self._watch is not None:
            self._watch(self.done, self.known)

    def _open(self, source: Blob) -> list[PageSource]:
        pages = list(open_source(source, max_pixels=self._treatment.max_pixels))
        if not pages:
            raise InputError(f"{shown(source.name)} has no pages")
        self._expect(len(pages))
        return pages

    def _expect(self, pages: int) -> None:
        """Count a file as so many pages, not as one."""
        self.known += pages - 1
        self._end += pages - 1
        self._tell()

    def _document(self, job: Job, pages: list[PageSource], target: str) -> Cleaned:
        """Write pages to a new file."""
        options = {"paper": self._treatment.paper} if job.format == "pdf" else {}
        work = _Work(self._chooser, self._cleaner, preview=self._preview)
        with open_document(target, format=job.format, force=self._force, **options) as document:
            for page in pages:
                with _naming(page):
                    rows, told = work.cleaned(page)
                    document.begin(told.width, told.height, told.dpi)
                    for piece in rows:
                        document.write(piece)
                    document.end()
                self.done += 1
                self._tell()
        return work.result(job, target, force=self._force)

    def _separate(self, job: Job, pages: list[PageSource]) -> Cleaned:
        """Write each page to a file of its own, for formats that hold one page."""
        if job.target == STDOUT or not self._apart:
            raise InputError(do_not_fit(job.inputs[0], len(pages), job.format))
        path = Path(job.target)
        digits = len(str(len(pages)))
        targets = [
            str(path.with_name(f"{path.stem}-{number:0{digits}}{path.suffix}"))
            for number in range(1, len(pages) + 1)
        ]
        for target in targets:
            self._refuse_taken(job, target)
        parts = [
            self._document(job, [page], target) for page, target in zip(pages, targets, strict=True)
        ]
        return Cleaned(
            job,
            outputs=tuple(name for part in parts for name in part.outputs),
            previews=tuple(name for part in parts for name in part.previews),
            pages=tuple(page for part in parts for page in part.pages),
        )

    def _refuse_taken(self, job: Job, target: str) -> None:
        """Refuse a result that would replace another of the same call.

        How many files a job makes is known only when its input is open.
        """
        key = same_name(os.path.abspath(target))  # noqa: PTH100 - links must stay as they are
        other = self._taken.setdefault(key, job)
        if other is not job and target != STDOUT:
            raise UsageError(
                f"{shown(job.inputs[0])}: its result {shown(target)} is that of "
                f"{shown(other.inputs[0])}, too; give them in separate runs, or with different -o"
            )

    def _in_place(self, job: Job, found: Blob) -> Cleaned:
        """Replace the scans of a PDF: text, links and the size of its pages stay."""
        if self._treatment.paper is not None:
            raise UsageError(
                f"{shown(found.name)}: pages of a PDF keep their size; leave out --paper, or take "
                "--format tif"
            )
        from docbin.io.pdf_replace import clean_pdf  # only where there is a PDF

        work = _Work(self._chooser, self._cleaner, preview=self._preview)

        def binarized(page: PageSource) -> Iterator[Packed]:
            with _naming(page):
                yield from work.cleaned(page)[0]

        def watch(page: PdfPageDone, count: int) -> None:
            if page.index == 0:
                self._expect(count)
            if not page.replaced:
                work.pages.append(CleanedPage(found.name, page.index, "pdf", 0, 0, None))
            self.done += 1
            self._tell()

        clean_pdf(
            *(found, job.target, binarized),
            force=self._force,
            max_pixels=self._treatment.max_pixels,
            watch=watch,
        )
        return work.result(job, job.target, force=self._force)


class _Work:
    """What is done to the pages of a document, and pictures of it."""

    def __init__(self, chooser: Chooser, cleaner: Cleaner, *, preview: bool) -> None:
        self._chooser = chooser
        self._cleaner = cleaner
        self._preview = preview
        self._pictures: list[Preview] = []
        self.pages: list[CleanedPage] = []

    def cleaned(self, page: PageSource) -> tuple[Iterator[Packed], CleanedPage]:
        rows, told = self._cleaner(page, self._chooser.treatment_of(page))
        self.pages.append(told)
        if self._preview:
            self._pictures.append(Preview(page))
            rows = self._pictures[-1].watched(rows)
        return rows, told

    def result(self, job: Job, target: str, *, force: bool) -> Cleaned:
        """Write the pictures, now that the document is there."""
        several = len(self._pictures) > 1
        names = [
            picture.write(target, number if several else None, force=force)
            for number, picture in enumerate(self._pictures, 1)
        ]
        return Cleaned(job, (target,), tuple(names), tuple(self.pages))


@contextmanager
def _naming(page: PageSource) -> Iterator[None]:
    """Let every failure name the file whose page it is."""
    try:
        yield
    except OutputError:
        raise
    except DocbinError as error:
        name = shown(page.info.source)
        if name in str(error):
            raise
        raise type(error)(f"{name}: {error}") from error


def exit_code(results: list[Cleaned]) -> int:
    """Return the exit code: 0, 1 if some failed, the first one's own code if all did."""
    errors = [result.error for result in results if result.error is not None]
    return exit_code_of([error.exit_code for error in errors], len(results))
