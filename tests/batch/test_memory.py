"""What a page is said to need is at least what it takes."""

import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from program import letters

from docbin.batch import memory

SIDE = 2400
# Does a small page, then a large one, and tells by how much the second raised the peak.
PROGRAM = """
import json, re, sys
from pathlib import Path
from docbin.batch import Treatment, chosen_steps
from docbin.batch.memory import needed
from docbin.batch.treatment import cleaned
from docbin.io import open_source

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) << 10

method, params, steps, small, large = json.loads(sys.argv[1])
treatment = Treatment(method, params, chosen_steps(**dict.fromkeys(steps, True)), dpi=300)
told = []
for name in (small, large):
    source = next(open_source(name))
    for _ in cleaned(source, treatment)[0]:
        pass
    told.append((peak(), needed(source, treatment, Path(source.info.source).stat().st_size)))
print(json.dumps([told[1][0] - told[0][0], told[1][1]]))
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    gray, _ = letters(SIDE, SIDE)
    color = np.stack([gray, gray // 2 + 100, gray], axis=2)
    for kind in ("png", "webp", "jpg"):
        Image.fromarray(color[:300, :300]).save(folder / f"small.{kind}")
        Image.fromarray(color).save(folder / f"large.{kind}")
    return folder


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize(
    ("method", "steps", "kind"),
    [
        ("sauvola", [], "png"),
        ("sauvola", [], "webp"),
        ("sauvola", [], "jpg"),
        ("auto", [], "png"),
        ("gatos", [], "webp"),
        ("kmeans", [], "png"),
        ("howe", [], "png"),
        ("net", [], "png"),
        ("net enlarge=always", [], "png"),
        ("net quality=fine", [], "png"),
        ("net quality=fine enlarge=never", [], "png"),
        ("net quality=best", [], "png"),
        ("net quality=best enlarge=never", [], "webp"),
        ("otsu", ["border", "deskew", "background", "despeckle"], "png"),
        ("otsu", ["remove_seals"], "png"),
    ],
)
def test_needed_is_enough(pages, method, steps, kind):
    name, *texts = method.split()
    params = dict(text.split("=") for text in texts)
    told = json.dumps(
        [name, params, steps, str(pages / f"small.{kind}"), str(pages / f"large.{kind}")]
    )
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, told], capture_output=True, text=True, check=True
    )
    taken, needed = json.loads(run.stdout)
    assert taken <= needed
    # Nor so much that nothing runs beside it.
    assert needed < 100 * SIDE**2 + memory._BANDS
