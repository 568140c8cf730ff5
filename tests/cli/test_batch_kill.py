"""``kill -9`` at any moment costs the pages in hand and nothing else.

The long forms: ``python tests/support/kill_run.py --kills 20 --pages 300``, and with ``--s3``.
"""

import os

import pytest
from kill_run import WORKERS, kill_repeatedly
from s3_server import s3_server, store

SEED = 1 if os.environ.get("CI") else int.from_bytes(os.urandom(4))


def test_kills_lose_nothing(tmp_path):
    check(kill_repeatedly(tmp_path, pages=40, kills=5, seed=SEED), 5)


def test_kills_lose_nothing_in_a_store(tmp_path):
    for package in ("moto.server", "s3fs"):
        pytest.importorskip(package)
    with s3_server(tmp_path) as environment:
        bucket = store(environment)
        check(kill_repeatedly(tmp_path, pages=24, kills=2, seed=SEED, store=bucket), 2)


def check(summary, kills):
    assert summary.problems == (), f"seed {SEED}: {summary}"
    assert summary.kills == kills
    # A worker has one page in hand, and may have told of another that is not recorded yet.
    assert summary.unrecorded <= 2 * WORKERS
