"""``docbin train``: networks from pages with truth."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Any

import click

from docbin.commands.train_detector import detector
from docbin.commands.train_gan import gan

_PATH = click.Path(path_type=Path)


@click.group()
def train() -> None:
    """Train a network on pages with truth. Needs the extra `train` (PyTorch)."""


train.add_command(gan)
train.add_command(detector)


@train.command()
@click.option("--preset", required=True, help="gpu-25min, gpu-8h, cpu-2h or tiny.")
@click.option("--data", multiple=True, required=True, metavar="DIR|NAME|FILE.tiles|synthetic",
              help="Pages.")  # fmt: skip
@click.option("--split", help="Only the pages of this split of the data.")
@click.option("--only", multiple=True, metavar="SET", help="Only the pages of this set.")
@click.option("--out", type=_PATH, required=True, metavar="DIR", help="Where the run is kept.")
@click.option("--resume", is_flag=True, help="Go on with the run in --out.")
@click.option("--start", type=_PATH, metavar="CKPT|FILE.docbin",
              help="Begin with the weights of this one.")  # fmt: skip
@click.option("--teacher", type=_PATH, metavar="CKPT", help="Learn from this trained network.")
@click.option("--network", help="wide, lean, small, w1a1 or teacher, in place of the preset's.")
@click.option("--set", "texts", multiple=True, metavar="KEY=VALUE", help="steps=2000, rate=1e-3 …")
@click.option("--device", type=click.Choice(["cpu", "cuda"]), help="A GPU if there is one.")
@click.option("--threads", type=click.IntRange(1), help="Threads of the CPU.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def binarizer(
    preset: str,
    *,
    data: tuple[str, ...],
    split: str | None,
    only: tuple[str, ...],
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
    """Train a binarizer: the weights are in DIR/weights.pt, for `docbin export`.

    \b
    docbin train binarizer --preset cpu-2h --data pages/ --split train --out run/
    docbin train binarizer --preset gpu-25min --network teacher --data train.tiles --out teacher/
    docbin train binarizer --preset gpu-25min --teacher teacher/ --data train.tiles --out student/
    docbin train binarizer --preset cpu-2h --start run/ --data my-pages/ --out mine/
    docbin train binarizer --preset cpu-2h --start net.docbin --data my-pages/ --out mine/

    docbin train binarizer --preset cpu-2h --data synthetic:2000 --out free/

    --data synthetic:COUNT draws so many pages (400 if no COUNT is given): weights that have seen no
    other data are free of anyone's terms.

    Several GPUs: `torchrun --nproc-per-node 4 -m docbin train binarizer …`. Ctrl-C stops between
    two steps and keeps all; --resume goes on, and with --set minutes=240 for longer. Keys of --set
    are the fields of docbin.nn.config.TrainConfig, and those of its loss as loss.dice.
    """  # noqa: D301 (click reads the \\b)
    from docbin.dependencies import load

    torch = load("torch", purpose="training")
    from docbin.commands.train_data import fonts_of, tiles
    from docbin.commands.train_outcome import commit, stopped
    from docbin.nn import starting
    from docbin.nn.checkpoint import load_weights
    from docbin.nn.config import TrainConfig, configured
    from docbin.nn.task import BINARIZATION
    from docbin.nn.train import train as run

    config: TrainConfig = configured(preset, network, texts)
    taught = load_weights(teacher) if teacher is not None else None
    begun = starting.begun(start, config, BINARIZATION) if start is not None else None
    if threads:
        torch.set_num_threads(threads)
    stores = [tiles(source, out, split=split, only=only) for source in data]
    facts: dict[str, Any] = {
        "command": _command(preset, network, texts, start=start, teacher=teacher),
        "commit": commit(),
    }
    if taught is not None:
        facts["teacher"] = taught.facts
    fonts = fonts_of(stores)
    if begun is not None:
        facts["started"] = {key: value for key, value in begun.facts.items() if key != "fonts"}
        fonts |= set(begun.facts.get("fonts", ()))
    if fonts:
        facts["fonts"] = sorted(fonts)
    outcome = run(
        config,
        stores,
        out,
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


def _command(
    preset: str,
    network: str | None,
    texts: tuple[str, ...],
    *,
    start: Path | None,
    teacher: Path | None,
) -> str:
    """Return the command without the folders of this machine."""
    words = ["docbin", "train", "binarizer", "--preset", preset]
    words += ["--network", network] if network else []
    words += [word for text in texts for word in ("--set", text)]
    words += ["--start", start.name] if start else []
    words += ["--teacher", teacher.name] if teacher else []
    return shlex.join(words)
