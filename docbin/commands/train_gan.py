"""``docbin train gan``: pipelines of generators that learn against a discriminator."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from docbin.nn.gan.config import GanConfig
    from docbin.nn.gan.sources import Sources

_PATH = click.Path(path_type=Path)


@click.command()
@click.option("--pipeline", required=True, help="three-stage, ccdwt, suh, mfe or cgan.")
@click.option("--generator", default="packed", show_default=True,
              help="packed, unet:ENCODER or unetpp:ENCODER.")  # fmt: skip
@click.option("--preset", required=True, help="gpu, cpu or tiny.")
@click.option("--data", multiple=True, required=True, metavar="DIR|NAME|FILE.tiles|synthetic",
              help="Pages.")  # fmt: skip
@click.option("--split", help="Only the pages of this split of the data.")
@click.option("--only", multiple=True, metavar="SET", help="Only the pages of this set.")
@click.option("--out", type=_PATH, required=True, metavar="DIR", help="Where the run is kept.")
@click.option("--resume", is_flag=True, help="Go on with the run in --out.")
@click.option("--network", help="Packed generators: wide, lean, small or w1a1.")
@click.option("--set", "texts", multiple=True, metavar="KEY=VALUE", help="steps=2000, side=192 …")
@click.option("--device", type=click.Choice(["cpu", "cuda"]), help="A GPU if there is one.")
@click.option("--threads", type=click.IntRange(1), help="Threads of the CPU.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def gan(
    pipeline: str,
    *,
    generator: str,
    preset: str,
    data: tuple[str, ...],
    split: str | None,
    only: tuple[str, ...],
    out: Path,
    resume: bool,
    network: str | None,
    texts: tuple[str, ...],
    device: str | None,
    threads: int | None,
    quiet: bool,
) -> None:
    """Train the generators of a pipeline, stage by stage; it is in DIR/pipeline, for `docbin clean`.

    \b
    docbin train gan --pipeline three-stage --preset cpu --data pages/ --split train --out run/
    docbin train gan --pipeline suh --generator unet:efficientnet-b0 --preset gpu --data pages/ --out suh/
    docbin clean scan.png --method three-stage --weights run/pipeline

    Packed generators are wavelet U-Nets with weights of one bit and activations of four; float ones
    are those of segmentation-models-pytorch, and --set pretrained=true begins with the encoder's
    ImageNet weights, which are downloaded once. Every generator is compared with its file before the
    pipeline is written.

    Ctrl-C stops between two steps and keeps all; --resume goes on, to the bit. Keys of --set are the
    fields of docbin.nn.gan.config.GanConfig.
    """  # noqa: D301, E501 (click reads the \\b)
    from docbin.dependencies import load

    torch = load("torch", purpose="training")
    from docbin.commands.train_data import fonts_of
    from docbin.commands.train_outcome import commit, stopped
    from docbin.nn.gan.config import configured
    from docbin.nn.gan.train import train as run

    config = configured(preset, pipeline, generator, texts, shape=network)
    if not config.kind.packed:
        load("segmentation_models_pytorch", purpose="a float generator")
    if threads:
        torch.set_num_threads(threads)
    sources = _sources(config, data, out, split=split, only=only)
    words = ["docbin", "train", "gan", "--pipeline", pipeline, "--generator", generator]
    words += ["--preset", preset, *(["--network", network] if network else [])]
    words += [word for text in texts for word in ("--set", text)]
    facts: dict[str, Any] = {"command": shlex.join(words), "commit": commit()}
    if fonts := fonts_of(sources.tiles):
        facts["fonts"] = sorted(fonts)
    outcome = run(config, sources, out, resume=resume, device=device, facts=facts, quiet=quiet)
    if not outcome.finished:
        stopped(outcome.steps)
    print(outcome.weights)


def _sources(
    config: GanConfig,
    data: tuple[str, ...],
    out: Path,
    *,
    split: str | None,
    only: tuple[str, ...],
) -> Sources:
    """Return tiles, and whole pages where the pipeline looks at them."""
    from docbin.commands.train_data import tiles, whole_pages
    from docbin.nn.gan.sources import Sources

    side, description = config.tile(), config.described()
    cut = [tiles(source, out, split=split, only=only, tile=side) for source in data]
    if not description.has("global"):
        return Sources(cut)
    whole = [whole_pages(source, out, description, split=split, only=only) for source in data]
    return Sources(cut, [store for store in whole if store is not None])
