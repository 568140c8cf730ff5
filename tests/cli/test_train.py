"""``docbin train``: from pages to weights, what it says without PyTorch, and bad input."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from program import letters, save_mask

from docbin.commands.export import export
from docbin.commands.model_card import markdown
from docbin.commands.train import train
from docbin.errors import DocbinError, InputError, OutputError, UsageError
from docbin.evaluate import Dataset
from docbin.evaluate.figures import COLUMNS
from docbin.evaluate.run import no_weights, score_method
from docbin.nn.data.synthetic import build_synthetic_store
from docbin.runtime.network import Network
from docbin.runtime.weights import PackedFile

QUICK = ["--set", "steps=3", "--set", "size=32", "--set", "batch=2", "--device", "cpu"]


def program(*arguments, cwd, before=""):
    """Run ``docbin`` in an interpreter of its own, and return what it did."""
    code = f"import sys\n{before}\nfrom docbin.cli import main\nmain()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


@pytest.fixture
def pages(tmp_path):
    """Make a folder with two pages and their truths."""
    for seed in (1, 2):
        gray, truth = letters(480, 480, seed)
        (tmp_path / "pages" / "img").mkdir(parents=True, exist_ok=True)
        Image.fromarray(gray).save(tmp_path / "pages" / "img" / f"{seed}.png")
        save_mask(tmp_path / "pages" / "gt" / f"{seed}.png", truth)
    return tmp_path / "pages"


def tiny(*arguments):
    pytest.importorskip("torch", reason="torch is not installed (extra [train])")
    command = ["binarizer", "--preset", "tiny", "-q", *QUICK, *map(str, arguments)]
    train.main(command, prog_name="docbin train", standalone_mode=False)


def test_without_pytorch_it_says_how_to_install_it(tmp_path):
    arguments = ("train", "binarizer", "--preset", "tiny", "--data", "x", "--out", "y")
    run = program(*arguments, cwd=tmp_path, before="sys.modules['torch'] = None")
    assert run.returncode == 4
    assert "pip install 'docbin[train]'" in run.stderr
    assert "Traceback" not in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_from_pages_to_weights(pages, tmp_path):
    pytest.importorskip("torch", reason="torch is not installed (extra [train])")
    command = ["train", "binarizer", "--preset", "tiny", *QUICK, "--data", "pages", "--out", "run"]
    first = program(*command, cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert first.stdout == "run/weights.pt\n"
    assert "step 3  100.0%  loss " in first.stderr
    made = {path.name for path in (tmp_path / "run").iterdir()} - {"tensorboard"}
    assert made == {
        "config.json", "last.ckpt", "metrics.jsonl", "pages.tiles", "samples", "weights.pt",
    }  # fmt: skip
    again = program(*command, cwd=tmp_path)
    assert again.returncode == 5
    assert "--resume" in again.stderr


def test_several_processes_cut_the_pages_once(pages, tmp_path):
    pytest.importorskip("torch", reason="torch is not installed (extra [train])")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    command += ["-m", "docbin", "train", "binarizer", "--preset", "tiny", *QUICK]
    done = subprocess.run(
        [*command, "--data", str(pages), "--out", "run"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == "run/weights.pt\n"
    assert (tmp_path / "run" / "pages.tiles").exists()


def test_resuming_and_a_teacher(pages, tmp_path):
    tiny("--data", pages, "--out", tmp_path / "run")
    tiny("--data", pages, "--out", tmp_path / "run", "--resume")
    tiny("--data", tmp_path / "run" / "pages.tiles", "--teacher", tmp_path / "run",
         "--out", tmp_path / "student")  # fmt: skip
    with pytest.raises(OutputError, match="--resume"):
        tiny("--data", pages, "--out", tmp_path / "run")


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (["--data", "nowhere"], UsageError, "nowhere"),
        (["--data", "nowhere.tiles"], InputError, "nowhere.tiles"),
        (["--data", "pages", "--set", "stepz=1"], UsageError, "steps"),
        (["--data", "pages", "--network", "smal"], UsageError, "small"),
        (["--data", "pages", "--teacher", "nothing.pt"], InputError, "nothing.pt"),
        (["--data", "pages", "--resume"], InputError, "no checkpoint"),
        (["--data", "empty"], InputError, "empty"),
        (["--data", "other"], InputError, "of one size"),
    ],
)
def test_bad_input(pages, tmp_path, monkeypatch, arguments, kind, message):
    monkeypatch.chdir(tmp_path)
    for part in ("img", "gt"):
        (tmp_path / "empty" / part).mkdir(parents=True)
    (tmp_path / "other" / "img").mkdir(parents=True)
    Image.fromarray(letters(64, 64)[0]).save(tmp_path / "other" / "img" / "1.png")
    save_mask(tmp_path / "other" / "gt" / "1.png", np.ones((64, 65), bool))
    with pytest.raises(DocbinError, match=message) as caught:
        tiny(*arguments, "--out", "run")
    assert isinstance(caught.value, kind)


def test_export_packs_what_was_trained(pages, tmp_path, capsys):
    tiny("--data", pages, "--out", tmp_path / "run")
    target = tmp_path / "net.docbin"
    command = [str(tmp_path / "run"), "-o", str(target), "--check", str(pages)]
    export.main([*command, "--licence", "Apache-2.0"], standalone_mode=False)
    printed = capsys.readouterr()
    assert printed.out.splitlines()[-1] == str(target)
    assert "agree to the bit on 2 pages" in printed.err
    network = Network.load(target)
    facts = network.file.metadata
    assert facts["name"] == "net"
    assert facts["licence"] == "Apache-2.0"
    assert facts["command"].startswith("docbin train binarizer --preset tiny --set steps=3")
    assert str(tmp_path) not in "".join(facts.values())
    assert network.mask(np.full((40, 50), 255, np.uint8)).shape == (40, 50)
    with pytest.raises(OutputError, match="--force"):
        export.main(command, standalone_mode=False)
    export.main([*command[:3], "--force", "-q"], standalone_mode=False)
    assert capsys.readouterr().err == ""
    # And what was packed can be trained on.
    tiny("--data", pages, "--start", target, "--out", tmp_path / "more")
    export.main([str(tmp_path / "more"), "-o", str(tmp_path / "b.docbin"), "-q"],
                standalone_mode=False)  # fmt: skip
    later = PackedFile.read(tmp_path / "b.docbin").metadata
    assert later["command"].endswith("--start net.docbin")
    assert json.loads(later["metrics"])["started"] == [f"{facts['command']} (3 steps)"]
    assert json.loads(later["data"]) == ["pages"]


def test_export_keeps_what_a_card_needs(pages, tmp_path, capsys):
    """The figures are those of `docbin score`; the teacher's data count as training data."""
    tiny("--data", pages, "--out", tmp_path / "teacher")
    store = tmp_path / "synthetic.tiles"
    build_synthetic_store(2, store, size=(448, 448), fonts=[])
    tiny("--data", store, "--teacher", tmp_path / "teacher", "--out", tmp_path / "run")
    target = tmp_path / "net.docbin"
    command = [str(tmp_path / "run"), "-o", str(target), "--figures", str(pages), "-q"]
    export.main(command, standalone_mode=False)
    facts = PackedFile.read(target).metadata
    assert json.loads(facts["data"]) == ["synthetic", "pages"]
    assert facts["licence"] == "not stated"
    assert json.loads(facts["config"])["steps"] == 3
    found = json.loads(facts["figures"])["pages"]
    row = score_method("", Network.load(target).mask, Dataset.open(pages), weights=no_weights)
    assert found == {
        page.name: [round(getattr(page.scores, name), 2) for name in COLUMNS] for page in row.pages
    }
    capsys.readouterr()
    assert "| generated pages |" in markdown(str(target))


def test_generated_pages_alone_are_free(tmp_path, capsys):
    tiny("--data", "synthetic:1", "--out", tmp_path / "run")
    assert (tmp_path / "run" / "synthetic-1.tiles").exists()
    target = tmp_path / "net.docbin"
    export.main([str(tmp_path / "run"), "-o", str(target), "-q"], standalone_mode=False)
    facts = PackedFile.read(target).metadata
    assert facts["licence"] == "Apache-2.0"
    assert json.loads(facts["data"]) == ["synthetic"]
    assert json.loads(facts["metrics"])["fonts"]
    card = markdown(str(target))
    assert "| licence of the weights | **Apache-2.0** |" in card
    assert "| fonts |" in card
    with pytest.raises(UsageError, match="takes a number of pages; got 'many'"):
        tiny("--data", "synthetic:many", "--out", tmp_path / "other")
    with pytest.raises(UsageError, match="--split and --only are for those"):
        tiny("--data", "synthetic:1", "--split", "dev", "--out", tmp_path / "other")


def test_export_of_a_teacher_is_refused(pages, tmp_path):
    tiny("--data", pages, "--out", tmp_path / "run", "--network", "teacher")
    with pytest.raises(UsageError, match="float network"):
        export.main(
            [str(tmp_path / "run"), "-o", str(tmp_path / "x.docbin")], standalone_mode=False
        )
    assert not (tmp_path / "x.docbin").exists()
