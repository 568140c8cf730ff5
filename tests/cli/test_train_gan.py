"""`docbin train gan` as a user runs it: from pages to a pipeline, and what it refuses."""

import numpy as np
import pytest
from PIL import Image
from program import save_mask

pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from docbin.commands.train import train
from docbin.errors import InputError, OutputError, UsageError
from docbin.runtime.staged.bundle import Bundle

QUICK = ("--preset", "tiny", "--set", "steps=1", "--threads", "1", "--device", "cpu", "--quiet")


@pytest.fixture
def pages(tmp_path):
    """Make two pages that are wide enough to be looked at as a whole."""
    folder = tmp_path / "pages"
    (folder / "img").mkdir(parents=True)
    (folder / "gt").mkdir()
    for name in ("1", "2"):
        rng = np.random.default_rng(int(name))
        truth = np.kron(rng.random((12, 33)) < 0.3, np.ones((8, 16))).astype(bool)
        image = np.where(truth[..., None], 70, 200) + rng.integers(-20, 20, (*truth.shape, 3))
        Image.fromarray(image.astype(np.uint8)).save(folder / "img" / f"{name}.png")
        save_mask(folder / "gt" / f"{name}.png", truth)
    return folder


def gan(*arguments):
    words = ["gan", *QUICK, *map(str, arguments)]
    train.main(words, standalone_mode=False)


def test_from_pages_to_a_pipeline(pages, tmp_path, capsys):
    run = tmp_path / "run"
    gan("--pipeline", "mfe", "--data", pages, "--out", run)
    assert capsys.readouterr().out == f"{run / 'pipeline'}\n"
    bundle = Bundle.read(run / "pipeline")
    assert set(bundle.files) == {"red", "green", "blue", "gray", "local", "global"}
    assert bundle.metadata["command"].startswith("docbin train gan --pipeline mfe")
    assert {path.name for path in run.glob("*.tiles")} == {"pages.tiles", "pages-whole-64.tiles"}
    gan("--pipeline", "mfe", "--data", pages, "--out", run, "--resume")
    with pytest.raises(OutputError, match="--resume"):
        gan("--pipeline", "mfe", "--data", pages, "--out", run)
    with pytest.raises(UsageError, match="pipeline was mfe"):
        gan("--pipeline", "suh", "--data", pages, "--out", run, "--resume")


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (["--pipeline", "three-stge"], UsageError, "Did you mean 'three-stage'"),
        (["--pipeline", "suh", "--generator", "packd"], UsageError, "Did you mean 'packed'"),
        (["--pipeline", "suh", "--set", "sied=64"], UsageError, "Did you mean 'side'"),
        (["--pipeline", "suh", "--network", "teacher"], UsageError, "quantised"),
        (["--pipeline", "suh", "--data", "x.tiles"], InputError, "x.tiles"),
        (["--pipeline", "suh", "--data", "synthetic:many"], UsageError, "many"),
        (["--pipeline", "suh", "--data", "synthetic:2", "--split", "dev"], UsageError, "--split"),
        (["--pipeline", "cgan", "--resume"], InputError, "no checkpoint"),
    ],
)
def test_bad_input(pages, tmp_path, arguments, kind, message):
    given = list(arguments)
    if "--data" not in given:
        given += ["--data", str(pages)]
    with pytest.raises(kind, match=message):
        gan(*given, "--out", tmp_path / "run")


def test_a_global_stage_needs_whole_pages(pages, tmp_path):
    gan("--pipeline", "cgan", "--data", pages, "--out", tmp_path / "run")
    cut = tmp_path / "run" / "pages.tiles"
    with pytest.raises(UsageError, match="give the folder of the pages"):
        gan("--pipeline", "suh", "--data", cut, "--out", tmp_path / "x")
    for path in (pages / "img").iterdir():
        Image.open(path).crop((0, 0, 300, 96)).save(path)
        truth = pages / "gt" / path.name
        Image.open(truth).crop((0, 0, 300, 96)).save(truth)
    with pytest.raises(InputError, match="512 pixels on the longer side"):
        gan("--pipeline", "suh", "--data", pages, "--out", tmp_path / "y")
