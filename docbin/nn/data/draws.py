"""Random numbers for batches: on the device, seeded, and going on where they stopped.

Two streams. The values (angles, gains, noise) come from a generator on the device. How many
samples an augmentation gets comes from one on the host, so that the host knows the shapes and
never waits for the device.
"""

from __future__ import annotations

import functools
import math

import torch
from torch import Tensor


@functools.cache
def constants(values: tuple[float, ...], device: torch.device) -> Tensor:
    """Return float32 numbers on a device; copied there once, since a copy waits for the device."""
    return torch.tensor(values, device=device)


class Draws:
    """Seeded random tensors on one device.

    Parameters
    ----------
    seed
        The same seed gives the same numbers on the same kind of device.
    device
        Where the tensors are made.
    """

    def __init__(self, seed: int, device: torch.device | str = "cpu") -> None:
        self.device = torch.device(device)
        self._values = torch.Generator(self.device).manual_seed(seed)
        self._counts = torch.Generator("cpu").manual_seed(seed + 1)

    def uniform(self, shape: tuple[int, ...], low: float = 0.0, high: float = 1.0) -> Tensor:
        """Return float32 between ``low`` and ``high``."""
        numbers = torch.rand(shape, generator=self._values, device=self.device)
        return numbers.mul_(high - low).add_(low)

    def log_uniform(self, shape: tuple[int, ...], low: float, high: float) -> Tensor:
        """Return float32 between two positive bounds, each octave as likely as the next."""
        return self.uniform(shape, math.log(low), math.log(high)).exp_()

    def normal(self, shape: tuple[int, ...]) -> Tensor:
        """Return float32 of mean 0 and deviation 1."""
        return torch.randn(shape, generator=self._values, device=self.device)

    def chance(self, shape: tuple[int, ...], share: float) -> Tensor:
        """Return bool, True with probability ``share``."""
        return self.uniform(shape) < share

    def whole(self, low: int, high: int) -> int:
        """Return one int of ``low`` … ``high`` on the host."""
        return int(torch.randint(low, high + 1, (), generator=self._counts))

    def some(self, count: int, share: float) -> Tensor:
        """Return which of ``count`` samples get something that ``share`` of all get: their indices.

        Each sample is as likely as the others; how many there are follows the binomial
        distribution.
        """
        number = int((torch.rand(count, generator=self._counts) < share).sum())
        return self.uniform((count,)).argsort()[:number]

    def partners(self, count: int) -> Tensor:
        """Return another sample of the batch for each; itself if it is alone."""
        step = self.whole(1, count - 1) if count > 1 else 0
        return (torch.arange(count, device=self.device) + step) % count

    def state_dict(self) -> dict[str, Tensor]:
        """Return what `load_state_dict` needs to go on."""
        return {"values": self._values.get_state(), "counts": self._counts.get_state()}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Go on where ``state`` was taken."""
        self._values.set_state(state["values"].cpu())
        self._counts.set_state(state["counts"].cpu())
