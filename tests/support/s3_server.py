"""A server on this machine that speaks S3, in a process of its own, for as long as it is needed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docbin.batch.stores.connection import filesystem

KEYS = {
    "AWS_ACCESS_KEY_ID": "docbin",
    "AWS_SECRET_ACCESS_KEY": "docbin",
    "AWS_DEFAULT_REGION": "us-east-1",
}
BUCKET = "archive"


@contextmanager
def s3_server(folder: Path) -> Iterator[dict[str, str]]:
    """Start the server; give the environment by which programs find it, and its bucket.

    Its first words are in ``folder``. Within the block they are the environment of this process.
    """
    log = folder / "s3-server.log"
    with log.open("wb") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        environment = {**KEYS, "AWS_ENDPOINT_URL": _address(server, log)}
        with _environment(environment):
            filesystem.cache_clear()
            store(environment).mkdir(BUCKET)
            yield environment
    finally:
        filesystem.cache_clear()
        server.kill()
        server.wait()


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + 120
    while time.monotonic() < end and server.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text("utf-8", "replace")):
            return found[0]
        time.sleep(0.05)
    raise RuntimeError(f"the server does not start: {log.read_text('utf-8', 'replace')}")


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def store(environment: dict[str, str]):
    """Return a file system of the server, which remembers nothing."""
    import s3fs

    return s3fs.S3FileSystem(
        key=environment["AWS_ACCESS_KEY_ID"],
        secret=environment["AWS_SECRET_ACCESS_KEY"],
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        use_listings_cache=False,
        skip_instance_cache=True,
    )
