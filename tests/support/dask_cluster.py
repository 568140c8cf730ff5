"""A Dask cluster of processes on the loopback interface, to be killed one by one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager, suppress


class Cluster:
    """A scheduler and its workers, each a process of its own, with files in ``folder``."""

    def __init__(self, folder):
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._processes = []
        file = folder / "scheduler.json"
        self.scheduler = self._start(
            "dask_scheduler",
            *("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file),
            env={"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"},
        )
        self.address = waited(lambda: file.exists() and json.loads(file.read_text())["address"])

    def _start(self, module, *arguments, env=None, cwd=None):
        log = (self._folder / f"{len(self._processes)}-{module}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", *map(str, arguments)],
                stdout=log,
                stderr=log,
                cwd=cwd or self._folder,
                env={**os.environ, **(env or {})},
                process_group=0,
            )
        self._processes.append(process)
        return process

    def worker(self, *arguments, nanny=False, env=None):
        """Start a worker with one thread."""
        where = self._folder / f"worker-{len(self._processes)}"
        where.mkdir()
        return self._start(
            "dask_worker",
            *(self.address, "--nthreads", 1, "--no-dashboard", "--host", "127.0.0.1"),
            *("--local-directory", where, "--nanny" if nanny else "--no-nanny", *arguments),
            env=env,
        )

    def has(self, workers):
        """Return whether so many workers are there."""
        logs = self._folder.glob("*-dask_worker.log")
        return sum("Registered to" in log.read_text("utf-8") for log in logs) == workers

    def close(self):
        """End all."""
        for process in reversed(self._processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
            process.wait()


def waited(question, seconds=120.0):
    """Return the answer to a question as soon as it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            answer = question()
        except (OSError, ValueError):
            answer = None
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError("it did not happen")


@contextmanager
def cluster(folder, workers=0):
    """Give a cluster with so many workers."""
    made = Cluster(folder)
    try:
        for _ in range(workers):
            made.worker()
        yield made
    finally:
        made.close()
