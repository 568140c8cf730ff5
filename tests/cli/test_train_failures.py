"""``docbin train`` where something fails: it is said, and nothing that was done is lost."""

import json
import signal
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from program import letters, save_mask

from docbin.nn.data.store import build_store

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from docbin.evaluate import Dataset  # noqa: E402
from docbin.nn import checkpoint  # noqa: E402

TINY = ["binarizer", "--preset", "tiny", "--set", "size=32", "--set", "batch=2", "--device", "cpu"]
# Tells every tenth step, so that a test need not wait.
LIVELY = "from docbin.nn import monitor; monitor._LINE_EVERY = 0"


def pages(folder, names=("1", "2")):
    """Write pages with truth."""
    for kind in ("img", "gt"):
        (folder / kind).mkdir(parents=True)
    for seed, name in enumerate(names):
        gray, truth = letters(480, 480, seed)
        Image.fromarray(gray).save(folder / "img" / f"{name}.png")
        save_mask(folder / "gt" / f"{name}.png", truth)
    return folder


@pytest.fixture
def tiles(tmp_path):
    """Cut tiles of two pages."""
    store = build_store(Dataset.open(pages(tmp_path / "pages")), tmp_path / "pages.tiles")
    return store.path


def command(*arguments, before=""):
    code = f"{before}\nfrom docbin.cli import main\nmain()"
    return [sys.executable, "-c", code, "train", *TINY, *map(str, arguments)]


def run(*arguments, before=""):
    return subprocess.run(
        command(*arguments, before=before), capture_output=True, text=True, check=False, timeout=100
    )


def spoiled(folder, how):
    """Spoil the second page or its truth; return what the message must name."""
    image, truth = folder / "img" / "2.png", folder / "gt" / "2.png"
    if how == "no truth":
        truth.unlink()
        return "2.png"
    if how == "other size":
        save_mask(truth, np.ones((480, 479), bool))
        return "480 × 480"
    image.write_bytes(image.read_bytes()[:200])
    return "2.png"


@pytest.mark.parametrize("how", ["no truth", "other size", "unreadable"])
def test_bad_pages_are_named_before_anything_is_learned(tmp_path, how):
    folder = pages(tmp_path / "pages")
    named = spoiled(folder, how)
    done = run("--data", folder, "--out", tmp_path / "run", "--set", "steps=2")
    assert done.returncode == 3, done.stderr
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in (tmp_path / "run").glob("*")] == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_goes_on(tiles, tmp_path, how):
    """Ctrl-C keeps the last step; a kill costs what came after the last checkpoint."""
    folder = tmp_path / "run"
    first = run("--data", tiles, "--out", folder, "--set", "steps=4")
    assert first.returncode == 0, first.stderr
    words = ["--data", tiles, "--out", folder, "--resume", "--set", "steps=100000"]
    with subprocess.Popen(
        command(*words, before=LIVELY), stderr=subprocess.PIPE, text=True
    ) as going:
        told = ""
        while " steps/s" not in told:
            told = going.stderr.readline()
            assert told, "it ended by itself"
        going.send_signal(how)
        said = going.stderr.read()
    kept = checkpoint.load(folder / checkpoint.CHECKPOINT)["step"]
    if how == signal.SIGINT:
        assert going.returncode == 130
        assert f"stopped after {kept} steps; the same command with --resume" in said
        assert kept > 4
    else:
        assert kept >= 4
    last = run("--data", tiles, "--out", folder, "--resume", "--set", f"steps={kept + 2}")
    assert last.returncode == 0, last.stderr
    assert json.loads(checkpoint.load(folder / checkpoint.WEIGHTS)["facts"])["steps"] == kept + 2
    assert [path.name for path in folder.iterdir() if "tmp" in path.name] == []


def test_a_disk_without_room(tiles, tmp_path):
    """Files may have 20 kB: no checkpoint fits, the old one stays, and the run goes on later."""
    folder = tmp_path / "run"
    assert run("--data", tiles, "--out", folder, "--set", "steps=2").returncode == 0
    before = {
        name: (folder / name).read_bytes() for name in (checkpoint.CHECKPOINT, checkpoint.WEIGHTS)
    }
    assert min(map(len, before.values())) > 20_000
    words = ["--data", tiles, "--out", folder, "--resume", "--set", "steps=4"]
    full = run(*words, before="import resource\nresource.setrlimit(1, (20000, 20000))")
    assert full.returncode == 5, full.stderr
    assert "cannot be written" in full.stderr
    assert "Traceback" not in full.stderr
    assert {name: (folder / name).read_bytes() for name in before} == before
    later = run(*words)
    assert later.returncode == 0, later.stderr
    assert checkpoint.load(folder / checkpoint.CHECKPOINT)["step"] == 4


def test_a_loss_that_is_no_number(tiles, tmp_path):
    """Weights that are no numbers, to begin with, make one."""
    run("--data", tiles, "--out", tmp_path / "run", "--set", "steps=2")
    content = checkpoint.load(tmp_path / "run" / checkpoint.WEIGHTS)
    content["weights"]["head.bias"].fill_(float("nan"))
    checkpoint.save(tmp_path / "bad.pt", content)
    words = ["--data", tiles, "--out", tmp_path / "other", "--start", tmp_path / "bad.pt"]
    done = run(*words, "--set", "steps=9")
    assert done.returncode not in (0, 70), done.stderr
    assert "loss" in done.stderr
    assert "nan" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "other" / checkpoint.WEIGHTS).exists()
