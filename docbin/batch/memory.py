"""Memory: what a page will take, told from its header, and what there is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from docbin.batch.treatment import Treatment
from docbin.binarizer import Banded
from docbin.errors import UsageError
from docbin.io.page import PageInfo, PageSource
from docbin.kernels import threads
from docbin.methods import PIPELINES
from docbin.steps import RemoveSeals

# A worker that has done small pages.
WORKER = 160 << 20
# Of what is free now, this part is used where nothing else is said.
_PART = 0.7
_UNITS = {"k": 10, "m": 20, "g": 30, "t": 40}
# Rows on their way from decoder to coder.
_BANDS = 96 << 20
# Bytes for a pixel, measured on 12 megapixels; of most methods less than half of the last.
_STEPS = 24
# Seals all over a colour page take up to 70 while they are removed; then comes the method.
_SEALS = 60
# What decoders of whole pages hold beside the result, WebP the most.
_DECODER = 16
# The network may see a page at twice its size.
_BYTES = {"howe": 72, "hbut": 72, "fair": 48, "kmeans": 48, "net": 40}
_BYTES |= dict.fromkeys(PIPELINES, 44)
# Of net, where a minimum cut draws the ink in bands, two at a time.
_CUT = 76
_OTHER = 32


@dataclass(frozen=True, slots=True)
class Budget:
    """Bytes for all pages that are worked on at a time."""

    bytes: int

    def has(self, wanted: int) -> bool:
        """Return whether there is room for so many bytes in all."""
        return wanted <= self.bytes

    def fits(self, page: int) -> int:
        """Return how many such pages fit, at least 1."""
        return max(1, self.bytes // max(1, page))


def needed(source: PageSource, treatment: Treatment, size: int) -> int:
    """Return about how many bytes a page takes from decoding to writing, beside `WORKER`.

    ``size`` is that of its file, in bytes.
    """
    info = source.info
    pixels = info.width * info.height
    held = 0 if source.can_stream else pixels * (info.channels + _DECODER)
    if info.format == "pdf":
        # The file that is read, the one that is made of it, and that as bytes.
        held += 3 * size
    if info.bilevel and not treatment.steps:
        return _BANDS + held
    if treatment.steps:
        of_steps = pixels * (info.channels + _of_steps(treatment, info))
        return _BANDS + held + of_steps + pixels * _of_method(treatment, info)
    method = treatment.method_at(300.0, info)
    if isinstance(method, Banded) and method.passes in (1, 2):
        return _BANDS + held
    return _BANDS + held + pixels * (info.channels + _of_method(treatment, info))


def _of_steps(treatment: Treatment, info: PageInfo) -> int:
    seals = any(isinstance(step, RemoveSeals) for step in treatment.steps)
    return _SEALS if seals and info.channels > 1 else _STEPS


def _of_method(treatment: Treatment, info: PageInfo) -> int:
    name = treatment.name(info)
    if name == "net" and treatment.params.get("quality", "fast") != "fast":
        return _CUT
    return _BYTES.get(name, _OTHER)


def free_memory() -> int:
    """Return the bytes that this process and its children may still take."""
    found = [2 << 30]
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        free = next(line for line in lines if line.startswith("MemAvailable:"))
        found = [int(free.split()[1]) << 10]
    except (OSError, StopIteration, ValueError):
        pass
    for limit, used in _GROUPS:
        try:
            found.append(int(limit.read_text("ascii")) - int(used.read_text("ascii")))
        except (OSError, ValueError):  # "max": no limit
            continue
    return max(0, min(found))


_GROUP = Path("/sys/fs/cgroup")
_GROUPS = (
    (_GROUP / "memory.max", _GROUP / "memory.current"),
    (_GROUP / "memory/memory.limit_in_bytes", _GROUP / "memory/memory.usage_in_bytes"),
)


def bytes_of(text: str, option: str = "--memory") -> int:
    """Return the bytes of ``"4G"``, ``"800M"`` or a plain number.

    Examples
    --------
    >>> bytes_of("2G")
    2147483648
    """
    number, unit = text.strip().lower().removesuffix("b"), ""
    if number[-1:] in _UNITS:
        number, unit = number[:-1], number[-1]
    try:
        value = float(number) * (1 << _UNITS.get(unit, 0))
        count = int(value)
    except (ValueError, OverflowError):
        count = 0
    if count < 1:
        raise UsageError(f"{option} is '{text}'; give bytes, such as 800M or 4G")
    return count


def shared(memory: int | None, workers: int | None, most: int) -> tuple[int, Budget]:
    """Return how many workers there are to be, and the memory for their pages.

    Parameters
    ----------
    memory
        Bytes for the workers in all; None: most of what is free.
    workers
        None: one for each core, but not more than half of the memory is for workers at rest.
    most
        As many as there is work for.
    """
    total = int(free_memory() * _PART) if memory is None else memory
    if workers is None:
        workers = max(1, min(threads(), total // (2 * WORKER)))
    workers = max(1, min(workers, most))
    return workers, Budget(max(0, total - workers * WORKER))
