"""What the parts of training contribute: short runs with one thing changed, judged on other pages.

    python -m benchmarks.ablation --data DIR --out FOLDER [--split train]
        [--hold hdibco2012 | --judge dev] [--preset cpu-2h] [--network small] [--steps 2000]
        [--seeds 2] [--set KEY=VALUE] [--store FILE.tiles] [--teacher FILE.pt]
        [--synthetic FILE.tiles | --generated 200] [--only VARIANT] [--json FILE] [--quick]

Every variant is trained on the pages of all sets but the one held out, or, with ``--judge``, of all
of them, for the same number of steps from the same seeds. It is scored on the pages held out, or on
the split to judge on: quantised ones as the packed network, which is what ships. All is kept in
FOLDER: the same command goes on where it was stopped, and takes more variants, sets or seeds later.
Differences below the spread of the seeds mean nothing. The variant that a given teacher teaches is
left out without ``--teacher``.

The table has mean Avg-Score, its difference to `base`, the spread (largest less smallest seed, each
the mean over the sets held out), FM, bytes of the packed file and seconds a step.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.ablation_table import lines
from benchmarks.ablation_variants import GIVEN, VARIANTS, config_of
from docbin.evaluate import Dataset
from docbin.evaluate.figures import means, measured
from docbin.nn import agreement
from docbin.nn.checkpoint import CHECKPOINT, WEIGHTS, Trained, load_weights
from docbin.nn.config import TrainConfig, configured
from docbin.nn.data.store import TileStore, build_store
from docbin.nn.data.synthetic import build_synthetic_store
from docbin.nn.export import MARGIN, packed_file
from docbin.nn.train import train
from docbin.runtime.network import Network

# Names of variants as names of folders.
_PLAIN = str.maketrans(" ", "-", "'")


def judged(trained: Trained, pages: Dataset) -> dict[str, Any]:
    """Return Avg-Score, FM and bytes of a trained network on the pages held out."""
    size = None
    if trained.config.network.quantised:
        data = packed_file(trained, name="ablation").to_bytes()
        size, binarizer = len(data), Network(data).mask
    else:
        given = {"margin": MARGIN, "multiple": trained.net.config.multiple}

        def binarizer(pixels: Any) -> Any:
            color = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)
            return agreement.float_logits(trained.net, color, given).numpy() >= 0

    figures = measured(binarizer, pages, jobs=torch.get_num_threads())
    found = [values for _, values in means(figures).values()]
    fm, _, _, _, avg = (statistics.fmean(column) for column in zip(*found, strict=True))
    return {"avg": avg, "fm": fm, "bytes": size}


@dataclass(frozen=True, slots=True)
class Study:
    """All that the runs of a folder share."""

    folder: Path
    data: Dataset
    base: TrainConfig
    synthetic: Path | None
    generated: int
    judge: Dataset | None = None
    store: Path | None = None
    teacher: Path | None = None

    def run(self, name: str, hold: str, seed: int) -> dict[str, Any] | None:
        """Return what a variant reached; it is trained first, or further, unless that is done.

        None if it was stopped by Ctrl-C.
        """
        variant = VARIANTS[name]
        config = config_of(self.base, variant, seed)
        place = self.place(name, hold, seed)
        kept = place / "result.json"
        said = json.loads(json.dumps(dataclasses.asdict(config)))
        if kept.exists() and (found := json.loads(kept.read_text()))["config"] == said:
            return dict(found)
        teacher = None
        if variant.teacher == GIVEN and self.teacher is not None:
            teacher = load_weights(self.teacher).net
        elif variant.teacher is not None:
            if self.run(variant.teacher, hold, seed) is None:
                return None
            teacher = load_weights(self.place(variant.teacher, hold, seed) / WEIGHTS).net
        stores = [*([self.real(hold)] if variant.real else ())]
        stores += [self.made()] if variant.synthetic else []
        self.forget_another(place, said)
        outcome = train(
            config, stores, place, resume=(place / CHECKPOINT).exists(), teacher=teacher, quiet=True
        )
        if not outcome.finished:
            return None
        trained = load_weights(outcome.weights)
        seconds = 60 * trained.facts["minutes"] / max(1, outcome.steps)
        found = {"variant": name, "hold": hold, "seed": seed, "seconds a step": seconds}
        pages = self.data.only(hold) if self.judge is None else self.judge
        found |= judged(trained, pages) | {"config": said}
        kept.write_text(json.dumps(found, indent=1))
        return found

    def place(self, name: str, hold: str, seed: int) -> Path:
        """Return the folder of a run."""
        left = "all" if self.judge is not None else f"without-{hold}"
        if VARIANTS[name].teacher == GIVEN and self.teacher is not None:
            left = f"{self.teacher.stem}.{left}"
        return self.folder / f"{name.translate(_PLAIN)}.{left}.{seed}"

    def forget_another(self, place: Path, said: Mapping[str, Any]) -> None:
        """Remove a run that was made with another configuration."""
        config = place / "config.json"
        if config.exists() and json.loads(config.read_text()) != said:
            shutil.rmtree(place)

    def real(self, hold: str) -> TileStore:
        """Return the tiles of all sets but one, or of all; they are cut once."""
        if self.store is not None:
            return TileStore.load(self.store)
        pages = self.data.without(hold) if self.judge is None else self.data
        path = self.folder / ("all.tiles" if self.judge is not None else f"without-{hold}.tiles")
        return TileStore.load(path) if path.exists() else build_store(pages, path)

    def made(self) -> TileStore:
        """Return tiles of generated pages; they are drawn once."""
        path = self.synthetic or self.folder / f"generated-{self.generated}.tiles"
        if path.exists():
            return TileStore.load(path)
        return build_synthetic_store(self.generated, path, seed=1)


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", required=True, metavar="DIR", help="pages with truth, in sets")
    parser.add_argument("--split", help="only this split of them")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="keeps all runs")
    parser.add_argument("--hold", action="append", metavar="SET", help="leave out (hdibco2012)")
    parser.add_argument("--judge", metavar="SPLIT", help="leave out none; score on this split")
    parser.add_argument("--preset", default="cpu-2h")
    parser.add_argument("--network", help="in place of the preset's")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="texts")
    parser.add_argument("--store", type=Path, metavar="FILE.tiles", help="tiles of the pages")
    parser.add_argument("--synthetic", type=Path, metavar="FILE.tiles", help="generated pages")
    parser.add_argument("--generated", type=int, default=200, help="draw so many otherwise (200)")
    parser.add_argument("--teacher", type=Path, metavar="FILE.pt", help="weights to learn from")
    parser.add_argument("--only", action="append", choices=list(VARIANTS), help="these variants")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all results here")
    parser.add_argument("--quick", action="store_true", help="tiny networks, three steps")
    given = parser.parse_args(words)
    taught = [name for name in given.only or () if VARIANTS[name].teacher == GIVEN]
    if taught and given.teacher is None:
        parser.error(f"the variant '{taught[0]}' needs --teacher FILE.pt")
    if given.judge and given.hold:
        parser.error("--judge leaves no set out, --hold does; give one of them")
    if given.store and not given.judge:
        parser.error("--store needs --judge: tiles of all pages are in it, also of a set held out")
    return given


def _study(given: argparse.Namespace) -> Study:
    preset, texts = given.preset, [f"steps={given.steps}", *given.texts]
    generated = given.generated
    if given.quick:
        preset, generated = "tiny", 2
        texts = ["steps=3", "size=32", "batch=2", *given.texts]
    given.out.mkdir(parents=True, exist_ok=True)
    return Study(
        folder=given.out,
        data=Dataset.open(given.data, split=given.split),
        base=configured(preset, given.network, texts),
        synthetic=given.synthetic,
        generated=generated,
        judge=Dataset.open(given.data, split=given.judge) if given.judge else None,
        store=given.store,
        teacher=given.teacher,
    )


def main(words: Sequence[str] | None = None) -> int:
    given = _arguments(words)
    torch.set_num_threads(given.threads)
    study = _study(given)
    able = [n for n, v in VARIANTS.items() if v.teacher != GIVEN or given.teacher is not None]
    holds = [given.judge] if given.judge else given.hold or ["hdibco2012"]
    results: list[dict[str, Any]] = []
    for seed in range(given.seeds):
        for hold in holds:
            for name in given.only or able:
                found = study.run(name, hold, seed)
                if found is None:
                    print("stopped; the same command goes on", file=sys.stderr)
                    return 130
                results.append(found)
                place = f"{'on' if given.judge else 'without'} {hold}"
                print(f"{name}, {place}, seed {seed}: {found['avg']:.2f}", file=sys.stderr)
                if given.json:
                    given.json.write_text(json.dumps(results, indent=1))
    print("\n".join(lines(results)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
