"""A short run of the fuzzer of the readers; the long one is ``tests/fuzz/readers.py``."""

import subprocess
import sys
from pathlib import Path


def test_damaged_files_give_input_errors_only(tmp_path):
    program = Path(__file__).with_name("readers.py")
    run = subprocess.run(
        [sys.executable, program, "--seconds", "15", "--seed", "7"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    # A crash of a library has no traceback: the exit code tells.
    assert run.returncode == 0, run.stdout + run.stderr[-3000:]
