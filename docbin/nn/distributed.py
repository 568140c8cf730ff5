"""One process or several, started by ``torchrun``: who am I, and what must be agreed on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn

from docbin.errors import UsageError


@dataclass(frozen=True, slots=True)
class Place:
    """A process among those of the run.

    Parameters
    ----------
    rank, count
        Which one, of how many.
    device
        What it computes on.
    """

    rank: int
    count: int
    device: torch.device

    @property
    def first(self) -> bool:
        """Whether this process writes files and messages."""
        return self.rank == 0

    def agreed(self, value: float) -> float:
        """Return the first process's ``value`` in all of them."""
        if self.count == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64, device=self.device)
        torch.distributed.broadcast(shared, 0)
        return float(shared)

    def any_of(self, *, mine: bool) -> bool:
        """Return whether any process says so."""
        if self.count == 1:
            return mine
        shared = torch.tensor([float(mine)], device=self.device)
        torch.distributed.all_reduce(shared)
        return bool(shared > 0)

    def wrapped(self, net: nn.Module, *, partly_used: bool) -> nn.Module:
        """Return ``net`` with its gradients averaged over the processes."""
        if self.count == 1:
            return net
        ids = [self.device.index] if self.device.type == "cuda" else None
        return nn.parallel.DistributedDataParallel(
            net, device_ids=ids, find_unused_parameters=partly_used
        )


@contextmanager
def joined(device: str | None = None) -> Iterator[Place]:
    """Join the processes that ``torchrun`` started; alone if it did not.

    Parameters
    ----------
    device
        ``"cpu"`` or ``"cuda"``; None takes a GPU if there is one.
    """
    kind = device or ("cuda" if torch.cuda.is_available() else "cpu")
    if kind not in ("cpu", "cuda"):
        raise UsageError(f"device is '{kind}'; give cpu or cuda")
    if kind == "cuda" and not torch.cuda.is_available():
        raise UsageError("this PyTorch finds no CUDA device; leave the device out, or give cpu")
    count = int(os.environ.get("WORLD_SIZE", "1"))
    local = int(os.environ.get("LOCAL_RANK", "0"))
    where = torch.device("cuda", local) if kind == "cuda" else torch.device("cpu")
    if count == 1:
        yield Place(0, 1, where)
        return
    if where.type == "cuda":
        torch.cuda.set_device(where)
    torch.distributed.init_process_group("nccl" if kind == "cuda" else "gloo")
    try:
        yield Place(torch.distributed.get_rank(), count, where)
    finally:
        torch.distributed.destroy_process_group()
