"""``docbin train detector``: networks that find text, from images with polygons."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docbin.commands.train_data import once
from docbin.commands.train_outcome import commit, stopped

if TYPE_CHECKING:
    from docbin.evaluate.held_out import HeldOut
    from docbin.nn.data.text_store import TextStore

_COUNT = "400"
_PATH = click.Path(path_type=Path)


@click.command()
@click.option("--preset", required=True, help="gpu-25min, gpu-8h, cpu-1h or tiny.")
@click.option("--data", multiple=True, required=True,
              metavar="FORMAT:DIR|scenes:COUNT|books:COUNT|FILE.text",
              help="Images with labels.")  # fmt: skip
@click.option("--kind", type=click.Choice(["text", "seal"]), default="text", show_default=True,
              help="What it is to find.")  # fmt: skip
@click.option("--without", type=_PATH, metavar="FILE.toml", help="Leave out what this holds out.")
@click.option("--out", type=_PATH, required=True, metavar="DIR", help="Where the run is kept.")
@click.option("--resume", is_flag=True, help="Go on with the run in --out.")
@click.option("--start", type=_PATH, metavar="CKPT|FILE.docbin",
              help="Begin with the weights of this one.")  # fmt: skip
@click.option("--teacher", type=_PATH, metavar="CKPT", help="Learn from this trained detector.")
@click.option("--network", help="packed (the preset's), small, dbnet-r18, dbnet-pp-r50 …")
@click.option("--set", "texts", multiple=True, metavar="KEY=VALUE", help="steps=2000, rate=1e-3 …")
@click.option("--device", type=click.Choice(["cpu", "cuda"]), help="A GPU if there is one.")
@click.option("--threads", type=click.IntRange(1), help="Threads of the CPU.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def detector(
    preset: str,
    *,
    data: tuple[str, ...],
    kind: str,
    without: Path | None,
    out: Path,
    resume: bool,
    start: Path | None,
    teacher: Path | None,
    network: str | None,
    texts: tuple[str, ...],
    device: str | None,
    threads: int | None,
    quiet: bool,
) -> None:
    """Train a detector of text: the weights are in DIR/weights.pt, for `docbin export`.

    \b
    docbin train detector --preset cpu-1h --data scenes:1000 --data sroie:receipts/ --out run/
    docbin train detector --preset gpu-25min --network dbnet-r18 --data a.text --out teacher/
    docbin train detector --preset gpu-25min --teacher teacher/ --data a.text --out student/
    docbin train detector --preset cpu-1h --kind seal --start k.docbin --data books:500 --out s/

    FORMAT is one of those of `docbin score --detect` (icdar2015, total-text, msra-td500 …), DIR has
    the folders gt and images; FORMAT:LABELS:IMAGES names two folders. scenes:COUNT draws photos
    with text, books:COUNT opened Japanese books with columns of writing and seals. Label maps are
    drawn once, into OUT/NAME.text. What cannot be learned is counted by reason, in OUT/labels.json.

    With --kind seal it finds seals: those of books, ndl-docl and dkds; all else is background.

    Networks: packed, small; in float dbnet and dbnet-pp with -r18, -r50, -mobilenetv3,
    -lite0, and dbnet-r50-deformable.
    """  # noqa: D301 (click reads the \\b)
    from docbin.dependencies import load

    torch = load("torch", purpose="training")
    from docbin.evaluate.held_out import read_held_out
    from docbin.nn import starting
    from docbin.nn.checkpoint import load_weights
    from docbin.nn.config import configured
    from docbin.nn.detection import DETECTION, DETECTORS
    from docbin.nn.train import train as run

    config = configured(preset, network, texts, DETECTORS)
    held = read_held_out(without) if without is not None else {}
    taught = load_weights(teacher, DETECTION) if teacher is not None else None
    begun = starting.begun(start, config, DETECTION) if start is not None else None
    if threads:
        torch.set_num_threads(threads)
    kept = _files(data, out)
    stores = [_store(source, file, kind, held) for source, file in zip(data, kept, strict=True)]
    _report(stores, out, quiet=quiet)
    facts: dict[str, Any] = {
        "command": _command(preset, network, texts, kind=kind, start=start, teacher=teacher),
        "commit": commit(),
        "kind": kind,
    }
    if taught is not None:
        facts["teacher"] = dict(taught.facts)
    if begun is not None:
        facts["started"] = dict(begun.facts)
    outcome = run(
        config,
        stores,
        out,
        task=DETECTION,
        resume=resume,
        start=begun,
        teacher=None if taught is None else taught.net,
        device=device,
        facts=facts,
        quiet=quiet,
    )
    if not outcome.finished:
        stopped(outcome.steps)
    if os.environ.get("RANK", "0") == "0":
        print(outcome.weights)


def _files(data: Sequence[str], out: Path) -> list[Path]:
    """Return where the label maps of every ``--data`` are kept, each in a file of its own."""
    names = [source.partition(":")[0] for source in data]
    earlier = [names[:index].count(name) for index, name in enumerate(names)]
    return [
        out / (f"{name}-{count + 1}.text" if count else f"{name}.text")
        for name, count in zip(names, earlier, strict=True)
    ]


def _store(source: str, kept: Path, kind: str, held: Mapping[str, HeldOut]) -> TextStore:
    """Return the label maps of a data set; they are drawn once and kept with the run."""
    from docbin.errors import InputError
    from docbin.nn.data.text_store import TextStore

    if Path(source).suffix == ".text":
        store = TextStore.load(source)
    else:
        store = _drawn(source, kept, kind, held)
    if store.kind != kind:
        raise InputError(
            f"'{store.path}' has label maps of the kind '{store.kind}', and --kind is '{kind}'; "
            "give another --out, or the data set instead of the file"
        )
    return store


def _drawn(source: str, kept: Path, kind: str, held: Mapping[str, HeldOut]) -> TextStore:
    from docbin.errors import UsageError
    from docbin.io.atomic import writing
    from docbin.nn.data.text_generated import BOOKS, SCENES, book_pages, scene_pages
    from docbin.nn.data.text_pages import TextSource
    from docbin.nn.data.text_store import TextStore, write_text_store

    drawn, _, count = source.partition(":")
    if drawn in (SCENES, BOOKS):
        if not (count or _COUNT).isdecimal():
            raise UsageError(f"--data {drawn}:COUNT takes a number of images; got '{count}'")
        pages = (scene_pages if drawn == SCENES else book_pages)(int(count or _COUNT), kind=kind)
    else:
        named = TextSource.parse(source)
        pages = named.pages(held[named.format].untrained if named.format in held else (), kind)
    with writing(str(kept)):
        kept.parent.mkdir(parents=True, exist_ok=True)
    return once(kept, lambda: write_text_store(pages, kept, kind=kind), TextStore.load)


def _report(stores: Sequence[TextStore], out: Path, *, quiet: bool) -> None:
    """Tell how many texts are learned, and why others are not."""
    from docbin.io.atomic import replacing

    if os.environ.get("RANK", "0") != "0":
        return
    counted: dict[str, Counter[str]] = {}
    for store in stores:
        for name, its in store.report.items():
            counted.setdefault(name, Counter()).update(its)
    out.mkdir(parents=True, exist_ok=True)
    with replacing(out / "labels.json", force=True) as sink:
        sink.write(json.dumps(counted, indent=1).encode())
    for name, its in counted.items():
        rest = [f"{count} not learned: {why}" for why, count in its.items() if why != "learned"]
        if not quiet:
            told = "; ".join([f"{its['learned']} texts are learned", *rest])
            print(f"docbin: {name}: {told}", file=sys.stderr)


def _command(
    preset: str,
    network: str | None,
    texts: tuple[str, ...],
    *,
    kind: str,
    start: Path | None,
    teacher: Path | None,
) -> str:
    """Return the command without the folders of this machine."""
    words = ["docbin", "train", "detector", "--preset", preset]
    words += ["--kind", kind] if kind != "text" else []
    words += ["--network", network] if network else []
    words += [word for text in texts for word in ("--set", text)]
    words += ["--start", start.name] if start else []
    words += ["--teacher", teacher.name] if teacher else []
    return shlex.join(words)
