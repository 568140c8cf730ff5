"""The trainer of pipelines: the stages of a description, one after another.

In short::

    config = configured("cpu", "three-stage", "packed", [])
    train(config, Sources([TileStore.load("x.tiles")], [whole]), Path("run"))   # run/pipeline/
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from docbin.errors import InputError, UsageError
from docbin.nn import checkpoint
from docbin.nn import config as configs
from docbin.nn.distributed import joined
from docbin.nn.gan.config import GanConfig
from docbin.nn.gan.export import export
from docbin.nn.gan.generators import Net, found
from docbin.nn.gan.sources import Sources
from docbin.nn.gan.stage import StageRun, new
from docbin.nn.monitor import CHECK_EVERY, Monitor
from docbin.nn.run import another_run, changed
from docbin.nn.stopping import stopping
from docbin.nn.train import Outcome, prepare

PIPELINE = "pipeline"


class GanRun:
    """All that changes in a run, and how it is saved.

    Parameters
    ----------
    config
        The run.
    sources
        What it learns from.
    folder
        Where it is kept.
    device
        Where it learns.
    facts
        Goes into the pipeline: command, commit.
    """

    def __init__(
        self,
        config: GanConfig,
        sources: Sources,
        folder: Path,
        device: torch.device,
        *,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        self.config, self.sources, self.folder, self.device = config, sources, folder, device
        self.description = config.described()
        for stage in self.description.stages:
            sources.of(stage)  # says what is missing before anything is learned
        self.facts = dict(facts or {})
        self.trained: dict[str, Net] = {}
        self.done, self.elapsed, self.steps = 0, 0.0, 0
        self.stage: StageRun | None = None

    def begin(self) -> StageRun:
        """Begin the next stage."""
        torch.manual_seed(self.config.seed * 100 + self.done)
        self.stage = StageRun(
            self.description.stages[self.done],
            self.config,
            self.description,
            sources=self.sources,
            trained=self.trained,
            device=self.device,
        )
        return self.stage

    def end(self) -> None:
        """Keep the generators of the stage that is done."""
        assert self.stage is not None
        self.trained |= self.stage.finished()
        self.stage, self.done = None, self.done + 1

    def save(self) -> None:
        """Write the checkpoint."""
        checkpoint.save(
            self.folder / checkpoint.CHECKPOINT,
            {
                "config": configs.to_json(self.config),
                "done": self.done,
                "steps": self.steps,
                "elapsed": self.elapsed,
                "trained": {name: net.state_dict() for name, net in self.trained.items()},
                "stage": self.stage.state_dict() if self.stage else {},
                "facts": json.dumps(self.facts),
            },
        )

    def resume(self) -> None:
        """Go on from the checkpoint in the folder.

        Stages that are not done may become longer or shorter.
        """
        path = self.folder / checkpoint.CHECKPOINT
        content = checkpoint.load(path)
        try:
            self._check(configs.from_json(content["config"], GanConfig), path)
            self.done, self.steps = int(content["done"]), int(content["steps"])
            self.elapsed = float(content["elapsed"])
            self.facts = {**json.loads(content["facts"]), **self.facts}
            for one in self.description.generators():
                if one.name in content["trained"]:
                    net = new(one, self.config, seed=0, device=self.device, fresh=False)
                    net.load_state_dict(content["trained"][one.name])
                    self.trained[one.name] = net.eval()
            if content["stage"]:
                self.begin().load_state_dict(content["stage"])
        except (KeyError, RuntimeError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, InputError | UsageError):
                raise
            raise InputError(f"'{path}' is damaged: {error}") from error

    def _check(self, saved: GanConfig, path: Path) -> None:
        """Refuse the checkpoint of another run."""
        free = ("steps", "compile")
        others = [each for each in changed(saved, self.config) if each[0] not in free]
        if others:
            raise another_run(path, others)


def train(
    config: GanConfig,
    sources: Sources,
    folder: Path,
    *,
    resume: bool = False,
    device: str | None = None,
    save_minutes: float = 5.0,
    facts: Mapping[str, Any] | None = None,
    quiet: bool = False,
) -> Outcome:
    """Train the generators of a pipeline, stage by stage, and export it.

    Parameters
    ----------
    config
        The run.
    sources
        Tiles, and whole pages where the pipeline looks at them.
    folder
        Where checkpoint, configuration, metrics and pictures go; the pipeline is in
        ``folder/pipeline``.
    resume
        Go on from the checkpoint in ``folder``, to the bit.
    device, save_minutes, facts, quiet
        As for `docbin.nn.train.train`.

    Raises
    ------
    DivergedError
        If a loss is no longer a number; the last good checkpoint stays.
    OutputError
        If ``folder`` holds another run, or the last checkpoint cannot be written.
    """
    with joined(device) as place, torch.random.fork_rng():
        if place.count > 1:
            raise UsageError("pipelines learn in one process; leave torchrun out")
        prepare(folder, configs.to_json(config), first=True, resume=resume)
        run = GanRun(config, sources, folder, place.device, facts=facts)
        if resume:
            run.resume()
        with Monitor(folder, active=True, quiet=quiet) as monitor, stopping() as stopped:
            finished = all(
                _learned(run, monitor, stopped, save_minutes)
                for _ in run.description.stages[run.done :]
            )
            if finished:
                export(run.trained, run.description, config, folder / PIPELINE, told=_told(run))
        return Outcome(run.steps, finished, folder / PIPELINE)


def _learned(run: GanRun, monitor: Monitor, stopped: threading.Event, save_minutes: float) -> bool:
    """Train the stage that is due, unless someone stops it; return whether it came to its end."""
    stage = run.stage or run.begin()
    monitor.say(f"stage {stage.stage.name}: {', '.join(stage.nets)}, {stage.steps} steps")
    saved = time.perf_counter()
    while stage.step < stage.steps:
        began = time.perf_counter()
        monitor.note(*stage.learn())
        run.steps += 1
        run.elapsed += time.perf_counter() - began
        if run.steps % CHECK_EVERY == 0:
            monitor.check(run.steps)
            monitor.tell(run.steps, stage.step / stage.steps, stage.rate())
        halt = stopped.is_set()
        if halt or time.perf_counter() - saved > save_minutes * 60:
            monitor.check(run.steps)
            with monitor.saving(last=halt):
                run.save()
            saved = time.perf_counter()
        if halt:
            return False
    monitor.check(run.steps)
    monitor.tell(run.steps, 1.0, 0.0, now=True)
    run.end()
    _picture(run, stage, monitor)
    run.save()
    return True


@torch.no_grad()
def _picture(run: GanRun, stage: StageRun, monitor: Monitor) -> None:
    """Keep what the first generator of a stage sees, is to find, and finds."""
    name = stage.stage.generators[0].name
    one = stage.examples(calibration=True)[name]
    picture, target = one.picture[:4], one.target[:4]
    logit = found(run.trained[name], picture)
    monitor.picture(run.steps, picture.expand(-1, 3, -1, -1), target, logit)


def _told(run: GanRun) -> dict[str, Any]:
    """Return what a pipeline tells of its training."""
    every = [*run.sources.tiles, *run.sources.whole]
    sets = [list(store.sets) for store in every]
    told = {"steps": run.steps, "minutes": round(run.elapsed / 60, 2), "sets": sets}
    return {**run.facts, **told}
