"""Ctrl-C once: finish what is in hand. Twice: stop at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

# SIGHUP: the terminal has gone away.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def interruptible(stop: Callable[[], None], abandon: Callable[[], None]) -> Iterator[list[int]]:
    """Call ``stop`` at the first signal that asks the program to end, and ``abandon`` at others.

    This holds within the ``with`` block; the list that is given has the signals that came. Signals
    that are ignored, as by ``nohup``, stay so. In a thread other than the main one, which gets no
    signals, nothing changes.
    """
    came: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        del frame
        came.append(number)
        (abandon if len(came) > 1 else stop)()

    if threading.current_thread() is not threading.main_thread():
        yield came
        return
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    heeded = [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, handle) for number in heeded}
    try:
        yield came
    finally:
        for number, old in before.items():
            signal.signal(number, old)
