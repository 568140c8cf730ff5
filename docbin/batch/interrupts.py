"""Ctrl-C once: finish what is in hand. Twice: stop at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(stop: Callable[[], None], abandon: Callable[[], None]) -> Iterator[list[int]]:
    """Call ``stop`` at the first SIGINT or SIGTERM within the ``with`` block, then ``abandon``.

    The list that is given has the signals that came. In a thread other than the main one, which
    gets no signals, nothing changes.
    """
    came: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        del frame
        came.append(number)
        (abandon if len(came) > 1 else stop)()

    if threading.current_thread() is not threading.main_thread():
        yield came
        return
    before = {number: signal.signal(number, handle) for number in _SIGNALS}
    try:
        yield came
    finally:
        for number, old in before.items():
            signal.signal(number, old)
