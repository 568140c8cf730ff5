"""Which files of a download are pages, and which their truths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from docbin.errors import InputError
from docbin.evaluate.manifests import Layout, Manifest
from docbin.evaluate.pairing import natural

_END = r"\.(?:bmp|tiff?|png|jpe?g|jp2|webp|p[bgnp]m)"
_TRUTH = r"(?:est)?gt|ground[ _-]?truths?|masks?|truths?|labels?"

# Tried after a data set's own: folders of truths and of images, truths beside images.
GENERAL = (
    Layout(
        rf"(?:img|images?|originals?|orig|input|pages?)/(?P<name>[^/]+?){_END}",
        rf"(?:{_TRUTH})/(?P<name>[^/]+?)(?:[ _-](?:{_TRUTH}))?{_END}",
    ),
    Layout(
        rf"(?P<name>[^/]+?)(?<!gt){_END}",
        rf"(?P<name>[^/]+?)[ _-](?:{_TRUTH}){_END}",
    ),
    Layout(
        rf"(?![^/]*(?:{_TRUTH})[^/]*/)[^/]+/(?P<name>[^/]+?){_END}",
        rf"[^/]*(?:{_TRUTH})[^/]*/(?P<name>[^/]+?)(?:[ _-](?:{_TRUTH}))?{_END}",
    ),
)


@dataclass(frozen=True, slots=True)
class Found:
    """Pages with truth in a download.

    Parameters
    ----------
    pages
        (name, image, truth) in natural order of the names.
    lone
        Truths without an image and images without a truth, by their names.
    ink_below
        Gray values below this are ink in the truths.
    """

    pages: tuple[tuple[str, Path, Path], ...]
    lone: tuple[str, ...]
    ink_below: int


def find(files: Mapping[str, Path], manifest: Manifest) -> Found:
    """Return the pages by that layout of the manifest which finds most.

    Parameters
    ----------
    files
        Path as the download has it, with ``/`` between folders -> file.
    manifest
        The data set; its layouts are tried first, then `GENERAL`.

    Raises
    ------
    InputError
        If no layout finds a page with truth, or two files are one page.
    """
    twice: InputError | None = None
    for layouts in (manifest.layouts, GENERAL):
        found = []
        for layout in layouts:
            try:
                found.append(_by(layout, files))
            except InputError as error:
                # Perhaps the files are laid out in another way.
                twice = twice or error
        best = max(found, key=lambda item: len(item.pages), default=None)
        if best is not None and best.pages and not (twice and best.lone):
            return best
    if twice:
        raise twice
    seen = ", ".join(f"'{name}'" for name in sorted(files)[:3]) or "nothing"
    raise InputError(
        f"no page with truth of {manifest.title} was found among {len(files)} images ({seen}, …). "
        "Name the files yourself with --image and --truth: regular expressions with a group "
        "(?P<name>…)"
    )


def _by(layout: Layout, files: Mapping[str, Path]) -> Found:
    truths = _keyed(layout.truth, files)
    taken = {files[name] for _, name in truths.values()}
    images = _keyed(layout.image, {name: path for name, path in files.items() if path not in taken})
    pages, used = [], set()
    for key, (label, name) in images.items():
        for truth, (_, its) in truths.items():
            if truth <= key:
                pages.append((label, files[name], files[its]))
                used |= {name, its}
    pages.sort(key=lambda page: natural(page[0]))
    every = [name for _, name in (*images.values(), *truths.values())]
    lone = tuple(sorted({name for name in every if name not in used}))
    return Found(tuple(pages), lone, layout.ink_below)


def _keyed(pattern: str, files: Iterable[str]) -> dict[frozenset[tuple[str, str]], tuple[str, str]]:
    """Return key of groups -> (name to store under, path) of the files that match."""
    expression = re.compile(rf"(?:.*/)?(?:{pattern})", re.IGNORECASE)
    table: dict[frozenset[tuple[str, str]], tuple[str, str]] = {}
    for name in sorted(files, key=natural):
        match = expression.fullmatch(name)
        if match is None:
            continue
        groups = {group: text for group, text in match.groupdict().items() if text is not None}
        key = frozenset((group, text.lower()) for group, text in groups.items())
        if key in table:
            raise InputError(f"'{table[key][1]}' and '{name}' are the same page by name")
        label = "_".join(groups.values())
        table[key] = (re.sub(r"[^\w.()+-]", "_", label).lstrip(".") or "page", name)
    return table
