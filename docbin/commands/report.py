"""What `docbin clean` says: paths or one JSON document, and failures."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from docbin.batch import Cleaned
from docbin.batch.treatment import UNTOUCHED
from docbin.io.atomic import STDOUT
from docbin.io.names import shown
from docbin.version import __version__


class Report:
    """Prints paths to standard output as results come, everything else to standard error."""

    def __init__(self, *, as_json: bool, quiet: bool) -> None:
        self._json = as_json
        self._quiet = quiet
        self._results: list[Cleaned] = []

    def add(self, result: Cleaned) -> None:
        """Tell of a job that ended."""
        if self._json:
            self._results.append(result)
        if result.error is not None:
            _say(f"docbin: {_named(result)}")
            return
        if self._quiet or self._json:
            return
        for line in [*_choices(result), *_remarks(result), *_assumptions(result), *_of_pdf(result)]:
            _say(line)
        if result.job.target != STDOUT:
            print_paths([*result.outputs, *result.previews])

    def close(self) -> None:
        """Print the JSON document."""
        if not self._json:
            return
        document = {
            "docbin": __version__,
            "results": [_facts(result) for result in self._results],
            "failed": sum(result.error is not None for result in self._results),
        }
        # Names that are no UTF-8 survive as escapes only.
        print(json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def print_paths(paths: list[str]) -> None:
    """Print names byte by byte, as the file system has them."""
    sys.stdout.flush()
    for path in paths:
        sys.stdout.buffer.write(os.fsencode(path) + b"\n")
    sys.stdout.buffer.flush()


def _named(result: Cleaned) -> str:
    """Return the error with the files it is about, which many messages name themselves."""
    text = str(result.error)
    names = [*result.job.inputs, result.job.target]
    if any(shown(name) in text for name in names):
        return text
    return f"{shown(names[0])}: {text}"


def _choices(result: Cleaned) -> list[str]:
    """Return what ``auto`` took, one line for all pages that got the same."""
    pages: dict[tuple[str, str], list[int]] = {}
    for page in result.pages:
        if page.automatic:
            pages.setdefault((page.source, page.method), []).append(page.index + 1)
    several = {page.source for page in result.pages if page.index > 0}
    lines = []
    for (source, method), numbers in pages.items():
        where = f" page {_ranges(numbers)}" if source in several else ""
        lines.append(f"{shown(source)}{where}: auto chose {method}")
    return lines


def _remarks(result: Cleaned) -> list[str]:
    """Return which steps had nothing to do, one line for all pages of a file with the same."""
    pages: dict[tuple[str, str], list[int]] = {}
    for page in result.pages:
        for remark in page.remarks:
            pages.setdefault((page.source, remark), []).append(page.index + 1)
    several = {page.source for page in result.pages if page.index > 0}
    return [
        f"{shown(source)}{f' page {_ranges(numbers)}' if source in several else ''}: {remark}"
        for (source, remark), numbers in pages.items()
    ]


def _assumptions(result: Cleaned) -> list[str]:
    """Return the files whose resolution had to be assumed, one line each."""
    on_paper = result.job.format == "pdf"
    names = {
        page.source
        for page in result.pages
        if page.assumed or (on_paper and page.dpi is None and page.format != "pdf")
    }
    return [
        f"{shown(name)}: its resolution is not known, 300 dpi is assumed (give --dpi or --paper)"
        for name in dict.fromkeys(page.source for page in result.pages)
        if name in names
    ]


def _of_pdf(result: Cleaned) -> list[str]:
    """Return what people may not expect of PDFs."""
    pdfs = list(dict.fromkeys(page.source for page in result.pages if page.format == "pdf"))
    if not pdfs or result.job.format != "pdf":
        return []
    if len(result.job.inputs) > 1:
        return [f"{shown(name)}: its text is not taken into a combined file" for name in pdfs]
    if all(page.method == UNTOUCHED for page in result.pages):
        return [f"{shown(pdfs[0])}: no page has a scan that could be cleaned; it is copied"]
    return []


def _ranges(numbers: list[int]) -> str:
    """Return ``"1-3, 7"`` for 1, 2, 3, 7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{a}-{b}" if a < b else str(a) for a, b in runs)


def _facts(result: Cleaned) -> dict[str, Any]:
    error = result.error
    return {
        "inputs": list(result.job.inputs),
        "outputs": list(result.outputs),
        "previews": list(result.previews),
        "format": result.job.format,
        "pages": [
            {
                "source": page.source,
                "page": page.index + 1,
                "format": page.format,
                "width": page.width or None,
                "height": page.height or None,
                "dpi": None if page.dpi is None else list(page.dpi),
                "method": page.method,
                "automatic": page.automatic,
                "remarks": list(page.remarks),
            }
            for page in result.pages
        ],
        "error": None if error is None else str(error),
        "exit_code": 0 if error is None else error.exit_code,
    }
