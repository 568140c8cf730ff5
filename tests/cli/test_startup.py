"""What the program imports: a quick start is made of what is not loaded."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from program import letters

GRAY, _ = letters(1000, 1000)
HEAVY = {"cv2", "skimage", "pywt", "scipy", "rich", "jinja2", "torch", "pikepdf", "pypdfium2"}


def imported(*arguments, cwd=None):
    """Return the top-level packages that the program imports."""
    command = [sys.executable, "-X", "importtime", "-m", "docbin", *arguments]
    run = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True)
    lines = [line for line in run.stderr.splitlines() if line.startswith("import time:")]
    assert len(lines) > 50
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


@pytest.mark.parametrize("options", [["--help"], ["--version"], ["clean", "--help"]])
def test_help_loads_no_numpy(options):
    assert not imported(*options) & {*HEAVY, "numpy", "PIL"}


@pytest.mark.parametrize("kind", ["png", "jpg", "tif"])
@pytest.mark.parametrize("color", [False, True])
def test_a_small_page_loads_nothing_heavy(tmp_path, kind, color):
    page = np.stack([GRAY] * 3, axis=2) if color else GRAY
    Image.fromarray(page).save(tmp_path / f"a.{kind}", dpi=(300, 300))
    loaded = imported("clean", f"a.{kind}", cwd=tmp_path)
    assert "numpy" in loaded
    assert not loaded & HEAVY
    if kind == "png":
        assert "PIL" not in loaded
    assert len(list(tmp_path.iterdir())) == 2


def test_the_lists_load_nothing_heavy():
    assert not imported("methods") & HEAVY
    assert not imported("info") & HEAVY
