"""Jobs done one after the other; one that fails does not stop the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from docbin.batch.plan import Job
from docbin.batch.preview import Preview
from docbin.batch.treatment import CleanedPage, Treatment, clean_page
from docbin.errors import REPORT, SOME_FAILED, DefectError, DocbinError, InputError, OutputError
from docbin.io.atomic import STDOUT
from docbin.io.names import shown
from docbin.io.page import PageSource
from docbin.io.reader import open_source
from docbin.io.writers import MULTI_PAGE, open_document

# Called with (pages done, pages known of): the number of pages is found while files are opened.
Watch = Callable[[int, int], None]


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


def run(
    jobs: list[Job],
    treatment: Treatment,
    watch: Watch | None = None,
    *,
    force: bool = False,
    preview: bool = False,
    strict: bool = False,
) -> Iterator[Cleaned]:
    """Do the jobs; each gives a `Cleaned`, with its error if it failed.

    A file with several pages is written whole or not at all. An exception that is a defect of
    docbin counts as a failure of its job, unless ``strict``.
    """
    runner = _Runner(treatment, watch, force=force, preview=preview)
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
            yield Cleaned(job, error=_defect(error))
        runner.finish()


def _defect(error: Exception) -> DefectError:
    kind = type(error).__name__
    return DefectError(f"this should not have happened: {kind}: {error}. {REPORT}")


class _Runner:
    """Keeps count of the pages."""

    def __init__(
        self, treatment: Treatment, watch: Watch | None, *, force: bool, preview: bool
    ) -> None:
        self._treatment = treatment
        self._force = force
        self._preview = preview
        self._watch = watch
        self.done = self.known = self._end = 0

    def clean(self, job: Job) -> Cleaned:
        self._end = self.done + len(job.inputs)
        pages = [page for name in job.inputs for page in self._open(name)]
        if job.format in MULTI_PAGE or len(pages) == 1:
            return self._document(job, pages, job.target)
        if job.target == STDOUT:
            raise InputError(
                f"{shown(job.inputs[0])} has {len(pages)} pages, which do not fit into one "
                f"{job.format.upper()} file; use --format tif or pdf"
            )
        path = Path(job.target)
        digits = len(str(len(pages)))
        parts = []
        for number, page in enumerate(pages, 1):
            target = path.with_name(f"{path.stem}-{number:0{digits}}{path.suffix}")
            parts.append(self._document(job, [page], str(target)))
        return Cleaned(
            job,
            outputs=tuple(name for part in parts for name in part.outputs),
            previews=tuple(name for part in parts for name in part.previews),
            pages=tuple(page for part in parts for page in part.pages),
        )

    def finish(self) -> None:
        """Count all pages of the job as done, also after a failure."""
        self.done = self._end
        self._tell()

    def _tell(self) -> None:
        if self._watch is not None:
            self._watch(self.done, self.known)

    def _open(self, name: str) -> list[PageSource]:
        pages = list(open_source(name, max_pixels=self._treatment.max_pixels))
        if not pages:
            raise InputError(f"{shown(name)} has no pages")
        self.known += len(pages) - 1
        self._end += len(pages) - 1
        self._tell()
        return pages

    def _document(self, job: Job, pages: list[PageSource], target: str) -> Cleaned:
        options = {"paper": self._treatment.paper} if job.format == "pdf" else {}
        previews = []
        done: list[CleanedPage] = []
        with open_document(target, format=job.format, force=self._force, **options) as document:
            for page in pages:
                picture = Preview(page) if self._preview else None
                done.append(
                    clean_page(page, document, self._treatment, picture.add if picture else None)
                )
                if picture is not None:
                    previews.append(picture)
                self.done += 1
                self._tell()
        names = [
            picture.write(target, number if len(previews) > 1 else None, force=self._force)
            for number, picture in enumerate(previews, 1)
        ]
        return Cleaned(job, (target,), tuple(names), tuple(done))


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
    if not errors:
        return 0
    return errors[0].exit_code if len(errors) == len(results) else SOME_FAILED
