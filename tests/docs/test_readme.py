"""The README tells the truth: its commands run, its tables are those of the program."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import method_table
import pytest

from docbin import errors

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CODE = re.compile(r"(?:<!-- (?P<marker>[^\n]*) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)```", re.S)
BLOCKS = [match.groupdict() for match in CODE.finditer(README)]
# What a fresh clone runs, and what would download.
SETUP = ("install and clean", "install everything and test")
TOUR = [block for block in BLOCKS if block["marker"] is None]


def run(command, folder):
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "DOCBIN_CACHE": str(folder / ".cache"),
        },
    )
    assert done.returncode == 0, f"{command[-1]}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def toured(tmp_path_factory):
    """Return a folder in which the tour was taken, block by block, and what was printed."""
    folder = tmp_path_factory.mktemp("tour")
    shutil.copytree(ROOT / "examples", folder, dirs_exist_ok=True)
    shells = {"sh": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}
    return folder, [run([*shells[each["language"]], each["text"]], folder) for each in TOUR]


def test_the_tour_makes_what_it_says(toured):
    folder, printed = toured
    assert len(TOUR) >= 7
    for name in (
        "page.bw.png", "page.bw.preview.png", "cleaned/3.png", "book.pdf", "book.bw.pdf", "two.pdf",
        "page.pbm", "sauvola.png", "steps.tif", "page.tif", "net.png", "random.onnx",
        "bench/models.md", "bench/models.json", "bench/models.svg",
    ):  # fmt: skip
        assert (folder / name).stat().st_size > 0, name
    assert (folder / "page.pbm").read_bytes().startswith(b"P4")
    assert "page.bw.png" in printed[0]
    assert "ISauvola(window=25, k=0.06" in "".join(printed)


@pytest.mark.parametrize("marker", SETUP)
def test_setup_is_one_line(marker):
    (block,) = [block for block in BLOCKS if block["marker"] == marker]
    assert block["language"] == "sh"
    assert len(block["text"].splitlines()) == 1
    for name in re.findall(r"clean (\S+)", block["text"]):
        assert (ROOT / name).is_file()


def test_other_blocks_are_taken():
    """What is not run is said so, and each of its commands and options exists."""
    rest = [block for block in BLOCKS if block["marker"] is not None]
    rest = [block for block in rest if block["marker"] not in SETUP]
    assert all(block["marker"].startswith("not run: ") for block in rest)
    lines = [line for block in rest for line in block["text"].splitlines()]
    for line in [line for line in lines if line.startswith("docbin ")]:
        words = line.partition("#")[0].split()[1:]
        command = words[:2] if words[0] in {"data", "train"} else words[:1]
        told = run([sys.executable, "-m", "docbin", *command, "--help"], ROOT)
        for option in [word for word in words if word.startswith("-")]:
            assert option in told, line


def test_methods_are_those_of_the_program():
    """If not: python tests/support/method_table.py."""
    assert method_table.replaced(README, method_table.table(method_table.told())) == README


def test_exit_codes():
    told = {int(code) for row in re.findall(r"^\| ([\d, ]+) \|", README, re.M) for code in
            row.split(",") if int(code) < 256}  # fmt: skip
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = {kind.exit_code for kind in kinds if issubclass(kind, errors.DocbinError)}
    assert told == codes | {0, errors.SOME_FAILED, errors.INTERRUPTED}


def test_environment():
    """Every variable that is read is explained, and no other."""
    read = set()
    for path in (ROOT / "docbin").rglob("*.py"):
        read |= set(re.findall(r"environ\S*[(\[]\"(DOCBIN_\w+)\"", path.read_text("utf-8")))
    assert set(re.findall(r"^\| `(DOCBIN_\w+)`", README, re.M)) == read


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(page):
    text = (ROOT / page).read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (ROOT / target).exists(), target


def test_modules_that_are_named_exist():
    for page in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / page).read_text("utf-8")
        for module in re.findall(r"python -m (benchmarks\.\w+)", text):
            assert (ROOT / f"{module.replace('.', '/')}.py").is_file(), module
        for name in re.findall(
            r"`((?:tests|docs|examples|benchmarks|docbin|\.ci)/[\w./-]*)`", text
        ):
            assert "NAME" in name or (ROOT / name).exists(), name


def test_the_example_in_c_compiles(tmp_path):
    (code,) = [block["text"] for block in BLOCKS if block["language"] == "c"]
    (tmp_path / "example.c").write_text(code, "utf-8")
    command = ["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-c", "example.c"]
    run([*command, f"-I{ROOT / 'edge' / 'include'}"], tmp_path)
