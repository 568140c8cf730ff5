"""A short run of the fuzzer of packed networks; the long one is ``tests/fuzz/networks.py``."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docbin import kernels


@pytest.mark.skipif(kernels.extension is None, reason="needs the compiled kernels")
def test_damaged_networks_give_value_errors_only(tmp_path):
    program = Path(__file__).with_name("networks.py")
    run = subprocess.run(
        [sys.executable, program, "--seconds", "8", "--seed", "7"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    # A crash has no traceback: the exit code tells.
    assert run.returncode == 0, run.stdout + run.stderr[-3000:]
    tried, sound = map(int, re.match(r"(\d+) damaged networks, (\d+) of them", run.stdout).groups())
    assert 0 < sound < tried
