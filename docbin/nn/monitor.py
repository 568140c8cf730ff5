"""What a training run tells: lines or a live line, metrics in files, TensorBoard, pictures."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from docbin.dependencies import load
from docbin.errors import DocbinError, OutputError
from docbin.io.atomic import replacing, writing

# Losses are fetched from the device, and looked at, after so many steps.
CHECK_EVERY = 10
# Seconds between two lines.
_LINE_EVERY = 15.0
_GAP = 4


class DivergedError(DocbinError):
    """The loss or its gradient is no longer a number."""


class Monitor:
    """Follows a run.

    Parameters
    ----------
    folder
        Where ``metrics.jsonl``, ``tensorboard/`` and ``samples/`` are written.
    active
        Whether this process tells anything.
    quiet
        Nothing on the terminal.
    """

    def __init__(self, folder: Path, *, active: bool, quiet: bool) -> None:
        self._folder = folder
        self._active = active
        self._speaks = active and not quiet
        self._pending: list[Tensor] = []
        self._losses: list[float] = []
        self._since = time.perf_counter()
        self._count = 0
        self._live: Any = None
        self._board: Any = None

    def __enter__(self) -> Monitor:
        if self._speaks and sys.stderr.isatty():
            console = load("rich.console", purpose="the live line").Console(stderr=True)
            self._live = load("rich.status").Status("training", console=console)
            self._live.start()
        if self._active and importlib.util.find_spec("tensorboard") is not None:
            board = load("torch.utils.tensorboard", purpose="TensorBoard files")
            self._board = board.SummaryWriter(str(self._folder / "tensorboard"))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()
        if self._board is not None:
            with contextlib.suppress(OSError):
                self._board.close()

    def say(self, text: str) -> None:
        """Print a line beside the live line."""
        if self._speaks:
            print(f"docbin: {text}", file=sys.stderr, flush=True)

    def note(self, loss: Tensor, norm: Tensor) -> None:
        """Take the loss of a step and the norm of its gradient; they stay on the device."""
        self._pending.append(torch.stack([loss.detach().float(), norm.detach().float()]))
        self._count += 1

    def check(self, step: int) -> None:
        """Look at the losses since the last look.

        Raises
        ------
        DivergedError
            If one, or a gradient, is infinite or not a number.
        """
        if not self._pending:
            return
        values = torch.stack(self._pending).cpu()
        self._pending.clear()
        good = values.isfinite().all(1)
        if not bool(good.all()):
            bad = step - len(values) + 1 + int((~good).int().argmax())
            loss, norm = values[int((~good).int().argmax())].tolist()
            raise DivergedError(
                f"step {bad} has the loss {loss:g} and a gradient of norm {norm:g}; the last good "
                "checkpoint is kept. Go on from it with --resume, or start with a lower rate"
            )
        self._losses += values[:, 0].tolist()

    def tell(self, step: int, progress: float, rate: float, *, now: bool = False) -> None:
        """Write metrics and a line if it is time, or ``now``."""
        passed = time.perf_counter() - self._since
        if not self._active or not self._losses or (passed < _LINE_EVERY and not now):
            return
        speed = self._count / max(passed, 1e-9)
        loss = float(np.mean(self._losses))
        self._losses, self._count, self._since = [], 0, time.perf_counter()
        facts = {"step": step, "progress": progress, "loss": loss, "rate": rate, "speed": speed}
        with (
            writing(str(self._folder / "metrics.jsonl")),
            (self._folder / "metrics.jsonl").open("a") as file,
        ):
            file.write(json.dumps(facts) + "\n")
        if self._board is not None:
            for name in ("loss", "rate", "speed"):
                self._board.add_scalar(name, facts[name], step)
        line = f"step {step}  {progress:.1%}  loss {loss:.4f}  rate {rate:.2e}  {speed:.2f} steps/s"
        if self._live is not None:
            self._live.update(line)
        else:
            self.say(line)

    @contextlib.contextmanager
    def saving(self, *, last: bool) -> Iterator[None]:
        """Save within; a full disk ends a run only at the last, for that before is still whole."""
        try:
            yield
        except OutputError as error:
            if last:
                raise
            self.say(f"no checkpoint this time: {error}")

    def picture(self, step: int, image: Tensor, truth: Tensor, logit: Tensor) -> None:
        """Write image, truth and probability of some samples beside each other as a PNG."""
        if not self._active:
            return
        target = self._folder / "samples" / f"{step:07d}.png"
        pixels = sheet(image, truth, logit)
        try:
            target.parent.mkdir(exist_ok=True)
            with replacing(target, force=True) as sink:
                load("PIL.Image", purpose="sample pictures").fromarray(pixels).save(sink, "PNG")
        except (OSError, OutputError) as error:
            self.say(f"no picture: {error}")
        if self._board is not None:
            self._board.add_image("samples", pixels, step, dataformats="HWC")


def sheet(image: Tensor, truth: Tensor, logit: Tensor) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return rows of image, truth and ink probability (ink is black), uint8 (H, W, 3)."""
    gray = [(1 - part).repeat(1, 3, 1, 1) for part in (truth.float(), logit.float().sigmoid())]
    parts = torch.cat([image.float(), *gray], 3).cpu().clamp(0, 1)
    rows = [np.pad(row.permute(1, 2, 0).numpy(), ((0, _GAP), (0, 0), (0, 0))) for row in parts]
    return np.asarray(np.rint(np.concatenate(rows) * 255), np.uint8)
