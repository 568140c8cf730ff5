"""A short run of the fuzzer of packed networks; the long one is ``tests/fuzz/packed.py``."""

import subprocess
import sys
from pathlib import Path


def test_both_readers_agree_on_damaged_networks(tmp_path):
    program = Path(__file__).with_name("packed.py")
    run = subprocess.run(
        [sys.executable, program, "--seconds", "15", "--seed", "7"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    # A crash has no traceback: the exit code tells.
    assert run.returncode == 0, run.stdout + run.stderr[-3000:]
