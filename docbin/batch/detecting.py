"""Text found page by page; a page or a file that fails does not stop the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from docbin.api import detect_text
from docbin.batch.cleaning import Watch, defect
from docbin.detect import Detector
from docbin.detect.detected import DetectedPage
from docbin.errors import DocbinError, InputError, MissingDependencyError, UsageError
from docbin.image import as_array
from docbin.io.names import shown
from docbin.io.page import PageSource
from docbin.io.reader import open_source

_T = TypeVar("_T")


def detect_pages(
    files: Sequence[str],
    detector: Detector,
    watch: Watch | None = None,
    *,
    max_pixels: int | None = None,
    strict: bool = False,
) -> Iterator[DetectedPage]:
    """Yield the pages of files with their text, in order.

    Parameters
    ----------
    files
        Paths; ``"-"`` is standard input.
    detector
        What finds text.
    watch
        Told how many pages are done, of how many that are known of.
    max_pixels
        See `docbin.io.open_source`.
    strict
        Whether an exception that is a defect is raised, instead of told as an error of its page.

    Raises
    ------
    UsageError, MissingDependencyError
        If the detector cannot work at all.
    """
    done, known = 0, len(files)
    for name in files:
        pages = _attempt(partial(_pages, name, max_pixels), strict=strict)
        if isinstance(pages, DocbinError):
            done += 1
            yield DetectedPage(name, error=pages)
            continue
        known += len(pages) - 1
        for page in pages:
            yield _detected(page, len(pages), detector, strict=strict)
            done += 1
            if watch is not None:
                watch(done, known)


def _pages(name: str, max_pixels: int | None) -> list[PageSource]:
    pages = list(open_source(name, max_pixels=max_pixels))
    if not pages:
        raise InputError(f"{shown(name)} has no pages")
    return pages


def _detected(page: PageSource, count: int, detector: Detector, *, strict: bool) -> DetectedPage:
    info = page.info

    def look() -> DetectedPage:
        pixels = as_array(page.load().pixels)
        regions = tuple(detect_text(pixels, detector))
        height, width = pixels.shape[:2]
        return DetectedPage(info.source, info.index, count, width, height, regions, pixels)

    found = _attempt(look, strict=strict)
    if not isinstance(found, DocbinError):
        return found
    return DetectedPage(info.source, info.index, count, info.width, info.height, error=found)


def _attempt(work: Callable[[], _T], *, strict: bool) -> _T | DocbinError:
    """Return what the work gives, or its error where that is one of a page."""
    try:
        return work()
    except (UsageError, MissingDependencyError):
        raise
    except DocbinError as error:
        return error
    except MemoryError:
        return InputError("there is not enough memory")
    except Exception as error:
        if strict:
            raise
        return defect(error)
