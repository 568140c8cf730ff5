"""One stage of a pipeline while it is trained: its generators, their averages, the adversary."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from docbin.nn.gan import generators
from docbin.nn.gan.adversary import Adversary
from docbin.nn.gan.config import GanConfig
from docbin.nn.gan.examples import Example, as_bytes, example, maps_of
from docbin.nn.gan.generators import Net
from docbin.nn.gan.sources import Sources, batches_of, published_steps
from docbin.nn.gan.terms import taught
from docbin.nn.progression import Average, rate_at, recalibrate
from docbin.nn.run import groups
from docbin.runtime.staged.description import Description, Generator, Stage

# Batches over which the normalisations of finished generators are measured, of at most so many.
_CALIBRATION, _CALIBRATED = 8, 8
# As published: that of the generators.
_CRITIC_RATE = 2e-4


class StageRun:
    """All that changes while a stage is trained.

    Parameters
    ----------
    stage
        Which.
    config, description
        Of the run.
    sources
        Tiles and whole pages.
    trained
        Generators of the stages before, by name.
    device
        Where it learns.
    """

    def __init__(
        self,
        stage: Stage,
        config: GanConfig,
        description: Description,
        *,
        sources: Sources,
        trained: Mapping[str, Net],
        device: torch.device,
    ) -> None:
        self.stage, self.config, self.description = stage, config, description
        self.device = device
        stores = sources.of(stage)
        self.steps = config.steps or published_steps(stage, stores)
        self._rates = dataclasses.replace(config, rate=stage.schedule.rate)
        seed = config.seed * 10_000 + 1_000 * description.stages.index(stage)
        self.nets = {
            one.name: new(one, config, seed=seed + index, device=device)
            for index, one in enumerate(stage.generators)
        }
        self.averages = {name: Average(net, config.average) for name, net in self.nets.items()}
        self.optimisers = {name: self._optimiser(net) for name, net in self.nets.items()}
        self.adversary = self._adversary(seed + 100)
        self.batches = batches_of(stage, config, stores, device, seed + 200)
        self._calibration = batches_of(stage, config, stores, device, seed + 300)
        before = [one for one in description.generators() if one.name in trained]
        self._maps = maps_of({one: _probability(trained[one.name]) for one in before}, device)
        self.step = 0
        self._logit: Callable[[Net, Tensor], Tensor] = generators.logit
        if config.compile == "on" or (config.compile == "auto" and device.type == "cuda"):
            self._logit = torch.compile(generators.logit, dynamic=False)

    def _optimiser(self, net: Net) -> torch.optim.Optimizer:
        schedule = self.stage.schedule
        return torch.optim.AdamW(
            groups(net, decay=0.0, quantiser_rate=self.config.quantiser_rate),
            lr=schedule.rate,
            betas=(schedule.betas[0], schedule.betas[1]),
            fused=True,
        )

    def _adversary(self, seed: int) -> Adversary | None:
        """Return the discriminator of all generators of the stage; None where there is none."""
        losses, betas = self.description.losses, self.stage.schedule.betas
        if not losses.adversarial:
            return None
        return Adversary(
            self.stage.generators[0].planes,
            **dataclasses.asdict(self.description.adversary),
            rate=self.config.critic_rate or _CRITIC_RATE,
            betas=(betas[0], betas[1]),
            penalty=losses.penalty,
            seed=seed,
            device=self.device,
        )

    def examples(self, *, calibration: bool = False) -> dict[str, Example]:
        """Return the next examples of every generator, by name."""
        source = self._calibration if calibration else self.batches
        count = self.stage.schedule.batch
        batch = source.batch(min(count, _CALIBRATED) if calibration else count)
        pixels, truth = as_bytes(batch.image, batch.truth)
        share = self.description.share
        return {
            one.name: example(one, pixels, truth, share=share, maps=self._maps, device=self.device)
            for one in self.stage.generators
        }

    def rate(self) -> float:
        """Return the learning rate of the next step."""
        return rate_at(self._rates, self.step, self.step / self.steps)

    def learn(self) -> tuple[Tensor, Tensor]:
        """Let the discriminator learn as often as it is due, then every generator once.

        Returns
        -------
        tuple
            The mean loss of the generators, and the largest norm of their gradients.
        """
        rate, every = self.rate(), self.stage.schedule.every
        for turn in range(every):
            found = self.examples()
            last = turn == every - 1
            with torch.set_grad_enabled(last):
                logits = {name: self._of(name, one.picture) for name, one in found.items()}
            if self.adversary is not None:
                self.adversary.learn(*_together(found, logits))
        loss = self._loss(found, logits)
        for optimiser in self.optimisers.values():
            optimiser.zero_grad(set_to_none=True)
        loss.backward()
        norms = [self._update(name, rate) for name in self.nets]
        self.step += 1
        for name, net in self.nets.items():
            self.averages[name].update(net, self.step)
        return loss.detach() / len(found), torch.stack(norms).max()

    def _of(self, name: str, picture: Tensor) -> Tensor:
        net = self.nets[name]
        return self._logit(net, generators.planes(net, picture))

    def _loss(self, found: Mapping[str, Example], logits: Mapping[str, Tensor]) -> Tensor:
        """Return the sum of all generators' losses."""
        losses = self.description.losses
        parts = [taught(logits[name], one.target, losses.terms) for name, one in found.items()]
        if self.adversary is not None:
            picture, _, made = _together(found, logits)
            judged = self.adversary.judge(picture, made)
            parts.append(losses.adversarial * len(found) * judged)
        return torch.stack(parts).sum()

    def _update(self, name: str, rate: float) -> Tensor:
        """Do a step of a generator's optimiser; return the norm of its gradient."""
        optimiser = self.optimisers[name]
        for group in optimiser.param_groups:
            group["lr"] = rate * group["factor"]
        norm = nn.utils.clip_grad_norm_(self.nets[name].parameters(), self.config.clip)
        optimiser.step()
        return norm

    def finished(self) -> dict[str, Net]:
        """Return the averaged generators, their normalisations measured anew."""
        found = [self.examples(calibration=True) for _ in range(_CALIBRATION)]
        result = {}
        for one in self.stage.generators:
            net = new(one, self.config, seed=0, device=self.device, fresh=False)
            net.load_state_dict(self.averages[one.name].net.state_dict())
            pictures = [each[one.name].picture for each in found]
            recalibrate(_Whole(net), ((picture,) for picture in pictures))
            result[one.name] = net
        return result

    def state_dict(self) -> dict[str, Any]:
        """Return what `load_state_dict` needs to go on to the bit."""
        return {
            "step": self.step,
            "nets": {name: net.state_dict() for name, net in self.nets.items()},
            "averages": {name: each.net.state_dict() for name, each in self.averages.items()},
            "optimisers": {name: each.state_dict() for name, each in self.optimisers.items()},
            "adversary": self.adversary.state_dict() if self.adversary else {},
            "batches": self.batches.state_dict(),
            "random": torch.get_rng_state(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where ``state`` was taken."""
        for name, net in self.nets.items():
            net.load_state_dict(state["nets"][name])
            self.averages[name].net.load_state_dict(state["averages"][name])
            self.optimisers[name].load_state_dict(state["optimisers"][name])
        if self.adversary is not None:
            self.adversary.load_state_dict(state["adversary"])
        self.batches.load_state_dict(state["batches"])
        torch.set_rng_state(state["random"])
        self.step = int(state["step"])


class _Whole(nn.Module):
    """A generator from picture to logit."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net

    def forward(self, picture: Tensor) -> Tensor:
        return generators.found(self.net, picture)


def new(
    one: Generator, config: GanConfig, *, seed: int, device: torch.device, fresh: bool = True
) -> Net:
    """Return a generator of a run; one that is not ``fresh`` will get its weights."""
    net = generators.generator(
        config.kind,
        one.planes,
        network=config.network,
        seed=seed,
        weights="imagenet" if config.pretrained and fresh else None,
    )
    return net.to(device)


def _together(
    found: Mapping[str, Example], logits: Mapping[str, Tensor]
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the pictures, targets and made probabilities of all generators as one batch."""
    return (
        torch.cat([one.picture for one in found.values()]),
        torch.cat([one.target for one in found.values()]),
        torch.cat([logits[name].sigmoid() for name in found]),
    )


def _probability(net: Net) -> Callable[[Tensor], Tensor]:
    """Return what gives a trained generator's probabilities."""

    @torch.no_grad()
    def probability(picture: Tensor) -> Tensor:
        return generators.found(net, picture).sigmoid()

    return probability
