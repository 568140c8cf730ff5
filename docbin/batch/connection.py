"""The way to a Dask cluster: a scheduler elsewhere, or a small cluster of this machine's own."""

from __future__ import annotations

import logging
import secrets
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

from docbin.batch.cluster import Cluster
from docbin.batch.executor import Executor, Making, Watch
from docbin.batch.items import BOOKS
from docbin.batch.messages import Orders
from docbin.batch.node import Brief
from docbin.batch.setup import Setup
from docbin.dependencies import load
from docbin.errors import InputError, UsageError
from docbin.io.atomic import writing
from docbin.version import __version__

# Seconds for which a scheduler is waited for, and for its first worker.
_CONNECT = 10.0
WORKERS = 30.0


@contextmanager
def cluster(
    scheduler: str | None,
    local: int | None,
    destination: Path | None,
    *,
    owner: str,
    setup: Setup,
    memory: int | None,
    timeout: float,
) -> Iterator[Making]:
    """Give what makes the executor of a cluster, for as long as the ``with`` block lasts.

    Parameters
    ----------
    scheduler
        Address of Dask's scheduler, such as ``"tcp://10.0.0.1:8786"``.
    local
        Instead, workers of a cluster that lives on the loopback interface of this machine.
    destination
        Folder of the results; None: they go to a store.
    owner
        Name of the books, which no other run has open.
    setup
        By what results are to be made.
    memory, timeout
        See `docbin.batch.run`.

    Raises
    ------
    MissingDependencyError
        If Dask is not installed.
    InputError
        If there is no scheduler at the address, or it has no workers.
    UsageError
        If docbin or Dask is another version there.
    """
    distributed = load("distributed", purpose="a run on a cluster")
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        address: Any = scheduler
        if local is not None:
            address = stack.enter_context(_local_cluster(distributed, local))
        client = stack.enter_context(_connected(distributed, address))
        _check_versions(client)
        run = secrets.token_hex(8)
        mark = stack.enter_context(_mark(destination, owner, run))

        def making(orders: Orders, count: int, watch: Watch) -> Executor:
            del count
            return Cluster(client, Brief(run, orders, setup, mark, timeout, memory), watch)

        yield making


@contextmanager
def _connected(distributed: Any, address: Any) -> Iterator[Any]:
    name = address if isinstance(address, str) else "of this machine"
    try:
        with warnings.catch_warnings():
            # Versions are checked below, with other words.
            warnings.simplefilter("ignore")
            client = distributed.Client(address, timeout=_CONNECT, name="docbin")
    except OSError as error:
        raise InputError(
            f"the scheduler {name} cannot be reached: {error}; start one with 'dask scheduler', "
            "and give the address that it prints"
        ) from error
    except ValueError as error:
        raise UsageError(
            f"--scheduler is '{name}': {error}; give an address such as tcp://10.0.0.1:8786"
        ) from error
    try:
        client.wait_for_workers(1, timeout=WORKERS)
        yield client
    except TimeoutError as error:
        raise InputError(
            f"the scheduler {name} has no workers; start some with 'dask worker {name}'"
        ) from error
    finally:
        client.close(timeout=2)


def _check_versions(client: Any) -> None:
    """Refuse workers that have another docbin, none, or another Dask."""
    found = client.get_versions()
    mine = found["client"]["packages"]["distributed"]
    others = {"the scheduler": found["scheduler"], **found["workers"]}
    for name, told in others.items():
        theirs = (told or {}).get("packages", {}).get("distributed")
        if theirs != mine:
            raise UsageError(
                f"{_called(name)} has distributed {theirs}, this machine {mine}; install the same "
                "on all machines"
            )
    # A function of Python's own, so that it can be called where there is no docbin.
    versions = client.run(metadata.version, "docbin", on_error="return")
    for name, version in versions.items():
        if version != __version__:
            has = f"docbin {version}" if isinstance(version, str) else "no docbin"
            raise UsageError(
                f"{_called(name)} has {has}, this machine docbin {__version__}; install the same "
                "on all machines"
            )


def _called(name: str) -> str:
    return f"the worker {name}" if "://" in name else name


@contextmanager
def _mark(destination: Path | None, owner: str, run: str) -> Iterator[str]:
    """Leave a file beside the results, by which workers know that they see the same folder.

    It takes the place of one that a killed run left.
    """
    if destination is None:  # a store is the same for all
        yield ""
        return
    # Not resolved: the workers write to paths as they were given.
    path = destination.absolute() / BOOKS / f"cluster-{owner}"
    with writing(str(path)):
        path.write_text(run, "ascii")
    try:
        yield str(path)
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def _local_cluster(distributed: Any, workers: int) -> Iterator[Any]:
    """Give a cluster on the loopback interface, whose processes Ctrl-C does not reach."""
    with _ignoring_interrupts():
        made = distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        )
    with made:
        yield made


@contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """Ignore Ctrl-C, and let processes that are started meanwhile do so for ever."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from writing to standard error what is said in other words here."""
    names = [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
