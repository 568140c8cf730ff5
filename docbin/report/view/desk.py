"""The work of the viewer: pages decoded, methods tried, pictures made; one thing at a time."""

from __future__ import annotations

import asyncio
import io
import shlex
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeAlias, TypeVar

import cv2
import numpy as np

from docbin.batch.recipe import Recipe
from docbin.batch.treatment import PAGE_STEPS, Treatment, chosen_steps, cleaned
from docbin.errors import DocbinError, InputError, UsageError
from docbin.evaluate import score
from docbin.image import Mask, as_rgb, to_uint8, unpack
from docbin.io.writers import open_document
from docbin.methods import METHODS
from docbin.report.view.controls import values_of
from docbin.report.view.pages import Held, Pages, Scan

_T = TypeVar("_T")
_Task: TypeAlias = "tuple[Callable[[], Any], asyncio.Future[Any], asyncio.AbstractEventLoop]"
_KEPT = 12
_JPEG = 92


@dataclass(frozen=True, slots=True)
class _Result:
    """A page as ``docbin clean`` would write it, as a mask, in words, and the recipe of it."""

    png: bytes
    mask: Mask
    told: dict[str, Any]
    recipe: str


class StaleError(Exception):
    """Nobody waits for this result any more."""


class Desk:
    """Does what the page asks for on a thread of its own, which never outlives the program.

    Parameters
    ----------
    pages
        The scans.
    """

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self._latest: dict[tuple[str, str], int] = {}
        self._results: OrderedDict[str, _Result] = OrderedDict()
        self._tasks: SimpleQueue[_Task] = SimpleQueue()
        # The limit of threads is part of the context.
        work = partial(copy_context().run, self._work)
        threading.Thread(target=work, name="docbin view", daemon=True).start()

    def _work(self) -> None:
        while True:
            task, future, loop = self._tasks.get()
            result: Any = None
            error: BaseException | None = None
            try:
                result = task()
            except MemoryError:
                error = InputError("there is not enough memory for this page and method")
            except Exception as raised:
                error = raised
            try:
                loop.call_soon_threadsafe(_settle, future, result, error)
            except RuntimeError:
                return  # the server has ended

    async def do(self, task: Callable[[], _T]) -> _T:
        """Run a task on the thread, after those before it."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._tasks.put((task, future, loop))
        result: _T = await future
        return result

    def expect(self, client: str, slot: str, serial: int) -> None:
        """Note a request; older ones of the same slot are stale from now on."""
        if len(self._latest) > 1000:
            self._latest.clear()
        key = (client, slot)
        self._latest[key] = max(serial, self._latest.get(key, 0))

    def _check(self, wish: dict[str, Any]) -> None:
        if self._latest.get((wish["client"], wish["slot"]), 0) > wish["serial"]:
            raise StaleError

    def run(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Binarize a page as wished, and return what is known of the result."""
        self._check(wish)
        scan = self.pages.scan(wish["scan"])
        self.pages.read_truth(wish["scan"])
        treatment, command = _treatment(wish, scan)
        key = sha256(repr((wish["scan"], wish["page"], treatment)).encode()).hexdigest()[:24]
        if key not in self._results:
            page = self.pages.page(wish["scan"], wish["page"])
            self._results[key] = self._made(page, treatment, wish)
            while len(self._results) > _KEPT:
                self._results.popitem(last=False)
        self._results.move_to_end(key)
        found = self._results[key]
        metrics = _metrics(found.mask, scan.truths.get(wish["page"]))
        return {**found.told, "result": key, "command": command, "metrics": metrics}

    def _made(self, page: Held, treatment: Treatment, wish: dict[str, Any]) -> _Result:
        """Return the result of a page; give up where nobody waits."""
        page.load()
        start = time.perf_counter()
        rows, done = cleaned(page, treatment)
        pieces = []
        for piece in rows:
            self._check(wish)
            pieces.append(piece.copy())
        seconds = time.perf_counter() - start
        file = io.BytesIO()
        with open_document(file, format="png") as document:
            document.begin(done.width, done.height, done.dpi)
            for piece in pieces:
                document.write(piece)
            document.end()
        mask = unpack(np.concatenate(pieces), done.width)
        told = {
            "seconds": round(seconds, 4),
            "ink": float(np.count_nonzero(mask)) / mask.size,
            "method": done.method,
            "remarks": list(done.remarks),
        }
        return _Result(file.getvalue(), mask, told, Recipe.of(treatment).text())

    def result(self, key: str) -> _Result:
        """Return a result that is still kept."""
        if key not in self._results:
            raise UsageError("this result is not kept any more")
        return self._results[key]

    def scan_picture(self, number: int, index: int) -> bytes:
        """Return a scan as JPEG for the browser, in full size."""
        pixels: Any = self.pages.page(number, index).load().pixels
        colors = as_rgb(to_uint8(pixels) if pixels.dtype == np.bool_ else pixels)
        done, data = cv2.imencode(".jpg", colors[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG])
        if not done:
            raise InputError("the page is too large to be shown")
        return data.tobytes()


def _settle(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


def _treatment(wish: dict[str, Any], scan: Scan) -> tuple[Treatment, str]:
    """Return what is to be done, and the command that does the same."""
    method = wish["method"]
    if method not in METHODS:
        raise UsageError(f"there is no method '{method}'")
    params = values_of(method, wish["params"])
    steps = [name for name in PAGE_STEPS if name in wish["steps"]]
    dpi = wish["dpi"]
    treatment = Treatment(method, params, chosen_steps(**dict.fromkeys(steps, True)), dpi)
    treatment.check()
    words = ["docbin", "clean", _argument(scan.command_name), "-m", method]
    for name, value in params.items():
        words += ["--set", f"{name}={value}"]
    words += [f"--{name.replace('_', '-')}" for name in steps]
    if dpi is not None:
        words += ["--dpi", f"{dpi:g}"]
    words += ["-o", _argument(f"{Path(scan.command_name).stem}.bw.png")]
    return treatment, shlex.join(words)


def _argument(name: str) -> str:
    """Return a name that is not taken for an option."""
    return f"./{name}" if name.startswith("-") else name


def _metrics(mask: Mask, truth: Mask | None) -> dict[str, Any] | None:
    """Return the metrics against a page's truth; None where there is none."""
    if truth is None:
        return None
    try:
        found = score(mask, truth)
    except DocbinError as error:
        return {"error": str(error)}
    named = {"FM": found.fm, "F_ps": found.pfm_weighted, "PSNR": found.psnr, "DRD": found.drd}
    return {
        name: round(value, 4) if value is not None and np.isfinite(value) else None
        for name, value in named.items()
    }
