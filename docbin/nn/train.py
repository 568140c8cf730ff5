"""The trainer: one loop for teachers and students, on a CPU, a GPU or several.

In short::

    store = TileStore.load("train.tiles")
    train(preset("cpu-2h"), [store], Path("run"))                  # run/weights.pt
    train(preset("cpu-2h"), [store], Path("run"), resume=True)     # goes on where it stopped
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from docbin.errors import OutputError
from docbin.io.atomic import replacing, writing
from docbin.nn import checkpoint
from docbin.nn import config as configs
from docbin.nn.checkpoint import Trained
from docbin.nn.distributed import joined
from docbin.nn.gan.adversary import AdversarialTerm
from docbin.nn.losses import ExtraLoss
from docbin.nn.monitor import CHECK_EVERY, Monitor
from docbin.nn.progression import quantise, rate_at
from docbin.nn.run import Run
from docbin.nn.run_config import RunConfig
from docbin.nn.stopping import stopping
from docbin.nn.task import BINARIZATION, Task


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: after how many steps, whether the schedule is done, and its weights."""

    steps: int
    finished: bool
    weights: Path


def train(
    config: RunConfig,
    stores: Sequence[Any],
    folder: Path,
    *,
    task: Task = BINARIZATION,
    resume: bool = False,
    start: Trained | None = None,
    teacher: nn.Module | None = None,
    extra: ExtraLoss | None = None,
    device: str | None = None,
    save_minutes: float = 5.0,
    facts: Mapping[str, Any] | None = None,
    quiet: bool = False,
) -> Outcome:
    """Train a network.

    Parameters
    ----------
    config
        The run.
    stores
        Tiles or images with truth.
    folder
        Where the checkpoint, the weights, the configuration, metrics and pictures go.
    task
        What is learned.
    resume
        Go on from the checkpoint in ``folder``.
    start
        A trained network to go on from instead of random weights: more training, or pages of
        one's own. A run that resumes has begun already.
    teacher
        A trained network whose logits (and streams, if the loss says so) are learned from.
    extra
        Another term of the loss, from logit, image and truth.
    device
        ``"cpu"`` or ``"cuda"``; None takes a GPU if there is one.
    save_minutes
        Minutes between two checkpoints.
    facts
        Goes into the weights: command, commit. A run that resumes keeps those that are not given.
    quiet
        Nothing on the terminal.

    Raises
    ------
    DivergedError
        If the loss is no longer a number; the last good checkpoint stays.
    OutputError
        If ``folder`` holds another run, or the last checkpoint cannot be written.
    """
    with joined(device) as place:
        prepare(folder, configs.to_json(config), first=place.first, resume=resume)
        run = Run(config, stores, folder, place, facts, task=task)
        if resume:
            run.resume()
        elif start is not None:
            run.begin_with(start)
        if teacher is not None:
            teacher = teacher.to(place.device).eval().requires_grad_(requires_grad=False)
        with (
            Monitor(folder, active=place.first, quiet=quiet) as monitor,
            stopping() as stopped,
        ):
            finished = _loop(run, _Step(run, teacher, extra), monitor, stopped, save_minutes)
        return Outcome(run.step, finished, folder / checkpoint.WEIGHTS)


def _loop(
    run: Run,
    gradient_step: _Step,
    monitor: Monitor,
    stopped: threading.Event,
    save_minutes: float,
) -> bool:
    """Run the schedule to its end, or until someone stops it; return whether it ended."""
    config, saved = run.config, time.perf_counter()
    while (progress := run.progress()) < 1:
        began = time.perf_counter()
        for net in (run.net, run.average.net):
            quantise(net, config, progress)
        rate = rate_at(config, run.step, progress)
        for group in run.optimiser.param_groups:
            group["lr"] = rate * group["factor"]
        run.update(lambda: monitor.note(*gradient_step()))
        if run.step % CHECK_EVERY == 0:
            monitor.check(run.step)
            monitor.tell(run.step, progress, rate)
        if gradient_step.warm:
            run.elapsed += time.perf_counter() - began
        gradient_step.warm = True
        halt = run.place.any_of(mine=stopped.is_set())
        due = run.place.agreed(float(time.perf_counter() - saved > save_minutes * 60))
        if halt or due:
            monitor.check(run.step)
            _keep(run, monitor, last=halt)
            saved = time.perf_counter()
        if halt:
            return False
    monitor.check(run.step)
    monitor.tell(run.step, 1.0, 0.0, now=True)
    _keep(run, monitor, last=True)
    return True


class _Step:
    """Forward, loss, backward, clip, optimise; compiled where that is asked for."""

    def __init__(self, run: Run, teacher: nn.Module | None, extra: ExtraLoss | None) -> None:
        config, device = run.config, run.place.device
        self.run, self.warm = run, False
        self.extra = [extra] if extra is not None else []
        if run.adversary is not None:
            self.extra.append(AdversarialTerm(run.adversary, config.loss.adversary))
        partly = config.outward or max(config.activations_from, config.weights_from) > 0
        self.lesson = run.place.wrapped(run.task.lesson(run.net), partly_used=partly)
        self.teacher = run.task.lesson(teacher) if teacher is not None else None
        if config.compile == "on" or (config.compile == "auto" and device.type == "cuda"):
            self.lesson = torch.compile(self.lesson)
            self.teacher = torch.compile(self.teacher) if self.teacher is not None else None
        self.halves = config.precision == "bfloat16" or (
            config.precision == "auto" and _has_bfloat16(device)
        )

    def __call__(self) -> tuple[Tensor, Tensor]:
        """Do one step on one batch; return the loss and the norm of its gradient."""
        run, config, task = self.run, self.run.config, self.run.task
        batch = run.batches.batch(config.batch)
        inputs, taught = task.inputs(batch), None
        with torch.autocast(run.place.device.type, torch.bfloat16, enabled=self.halves):
            given = self.lesson(*inputs)
            if self.teacher is not None:
                with torch.no_grad():
                    taught = self.teacher(*inputs)
        loss, logit = task.loss(given, batch, config, taught), given[0]
        for extra in self.extra:
            loss = loss + extra(logit, batch.image, task.truth(batch))
        task.learned(run.batches, batch, logit.detach().float())
        run.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(run.net.parameters(), config.clip)
        run.optimiser.step()
        return loss, norm


def _keep(run: Run, monitor: Monitor, *, last: bool) -> None:
    """Save, export, and keep a picture of what is found."""
    with monitor.saving(last=last):
        run.save()
        run.export()
    if run.place.first:
        batch = run.calibration[0]
        with torch.no_grad():
            logit = run.average.net(*run.task.inputs(batch))
        monitor.picture(run.step, batch.image[:4], run.task.truth(batch)[:4], logit[:4])


def prepare(folder: Path, settings: str, *, first: bool, resume: bool) -> None:
    """Make the folder of a run and put its configuration there; only the ``first`` process does.

    Raises
    ------
    OutputError
        If it holds a run that is not to be resumed.
    """
    if not first:
        return
    with writing(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
    if not resume and (folder / checkpoint.CHECKPOINT).exists():
        raise OutputError(f"'{folder}' holds a run; go on with --resume, or give another --out")
    with replacing(folder / checkpoint.SETTINGS, force=True) as sink:
        sink.write(settings.encode())


def _has_bfloat16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
