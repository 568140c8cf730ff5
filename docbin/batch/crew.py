"""The worker processes: started, talked to, ended."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from queue import SimpleQueue
from typing import Any

from docbin.batch.messages import FromWorker, Orders, Task, ToWorker

COMMAND = [sys.executable, "-m", "docbin.batch.worker"]
# Libraries that would start a thread for every core in every worker.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")


class Member:
    """A worker process, and what the coordinator knows of it.

    ``asked`` is the bytes of the page that waits for room, ``holds`` those of the page that has
    it; ``deadline`` is when the worker is to be ended as hung (``time.monotonic``).
    """

    def __init__(self, orders: Orders, events: SimpleQueue[Event | None], threads: int) -> None:
        self.ready = False
        self.task: Task | None = None
        self.asked: int | None = None
        self.holds = 0
        self.deadline: float | None = None
        self.hung = False
        self._errors = None if orders.strict else tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, **dict.fromkeys(_THREADS, str(threads))},
            **_own_group(),
        )
        threading.Thread(target=self._listen, args=(events,), daemon=True).start()
        self.tell(orders)

    def _listen(self, events: SimpleQueue[Event | None]) -> None:
        assert self._process.stdout is not None
        while True:
            try:
                message: FromWorker | None = pickle.load(self._process.stdout)
            except Exception:  # whatever a dying process leaves in a pipe
                message = None
            events.put((self, message))
            if message is None:
                return

    def tell(self, message: ToWorker) -> None:
        """Send a message; a worker that has ended is noticed by its silence."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            pickle.dump(message, self._process.stdin)
            self._process.stdin.flush()

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def ended(self) -> str:
        """Wait for the process and return in words how it ended."""
        code = self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with contextlib.suppress(OSError):
                stream.close()
        if code >= 0:
            return f"ended with code {code}"
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        hint = ", perhaps because memory ran out" if name == "SIGKILL" else ""
        return f"was ended by {name}{hint}"

    def last_words(self) -> str:
        """Return the end of what the process wrote to standard error."""
        if self._errors is None:
            return ""
        self._errors.seek(0)
        return self._errors.read()[-2000:].decode("utf-8", "replace").strip()

    def close(self) -> None:
        """End the process and forget it."""
        self.kill()
        self.ended()
        if self._errors is not None:
            self._errors.close()


Event = tuple[Member, FromWorker | None]


def _own_group() -> dict[str, Any]:
    """Return what keeps Ctrl-C, which the terminal sends to all, from the workers."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}
