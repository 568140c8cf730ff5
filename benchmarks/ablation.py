"""What the parts of training contribute: short runs with one thing changed, judged on other pages.

    python -m benchmarks.ablation --data DIR --out FOLDER [--split train] [--hold hdibco2012]
        [--preset cpu-2h] [--network small] [--steps 2000] [--seeds 2] [--set KEY=VALUE]
        [--synthetic FILE.tiles | --generated 200] [--only VARIANT] [--json FILE] [--quick]

Every variant is trained on the pages of all sets but the one held out, for the same number of steps
from the same seeds, and scored on the pages held out: quantised ones as the packed network, which
is what ships. All is kept in FOLDER: the same command goes on where it was stopped, and takes more
variants, sets or seeds later. Differences below the spread of the seeds mean nothing.

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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch

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

Results: TypeAlias = Sequence[Mapping[str, Any]]

# Names of variants as names of folders.
_PLAIN = str.maketrans(" ", "-", "'")

FLOAT = {"weight_bits": 32, "activation_bits": 32}


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing changed: fields of run, network or loss; the pages; another variant as teacher."""

    run: Mapping[str, Any] = field(default_factory=dict)
    network: Mapping[str, Any] = field(default_factory=dict)
    loss: Mapping[str, Any] = field(default_factory=dict)
    synthetic: bool = True
    real: bool = True
    teacher: str | None = None


VARIANTS = {
    "base": Variant(),
    "no generated pages": Variant(synthetic=False),
    "generated pages alone": Variant(real=False),
    "float": Variant(network=FLOAT),
    "distilled from float": Variant(teacher="float"),
    "features distilled": Variant(teacher="float", loss={"features": 1.0}),
    "W1A1": Variant(network={"activation_bits": 1}),
    "two bases": Variant(network={"bases": 2}),
    "RGB": Variant(network={"contrast": (), "level": 0}),
    "contrast without the page's level": Variant(network={"level": 0}),
    "two Haar levels": Variant(network={"levels": 2}),
    "no dice": Variant(loss={"dice": 0.0}),
    "no average": Variant(run={"average": 0.0}),
    "weights binary from half on": Variant(run={"weights_from": 0.5}),
    "outward": Variant(run={"activations_from": 0.2, "weights_from": 0.4, "outward": True}),
}


def config_of(base: TrainConfig, variant: Variant, seed: int) -> TrainConfig:
    """Return the run of a variant."""
    network = dict(variant.network)
    if "bases" in network:
        network["bases"] = (network["bases"],) * len(base.network.widths)
    return dataclasses.replace(
        base,
        **({} if variant.real and variant.synthetic else {"mix": ()}) | variant.run,
        seed=seed,
        network=dataclasses.replace(base.network, **network),
        loss=dataclasses.replace(base.loss, **variant.loss),
    )


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

    found = [values for _, values in means(measured(binarizer, pages)).values()]
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
        if variant.teacher is not None:
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
        found |= judged(trained, self.data.only(hold)) | {"config": said}
        kept.write_text(json.dumps(found, indent=1))
        return found

    def place(self, name: str, hold: str, seed: int) -> Path:
        """Return the folder of a run."""
        return self.folder / f"{name.translate(_PLAIN)}.without-{hold}.{seed}"

    def forget_another(self, place: Path, said: Mapping[str, Any]) -> None:
        """Remove a run that was made with another configuration."""
        config = place / "config.json"
        if config.exists() and json.loads(config.read_text()) != said:
            shutil.rmtree(place)

    def real(self, hold: str) -> TileStore:
        """Return the tiles of all sets but one; they are cut once."""
        path = self.folder / f"without-{hold}.tiles"
        return TileStore.load(path) if path.exists() else build_store(self.data.without(hold), path)

    def made(self) -> TileStore:
        """Return tiles of generated pages; they are drawn once."""
        path = self.synthetic or self.folder / f"generated-{self.generated}.tiles"
        if path.exists():
            return TileStore.load(path)
        return build_synthetic_store(self.generated, path, seed=1)


def lines(results: Results) -> Iterator[str]:
    """Yield the table of all runs so far, best first."""
    by_variant: dict[str, list[Mapping[str, Any]]] = {}
    for each in results:
        by_variant.setdefault(each["variant"], []).append(each)
    base = by_variant.get("base")
    head = f"{'variant':34} {'Avg':>6} {'to base':>8} {'spread':>7} {'FM':>6} {'bytes':>7}"
    yield f"{head} s/step runs"
    order = sorted(by_variant, key=lambda name: -statistics.fmean(_of(by_variant[name], "avg")))
    for name in order:
        runs = by_variant[name]
        gap = _gap(runs, base)
        seeds = {each["seed"] for each in runs}
        means = [statistics.fmean(_of([e for e in runs if e["seed"] == s], "avg")) for s in seeds]
        size = "-" if runs[0]["bytes"] is None else str(runs[0]["bytes"])
        yield (
            f"{name:34} {statistics.fmean(_of(runs, 'avg')):6.2f} "
            f"{'-' if gap is None else f'{gap:+.2f}':>8} {max(means) - min(means):7.2f} "
            f"{statistics.fmean(_of(runs, 'fm')):6.2f} {size:>7} "
            f"{statistics.median(_of(runs, 'seconds a step')):6.2f} {len(runs):4}"
        )


def _of(runs: Results, key: str) -> list[float]:
    return [each[key] for each in runs]


def _gap(runs: Results, base: Results | None) -> float | None:
    """Return the mean difference to the runs of base with the same set and seed."""
    own = {(each["hold"], each["seed"]): each["avg"] for each in base or ()}
    gaps = [e["avg"] - own[key] for e in runs if (key := (e["hold"], e["seed"])) in own]
    return statistics.fmean(gaps) if gaps else None


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", required=True, metavar="DIR", help="pages with truth, in sets")
    parser.add_argument("--split", help="only this split of them")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="keeps all runs")
    parser.add_argument("--hold", action="append", metavar="SET", help="leave out (hdibco2012)")
    parser.add_argument("--preset", default="cpu-2h")
    parser.add_argument("--network", help="in place of the preset's")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="texts")
    parser.add_argument("--synthetic", type=Path, metavar="FILE.tiles", help="generated pages")
    parser.add_argument("--generated", type=int, default=200, help="draw so many otherwise (200)")
    parser.add_argument("--only", action="append", choices=list(VARIANTS), help="these variants")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all results here")
    parser.add_argument("--quick", action="store_true", help="tiny networks, three steps")
    given = parser.parse_args(words)
    torch.set_num_threads(given.threads)
    preset, texts = given.preset, [f"steps={given.steps}", *given.texts]
    if given.quick:
        preset, given.generated = "tiny", 2
        texts = ["steps=3", "size=32", "batch=2", *given.texts]
    given.out.mkdir(parents=True, exist_ok=True)
    study = Study(
        folder=given.out,
        data=Dataset.open(given.data, split=given.split),
        base=configured(preset, given.network, texts),
        synthetic=given.synthetic,
        generated=given.generated,
    )
    results: list[dict[str, Any]] = []
    for seed in range(given.seeds):
        for hold in given.hold or ["hdibco2012"]:
            for name in given.only or VARIANTS:
                found = study.run(name, hold, seed)
                if found is None:
                    print("stopped; the same command goes on", file=sys.stderr)
                    return 130
                results.append(found)
                print(f"{name}, without {hold}, seed {seed}: {found['avg']:.2f}", file=sys.stderr)
                if given.json:
                    given.json.write_text(json.dumps(results, indent=1))
    print("\n".join(lines(results)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
