"""How a training run ends, and which code it ran."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NoReturn


def stopped(steps: int) -> NoReturn:
    """End with the exit code of Ctrl-C, and say how to go on."""
    from docbin.errors import INTERRUPTED

    print(
        f"docbin: stopped after {steps} steps; the same command with --resume goes on",
        file=sys.stderr,
    )
    sys.exit(INTERRUPTED)


def commit() -> str:
    """Return the commit of the checkout that runs, or the version of docbin."""
    import docbin

    try:
        run = subprocess.run(
            ["git", "-C", str(Path(docbin.__file__).parent), "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return f"docbin {docbin.__version__}"
    return run.stdout.strip()
