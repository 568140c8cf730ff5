"""``docbin data``: list, add and fetch public data sets, generate pages."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import click

from docbin.commands.synth import synth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docbin.evaluate.manifests import Manifest

_PATH = click.Path(path_type=Path)


@click.group()
def data() -> None:
    """Keep public data sets with truth, for `docbin score` and `docbin tune`; generate pages.

    They are kept in DOCBIN_DATA (~/.local/share/docbin/data). docbin contains no pages.
    """


data.add_command(synth)


@data.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(*, as_json: bool) -> None:
    """List the data sets that docbin knows, and which are here."""
    from docbin.commands.columns import columns
    from docbin.evaluate import manifests

    found = [manifests.load(name) for name in manifests.names()]
    if as_json:
        print(json.dumps([_told(manifest) for manifest in found], indent=1, ensure_ascii=False))
        return
    rows = [["name", "year", "pages", "here", "fetch", "licence", "what"]]
    for manifest in sorted(found, key=lambda item: (item.year, item.name)):
        count = manifest.images or manifest.pages
        rows.append(
            [
                manifest.name,
                str(manifest.year),
                str(count or "?"),
                "yes" if manifests.stored(manifest.name) else "-",
                "yes" if manifest.sources else "-",
                manifest.licence,
                manifest.kind,
            ]
        )
    print("\n".join(columns(rows)))


def _told(manifest: Manifest) -> dict[str, Any]:
    """Return what is known of a data set, for JSON."""
    from docbin.evaluate import manifests

    folder = manifests.stored(manifest.name)
    known = ("name", "title", "year", "kind", "home", "licence", "terms", "pages", "images")
    return {
        **{key: getattr(manifest, key) for key in known},
        "splits": dict(manifest.splits),
        "sources": [dataclasses.asdict(source) for source in manifest.sources],
        "bibtex": manifest.citation.bibtex(),
        "folder": str(folder) if folder else None,
    }


@data.command()
@click.argument("name")
@click.argument("paths", nargs=-1, required=True, type=_PATH, metavar="PATH...")
@click.option("--image", metavar="REGEX", help="Which files are images; a group (?P<name>...).")
@click.option("--truth", metavar="REGEX", help="Which files are truths; the same group.")
@click.option(
    "--ink-below", type=click.IntRange(1, 255), help="Gray values of truths below this are ink."
)
@click.option("-f", "--force", is_flag=True, help="Replace the data set if it is there.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, no remarks.")
def add(
    name: str,
    paths: tuple[Path, ...],
    *,
    image: str | None,
    truth: str | None,
    ink_below: int | None,
    force: bool,
    quiet: bool,
) -> None:
    """Unpack and store a data set that you downloaded.

    \b
    docbin data add dibco2013 DIBCO2013-dataset.rar
    docbin data add dibco2009 downloads/

    PATH is a zip, rar, 7z or tar file, or a folder with images or archives in it. The path of the
    stored data set is printed.
    """  # noqa: D301 (click reads the \\b)
    from docbin.errors import UsageError
    from docbin.evaluate import manifests
    from docbin.evaluate.manifests import Layout

    manifest = manifests.load(name)
    if (image is None) != (truth is None):
        raise UsageError("give --image and --truth together")
    layouts = manifest.layouts
    if image is not None and truth is not None:
        layouts = (Layout(image, truth),)
    if ink_below is not None:
        if not layouts:
            raise UsageError(f"--ink-below needs --image and --truth for '{manifest.name}'")
        layouts = tuple(dataclasses.replace(its, ink_below=ink_below) for its in layouts)
    _add(dataclasses.replace(manifest, layouts=layouts), paths, force=force, quiet=quiet)


def _add(manifest: Manifest, paths: Sequence[Path], *, force: bool, quiet: bool) -> None:
    from docbin.commands.progress import progress
    from docbin.evaluate import adding
    from docbin.io.names import shown

    with progress(quiet=quiet) as bar:
        added = adding.add(manifest, paths, force=force, told=bar.update)
    if not quiet:
        for remark in added.remarks:
            print(f"docbin: {shown(remark)[1:-1]}", file=sys.stderr)
        print(f"docbin: {manifest.terms}", file=sys.stderr)
    print(added.folder)


@data.command()
@click.argument("name")
@click.option("--from", "addresses", multiple=True, metavar="URL", help="Another address.")
@click.option("-f", "--force", is_flag=True, help="Replace the data set if it is there.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, no remarks.")
def fetch(name: str, *, addresses: tuple[str, ...], force: bool, quiet: bool) -> None:
    """Download a data set from its official address, then store it.

    \b
    docbin data fetch dibco2017
    docbin data fetch bickley --from https://example.org/bickley.zip

    A download that broke off goes on where it stopped. Files are checked by sha256 where one is
    known; the sums are shown.
    """  # noqa: D301 (click reads the \\b)
    from docbin.errors import OutputError, UsageError
    from docbin.evaluate import manifests
    from docbin.evaluate.download import download

    manifest = manifests.load(name)
    if manifests.stored(manifest.name) and not force:
        raise OutputError(f"'{manifest.name}' is here already; use --force to replace it")
    known = {source.filename: source for source in manifest.sources}
    urls = addresses or tuple(source.url for source in manifest.sources)
    if not urls:
        raise UsageError(
            f"'{manifest.name}' has no official file to download. See {manifest.home}, then: "
            f"docbin data add {manifest.name} PATH"
        )
    folder = manifests.store() / ".downloads" / manifest.name
    files = []
    for url in urls:
        file = _filename(url)
        source = known.get(file)
        sum_ = download(url, folder / file, sha256=source.sha256 if source else None)
        if not quiet:
            print(f"docbin: {file} sha256 {sum_}", file=sys.stderr)
        files.append(folder / file)
    _add(manifest, files, force=force, quiet=quiet)
    for path in files:
        path.unlink()


def _filename(url: str) -> str:
    """Return a safe name for what an address gives."""
    from docbin.errors import UsageError

    name = unquote(urlsplit(url).path).rpartition("/")[2]
    if not name or name.startswith(".") or "\\" in name or "\0" in name:
        raise UsageError(f"'{url}' does not end in the name of a file")
    return name
