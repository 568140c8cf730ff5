"""Builds docbin's packages with the tools of this environment, and makes places to install them."""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import subprocess
import sys
import tempfile
import venv
import zlib
from pathlib import Path

import docbin

ROOT = Path(docbin.__file__).parents[1]
CHECKOUT = (ROOT / "pyproject.toml").is_file() and (ROOT / "cli.py").is_file()


def quiet(command, **options):
    """Run a command that must succeed; return what it printed."""
    run = subprocess.run(
        list(map(os.fspath, command)), capture_output=True, text=True, check=False, **options
    )
    assert run.returncode == 0, f"{command}\n{run.stdout[-3000:]}\n{run.stderr[-3000:]}"
    return run.stdout


def build_wheel(folder):
    """Build a wheel of the checkout; without a network where the build tools are installed."""
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT]
    if all(map(importlib.util.find_spec, ("scikit_build_core", "nanobind"))):
        command.insert(-1, "--no-build-isolation")
    with alone():
        quiet(command, cwd=ROOT, env=tools())
    (wheel,) = Path(folder).glob("*.whl")
    return wheel


@contextlib.contextmanager
def alone():
    """Wait until no other process builds here: all builds of a checkout share one folder."""
    name = f"docbin-build-{zlib.crc32(bytes(ROOT))}.lock"
    with (Path(tempfile.gettempdir()) / name).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_sdist(folder):
    """Build a source archive of the checkout."""
    command = [sys.executable, "-m", "build", "-s", "-o", folder, ROOT]
    if all(map(importlib.util.find_spec, ("scikit_build_core", "nanobind"))):
        command.insert(-1, "--no-isolation")
    quiet(command, env=tools())
    (archive,) = Path(folder).glob("*.tar.gz")
    return archive


def tools():
    """Return the environment, with the programs that lie beside the build tools on the path."""
    spec = importlib.util.find_spec("cmake")
    if spec is None or spec.origin is None:
        return dict(os.environ)
    programs = Path(spec.origin).parents[4] / "bin"
    return {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}


def new_environment(folder, *names):
    """Make a virtual environment with links to the named packages of this one, nothing else."""
    venv.create(folder, with_pip=False, symlinks=True)
    python = Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python"
    target = Path(
        quiet([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip()
    )
    for name in names:
        place = Path(importlib.util.find_spec(name).origin).parent
        for part in (place, place.with_name(f"{name}.libs")):
            if part.is_dir():
                (target / part.name).symlink_to(part)
    return python, target


def install(python, wheel):
    """Install a wheel, without what it depends on."""
    command = [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", wheel]
    quiet(command)
