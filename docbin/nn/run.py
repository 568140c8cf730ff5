"""All that changes in a training run, and how it is saved and taken up again."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from docbin.errors import InputError, UsageError
from docbin.nn import checkpoint
from docbin.nn import config as configs
from docbin.nn.checkpoint import Trained
from docbin.nn.distributed import Place
from docbin.nn.gan.adversary import Adversary
from docbin.nn.losses import LossConfig
from docbin.nn.progression import Average, quantise, recalibrate
from docbin.nn.run_config import RunConfig
from docbin.nn.task import BINARIZATION, Task
from docbin.nn.unfolding import settle

# Batches over which the exported normalisations are measured.
_CALIBRATION = 8


class Run:
    """All that changes in a run, and how it is saved."""

    def __init__(
        self,
        config: RunConfig,
        stores: Sequence[Any],
        folder: Path,
        place: Place,
        facts: Mapping[str, Any] | None = None,
        *,
        task: Task = BINARIZATION,
    ) -> None:
        self.config, self.folder, self.place, self.task = config, folder, place, task
        self.facts = dict(facts or {})
        self.data = [store.sets for store in stores]
        with torch.random.fork_rng():
            torch.manual_seed(config.seed)
            self.net = task.build(config.network).to(place.device)
        self.average = Average(self.net, config.average)
        self.optimiser = torch.optim.AdamW(
            groups(self.net, decay=config.decay, quantiser_rate=config.quantiser_rate),
            lr=config.rate,
            betas=(0.9, 0.99),
            fused=True,
        )
        seed = config.seed * 10_000 + 2 * place.rank
        self.batches = task.batches(config, stores, place.device, seed, hard=True)
        extra = task.batches(config, stores, place.device, seed + 5_000, hard=False)
        self.adversary = _adversary(config, place)
        self.calibration = [extra.batch(min(config.batch, 8)) for _ in range(_CALIBRATION)]
        self.step, self.elapsed = 0, 0.0

    def progress(self) -> float:
        """Return the share of the run that is done, the same in all processes."""
        if self.config.minutes is None:
            return self.step / self.config.steps
        return self.place.agreed(self.elapsed / (self.config.minutes * 60))

    def update(self, gradient_step: Callable[[], None]) -> None:
        """Do a step of the optimiser and follow it with the average."""
        gradient_step()
        self.step += 1
        self.average.update(self.net, self.step)

    def save(self) -> None:
        """Write the checkpoint, and the averaged weights to export."""
        states = self._everyones_batches()
        if not self.place.first:
            return
        checkpoint.save(
            self.folder / checkpoint.CHECKPOINT,
            {
                "config": configs.to_json(self.config),
                "step": self.step,
                "elapsed": self.elapsed,
                "net": self.net.state_dict(),
                "average": self.average.net.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "batches": states,
                "adversary": self.adversary.state_dict() if self.adversary else {},
                "facts": json.dumps(self.facts),
            },
        )

    def export(self) -> None:
        """Write the averaged weights, their normalisations measured anew."""
        if not self.place.first:
            return
        net = self.task.build(self.config.network).to(self.place.device)
        net.load_state_dict(self.average.net.state_dict())
        quantise(net, self.config, 1.0)
        checkpoint.halved(net)
        recalibrate(net, (self.task.inputs(batch) for batch in self.calibration))
        told = {"steps": self.step, "minutes": round(self.elapsed / 60, 2), "sets": self.data}
        target = self.folder / checkpoint.WEIGHTS
        checkpoint.save_weights(
            target, net, self.config, {**self.facts, **told}, format=self.task.format
        )

    def begin_with(self, trained: Trained) -> None:
        """Take the weights of another run in place of random ones.

        Raises
        ------
        UsageError
            If it is a network of another shape.
        """
        theirs, ours = trained.config.network, self.config.network
        if type(theirs) is not type(ours):
            raise UsageError("the weights to start from are of another kind of network")
        if theirs != ours:
            parts = ", ".join(
                f"{name} {old}, not {new}" for name, old, new in changed(theirs, ours)
            )
            raise UsageError(
                f"the weights to start from are of another network ({parts}); choose the same "
                "with --preset and --network"
            )
        self.net.load_state_dict(trained.net.state_dict())
        if trained.folded:  # here, where the batches are
            settle(self.net, (self.task.inputs(batch) for batch in self.calibration))
        self.average.net.load_state_dict(self.net.state_dict())

    def resume(self) -> None:
        """Go on from the checkpoint in the folder.

        A run may become longer: the schedule is then where it would be in the longer run. What was
        known of it stays known: what it began with, and what it learned from, decide its licence.
        """
        path = self.folder / checkpoint.CHECKPOINT
        content = checkpoint.load(path)
        try:
            saved = configs.from_json(content["config"], self.task.config)
            if _without_length(saved) != _without_length(self.config):
                raise another_run(path, changed(saved, self.config))
            states = content["batches"]
            if len(states) != self.place.count:
                raise UsageError(
                    f"'{path}' is of {len(states)} processes; there are {self.place.count}"
                )
            self.net.load_state_dict(content["net"])
            self.average.net.load_state_dict(content["average"])
            self.optimiser.load_state_dict(content["optimiser"])
            self.batches.load_state_dict(states[self.place.rank])
            if self.adversary is not None:
                self.adversary.load_state_dict(content["adversary"])
            self.facts = {**json.loads(content["facts"]), **self.facts}
            self.step, self.elapsed = int(content["step"]), float(content["elapsed"])
        except (KeyError, RuntimeError, TypeError, json.JSONDecodeError) as error:
            raise InputError(f"'{path}' is damaged: {error}") from error

    def _everyones_batches(self) -> list[dict[str, Tensor]]:
        mine = self.batches.state_dict()
        if self.place.count == 1:
            return [mine]
        every: list[Any] = [None] * self.place.count
        torch.distributed.all_gather_object(every, mine)
        return every


def groups(net: nn.Module, *, decay: float, quantiser_rate: float) -> list[dict[str, Any]]:
    """Return the parameters in groups: weights that decay, steps of quantisers, the rest.

    Each has the ``factor`` of the learning rate that it learns with.
    """
    named = list(net.named_parameters())
    steps = [value for name, value in named if name.endswith("quantiser.step")]
    weights = [value for _, value in named if checkpoint.is_kernel(value)]
    chosen = set(map(id, itertools.chain(steps, weights)))
    rest = [value for _, value in named if id(value) not in chosen]
    parts = [(weights, 1.0, decay), (steps, quantiser_rate, 0.0), (rest, 1.0, 0.0)]
    return [
        {"params": group, "factor": factor, "weight_decay": decay}
        for group, factor, decay in parts
        if group
    ]


def _adversary(config: RunConfig, place: Place) -> Adversary | None:
    """Return the discriminator of a run that has one."""
    if not isinstance(config.loss, LossConfig) or not config.loss.adversary:
        return None
    if place.count > 1:
        raise UsageError(
            f"loss.adversary is {config.loss.adversary}, with {place.count} processes; a "
            "discriminator learns in one process: leave torchrun out, or give 0"
        )
    return Adversary(3, seed=config.seed + 2, device=place.device)


def _without_length(config: RunConfig) -> RunConfig:
    """Return a config without what may change when a run goes on: how long, and how compiled."""
    return dataclasses.replace(config, minutes=None, compile="auto", steps=1)


def another_run(path: Path, found: Iterable[tuple[str, Any, Any]]) -> UsageError:
    """Return the error for the checkpoint of a run that was `changed`."""
    parts = ", ".join(f"{name} was {old}" for name, old, _ in found)
    return UsageError(
        f"'{path}' belongs to another run: {parts}; give the same options, or another --out"
    )


def changed(one: Any, other: Any) -> list[tuple[str, Any, Any]]:
    """Return the fields in which two configurations differ, with both values."""
    names = [field.name for field in dataclasses.fields(one)]
    values = [(name, getattr(one, name), getattr(other, name)) for name in names]
    return [(name, old, new) for name, old, new in values if old != new]
