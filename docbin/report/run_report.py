"""A report of a run: one HTML page, and a folder of pictures beside it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from docbin.batch.records import DONE, Record
from docbin.dependencies import load
from docbin.errors import OutputError, UsageError
from docbin.io.atomic import check_target, replacing, writing
from docbin.io.names import Name, shown
from docbin.report.gather import gather, key_of
from docbin.report.measures import FLAGS
from docbin.report.rows import COLUMNS, Rows, summary
from docbin.report.shelf import Shelf
from docbin.version import __version__

WEB = Path(__file__).parent / "web"
_STYLES = ("theme.css", "slider.css", "report.css")
_SCRIPTS = ("slider.js", "list.js", "histogram.js", "report.js")
# By this a report is known, so that it may be replaced by a newer one.
_MARK = b'<meta name="generator" content="docbin report'
_HEAD = 1 << 10


def check_report(target: Name, *, force: bool = False) -> None:
    """Refuse a name that a report cannot have, before any work is done.

    Raises
    ------
    UsageError
        If it does not end in ``.html``.
    OutputError
        If there is a file that is no report of docbin, without ``force``.
    """
    path = Path(target)
    if path.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"{shown(target)}: a report is written as .html")
    check_target(path, force=force or _is_report(path))
    if not path.parent.is_dir():
        raise OutputError(f"{shown(target)} cannot be written: there is no such folder")


def write_report(
    records: Iterable[Record],
    destination: Name,
    target: Name,
    *,
    force: bool = False,
    max_pixels: int | None = None,
    watch: Callable[[int, int], None] | None = None,
) -> list[str]:
    """Write a page about a run: pictures before and after, filters, measures, failures.

    The page is one file that asks nobody for anything; its pictures are in ``NAME.files`` beside
    it. If it is interrupted, the next call goes on. A report that docbin has written is replaced.

    Parameters
    ----------
    records
        See `docbin.batch.read_records`.
    destination
        Folder of the results.
    target
        The page, ``.html``.
    force
        Replace also a file that is no report.
    max_pixels
        Largest page that is read, see `docbin.io.open_source`.
    watch
        Called with how many pages have their pictures, and how many are to get some.

    Returns
    -------
    list of str
        What could not be measured, and why; the page says so, too.

    Raises
    ------
    UsageError, OutputError
        As `check_report`, or if something cannot be written.
    """
    check_report(target, force=force)
    path, folder = Path(target), Path(destination)
    records = list(records)
    shelf = Shelf(path.with_name(f"{path.stem}.files"))
    with closing(shelf):
        gather(records, folder, shelf, max_pixels=max_pixels, watch=watch)
    made = Rows(folder, path, shelf)
    rows = [row for record in records for row in made.of(record)]
    told = summary(records, folder, rows)
    data = {"columns": COLUMNS, "rows": rows, "methods": list(made.methods), "flags": FLAGS}
    page = _page(told, data)
    with replacing(path, force=force or _is_report(path)) as file:
        file.write(page.encode())
    shelf.prune(_keys(records))
    note, status = COLUMNS.index("note"), COLUMNS.index("status")
    unseen = [row for row in rows if row[note] and row[status] == DONE and row[4]]
    return [f"{row[0]}: {row[note]}" for row in unseen]


def _keys(records: list[Record]) -> list[str]:
    return [key_of(record, page.number) for record in records for page in record.pages]


def _is_report(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _MARK in file.read(_HEAD)
    except OSError:
        return False


def _page(told: dict[str, Any], data: dict[str, Any]) -> str:
    """Return the page; all names are escaped by Jinja, or as JSON."""
    jinja = load("jinja2", purpose="a report")
    loader = jinja.FileSystemLoader(WEB)
    environment = jinja.Environment(
        loader=loader, autoescape=True, undefined=jinja.StrictUndefined, trim_blocks=True
    )
    style = "\n".join(_text(name) for name in _STYLES)
    script = "\n".join(_text(name) for name in _SCRIPTS)
    markup = jinja.utils.markupsafe.Markup
    text: str = environment.get_template("report.html.j2").render(
        **told,
        version=__version__,
        flags=FLAGS,
        style=markup(style),
        script=markup(script),
        style_sum=_sum(style),
        script_sum=_sum(script),
        data=markup(json_in_html(data)),
    )
    return text


def _text(name: str) -> str:
    with writing(name):
        return (WEB / name).read_text("utf-8")


def _sum(text: str) -> str:
    """Return the sum by which the page's policy allows a style or script, and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def json_in_html(data: Any) -> str:
    r"""Return JSON that cannot end the element that it stands in.

    Examples
    --------
    >>> json_in_html("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(data, allow_nan=False, separators=(",", ":"))
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text
