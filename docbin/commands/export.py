"""``docbin export``: trained weights become a packed file, a packed file becomes ONNX."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docbin.image import Color

_PATH = click.Path(path_type=Path)
# Without --check: drawn pages, so that no file leaves unproved.
_DRAWN = ((97, 131), (64, 200))


@click.command()
@click.argument("weights", type=_PATH, metavar="CKPT|FILE.docbin")
@click.option("-o", "--output", type=_PATH, metavar="FILE.docbin", help="Pack trained weights.")
@click.option("--onnx", type=_PATH, metavar="OUT.onnx",
              help="Write a packed file, or a float detector, as ONNX.")  # fmt: skip
@click.option("--name", help="Of the weights; the name of the file if not given.")
@click.option("--licence", help="Terms of the weights; those of the training data if not given.")
@click.option("--fraction", type=click.IntRange(4, 12), default=8, show_default=True,
              help="Bits of the streams behind the point.")  # fmt: skip
@click.option("--check", metavar="DIR|NAME|FORMAT:DIR", help="Pages on which to compare.")
@click.option("--figures", metavar="DIR|NAME", help="Keep the scores on these pages.")
@click.option("--split", help="Only the pages of this split, of --check and --figures.")
@click.option("--use", "uses", multiple=True, metavar="KEY=VALUE",
              help="Of a detector: box_threshold=0.5, side=736 … for docbin detect.")  # fmt: skip
@click.option("--scores", multiple=True, metavar="SET=FILE.json",
              help="Of a detector: keep what docbin score --detect --json gave.")  # fmt: skip
@click.option("-f", "--force", is_flag=True, help="Overwrite the file.")
@click.option("-q", "--quiet", is_flag=True, help="No remarks.")
def export(
    weights: Path,
    *,
    output: Path | None,
    onnx: Path | None,
    name: str | None,
    licence: str | None,
    fraction: int,
    check: str | None,
    figures: str | None,
    split: str | None,
    uses: tuple[str, ...],
    scores: tuple[str, ...],
    force: bool,
    quiet: bool,
) -> None:
    """Pack trained weights, proved to be the trained network, or write a packed file as ONNX.

    \b
    docbin export run/ -o net.docbin
    docbin export net.docbin --onnx net.onnx
    docbin export run/weights.pt -o net.docbin --check dibco2013 --licence 'research use'
    docbin export run/ -o net.docbin --figures pages/ --split dev

    CKPT is the folder of `docbin train`, or the weights in it. The kernels, their definition in
    numpy and whole numbers in PyTorch must agree bit for bit, on drawn pages and those of --check,
    before anything is written. The header of the file takes all that a model card needs (`docbin
    info --weights FILE --card`); --figures also puts the scores of the packed network into it.

    With --onnx: the same whole numbers in floats, opset 17, for any other runtime; needs no
    PyTorch, but pip install 'docbin[onnx]'. Float detectors of `docbin train detector` become ONNX
    likewise, from their CKPT.
    """  # noqa: D301 (click reads the \\b)
    from docbin.dependencies import load
    from docbin.errors import UsageError
    from docbin.io.atomic import check_target

    if (output is None) == (onnx is None):
        raise UsageError(
            "give -o to pack trained weights, or --onnx to write a packed file as ONNX"
        )
    if output is None:
        _to_onnx(weights, onnx, uses, force=force)
        return
    load("torch", purpose="export")
    from docbin.nn.agreement import verify
    from docbin.nn.export import packed_file
    from docbin.nn.tasks import load_any
    from docbin.runtime.writer import write

    check_target(output, force=force)
    trained = load_any(weights)
    options = {"name": name or output.stem, "licence": licence, "fraction": fraction}
    options |= _for_detectors(trained, uses, scores, figures)
    packed = packed_file(trained, **options)
    data = packed.to_bytes()
    found = verify(trained.net, data, _drawn() if check is None else _pages(check, split))
    if figures is not None:
        measured = _measured(data, figures, split, quiet=quiet)
        packed = packed_file(trained, **options, figures=measured)
        data = packed.to_bytes()
    write(output, packed, force=force)
    if not quiet:
        text = f"{len(data)} bytes; packed and trained agree to the bit on {found.pages} pages"
        if check is not None:
            text += f"; float gives the same ink for {found.same:.3%} of {found.pixels} pixels"
        print(f"docbin: {text}", file=sys.stderr)
    print(output)


def _for_detectors(
    trained: Any, uses: Sequence[str], scores: Sequence[str], figures: str | None
) -> dict[str, Any]:
    """Return what the packed file of a detector says besides; nothing of a binarizer."""
    from docbin.errors import UsageError
    from docbin.nn.models.detector import PackedDetector
    from docbin.regions import TEXT

    if not isinstance(trained.net, PackedDetector):
        if uses or scores:
            raise UsageError(
                "--use and --scores are for detectors; these are the weights of a binarizer"
            )
        return {}
    if figures is not None:
        raise UsageError("--figures scores masks of ink; use docbin score --detect for detectors")
    kind = trained.facts.get("kind", TEXT)
    found = {} if kind == TEXT else {"kind": kind}
    return {"detector": found | _used(uses), "detection": _scored(scores)}


def _scored(texts: Sequence[str]) -> dict[str, Any] | None:
    """Return the scores that a detector carries, by set; None where none are given."""
    from docbin.errors import UsageError
    from docbin.evaluate.detection.recorded import recorded

    found = {}
    for text in texts:
        name, separator, file = text.partition("=")
        if not separator or not name:
            raise UsageError(f"--scores takes SET=FILE.json; got '{text}'")
        found[name] = recorded(Path(file))
    return found or None


def _used(texts: Sequence[str]) -> dict[str, Any]:
    """Return the parameters that weights are made for, by their names."""
    from docbin.detect.field_model import KEYS
    from docbin.errors import UsageError

    found: dict[str, Any] = {}
    for text in texts:
        key, separator, value = text.partition("=")
        if not separator or key not in KEYS:
            raise UsageError(
                f"--use takes KEY=VALUE with KEY one of {', '.join(KEYS)}; got '{text}'"
            )
        try:
            found[key] = json.loads(value)
        except ValueError:
            found[key] = value
    return found


def _to_onnx(source: Path, target: Path | None, uses: Sequence[str], *, force: bool) -> None:
    """Write the float twin of a packed file, or a float detector."""
    from docbin.dependencies import load
    from docbin.io.atomic import check_target
    from docbin.runtime.onnx_twin import write_onnx
    from docbin.runtime.weights import PackedFile

    assert target is not None
    check_target(target, force=force)
    if source.is_dir() or source.suffix == ".pt":
        load("torch", purpose="export")
        from docbin.nn.onnx_detector import write_detector
        from docbin.nn.tasks import load_any

        write_detector(target, load_any(source), _used(uses), force=force)
    else:
        write_onnx(target, PackedFile.read(source), force=force)
    print(target)


def _measured(data: bytes, source: str, split: str | None, *, quiet: bool) -> dict[str, Any]:
    """Return the figures of a packed network on a data set."""
    from docbin.commands.progress import progress
    from docbin.evaluate.datasets import Dataset
    from docbin.evaluate.figures import measured
    from docbin.runtime.network import Network

    pages = Dataset.open(source, split=split)
    with progress(quiet=quiet) as bar:
        return measured(Network(data).mask, pages, told=lambda done: bar.update(done, len(pages)))


def _drawn() -> Iterator[Color]:
    """Yield pages of noise with strokes."""
    import numpy as np

    for seed, (height, width) in enumerate(_DRAWN):
        rng = np.random.default_rng(seed)
        strokes = np.kron(rng.random((height // 8 + 1, width // 8 + 1)) < 0.3, np.ones((8, 8)))
        paper = rng.normal(200, 25, (height, width, 3)) - 120 * strokes[:height, :width, None]
        yield paper.clip(0, 255).astype(np.uint8)


def _pages(source: str, split: str | None) -> Iterator[Color]:
    """Yield the pages of a data set, or the images of labels."""
    from docbin.evaluate.datasets import Dataset
    from docbin.evaluate.labels import FORMATS

    if source.partition(":")[0] in FORMATS:
        from docbin.nn.data.text_pages import TextSource

        yield from (page.image for page in TextSource.parse(source).pages())
        return
    from docbin.nn.data.pages import read_truthed

    for sample in Dataset.open(source, split=split):
        yield read_truthed(sample)[0]
