"""``kill -9`` at any moment costs the pages in hand and nothing else.

The long form: ``python tests/support/kill_run.py --kills 20 --pages 300``.
"""

import os

from kill_run import WORKERS, kill_repeatedly


def test_kills_lose_nothing(tmp_path):
    seed = 1 if os.environ.get("CI") else int.from_bytes(os.urandom(4))
    summary = kill_repeatedly(tmp_path, pages=40, kills=5, seed=seed)
    assert summary.problems == (), f"seed {seed}: {summary}"
    assert summary.kills == 5
    # A worker has one page in hand, and may have told of another that is not recorded yet.
    assert summary.unrecorded <= 2 * WORKERS
