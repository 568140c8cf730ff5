"""``docbin methods``, ``docbin info``, ``docbin completion`` and the program itself."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from program import PROGRAM, clean, docbin, printed

import docbin as package
from docbin.docstrings import parameters, sections
from docbin.methods import METHODS, PIPELINES, Bernsen, default, names

ROOT = Path(package.__file__).parents[1]


def test_every_method_is_listed_with_memory_and_paper():
    header, *rows, gap, more, last = printed(docbin("methods"))
    assert (gap, last) == ("", f"Without -m it is {default()}.")
    assert more == f"With trained weights of yours: {', '.join(PIPELINES)} (--all)."
    assert header.split() == ["method", "kind", "memory", "paper"]
    assert [row.split()[0] for row in rows] == names()
    by_name = {row.split()[0]: row for row in rows}
    assert "streams, 2 passes" in by_name["otsu"]
    assert "streams, 1 pass " in by_name["sauvola"]
    assert "whole page" in by_name["isauvola"]
    assert by_name["otsu"].endswith("Otsu 1979")


def test_all_methods_are_listed_when_asked_for():
    _, *rows, _, _ = printed(docbin("methods", "--all"))
    assert [row.split()[0] for row in rows] == list(METHODS)


def test_methods_as_json():
    told = json.loads(docbin("methods", "--json").stdout)
    assert [each["name"] for each in told] == names()
    every = json.loads(docbin("methods", "--all", "--json").stdout)
    assert [each["name"] for each in every] == list(METHODS)
    assert every[: len(told)] == told
    assert all(each["summary"] and each["kind"] for each in told)
    for each in every:
        for parameter in each["parameters"]:
            assert parameter["meaning"], (each["name"], parameter["name"])
            # Nothing is a default only where nothing may be given.
            assert parameter["default"] is not None or "None" in parameter["type"]


@pytest.mark.parametrize("name", list(METHODS))
def test_every_method_explains_itself(name):
    # One process each would take long; the command is the same function.
    from docbin.commands.methods import _explained

    text = "\n".join(_explained(name, METHODS.load(name)))
    assert "Paper:" in text
    assert f"docbin clean scan.png -m {name}" in text
    assert max(map(len, text.splitlines())) <= 120


def test_one_method():
    text = docbin("methods", "bernsen").stdout.decode()
    assert "window=75" in text
    assert "pixels, or a length" in text
    assert "Side of the square window" in text
    assert "doi:10.1109/34.368197" in text


def test_bibtex():
    entry = docbin("methods", "sauvola", "--bibtex").stdout.decode()
    assert entry.startswith("@article{sauvola2000,\n")
    assert "10.1016/S0031-3203(99)00055-2" in entry
    every = docbin("methods", "--bibtex").stdout.decode()
    keys = re.findall(r"^@\w+\{(.+),$", every, flags=re.MULTILINE)
    assert len(keys) == len(set(keys)) >= 10


def test_a_method_that_there_is_not():
    run = docbin("methods", "sauvolla", code=2)
    assert "Did you mean 'sauvola'?" in run.stderr


def test_info():
    lines = printed(docbin("info"))
    facts = dict(line.split(None, 1) for line in lines if len(line.split(None, 1)) == 2)
    assert facts["docbin"] == package.__version__
    assert facts["kernels"].split()[0] in ("avx512", "avx2", "neon", "scalar", "numpy")
    assert Path(facts["weights"]).is_dir()
    assert Path(facts["datasets"]).is_dir()
    assert facts["threads"].isdigit()


def test_info_as_json():
    environment = {"DOCBIN_THREADS": "3", "DOCBIN_KERNELS": "numpy", "DOCBIN_REQUIRE_KERNELS": "0"}
    facts = json.loads(docbin("info", "--json", env=environment).stdout)
    assert facts["threads"] == 3
    assert facts["kernels"].startswith("numpy")
    assert facts["packages"]["numpy"]["version"]
    facts = json.loads(docbin("info", "--json", env={"DOCBIN_CACHE": "/some/where"}).stdout)
    assert facts["cache"] == "/some/where"
    assert facts["packages"]["click"]["extra"] is None


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell):
    script = docbin("completion", shell).stdout.decode()
    assert "_DOCBIN_COMPLETE" in script
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script.encode(), check=True)


def completed(*words):
    """Return what bash would offer for a command line."""
    environment = {
        "_DOCBIN_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }
    return [line.partition(",")[2] for line in printed(docbin(env=environment))]


def test_completion():
    assert completed("docbin", "cl") == ["clean"]
    assert "isauvola" in completed("docbin", "clean", "-m", "isau")
    assert "auto" in completed("docbin", "clean", "--method", "au")
    assert "--despeckle" in completed("docbin", "clean", "--desp")


@pytest.mark.parametrize("options", [["--help"], ["-h"], ["--version"]])
@pytest.mark.parametrize(
    "command",
    [[PROGRAM], [sys.executable, "-m", "docbin"], [sys.executable, ROOT / "cli.py"]],
)
def test_three_names_of_one_program(command, options):
    if not (ROOT / "cli.py").is_file():
        pytest.skip("docbin is installed, not a checkout: there is no cli.py")
    run = subprocess.run([*command, *options], capture_output=True, cwd=ROOT, check=True)
    assert run.stdout == docbin(*options).stdout
    assert run.stderr == b""


def test_help_names_every_command_and_every_exit_code():
    text = docbin("--help").stdout.decode()
    for word in ("clean", "methods", "info", "completion", "Exit codes"):
        assert word in text
    for command in ("clean", "methods", "info", "completion"):
        assert docbin(command, "--help").stdout.startswith(f"Usage: docbin {command}".encode())


def test_a_traceback_only_with_debug(tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    run = clean("a.png", cwd=tmp_path, code=3)
    assert "Traceback" not in run.stderr
    for arguments in (["--debug", "clean", "nothing.tif"], ["clean", "nothing.tif", "--debug"]):
        run = subprocess.run(
            [PROGRAM, *arguments, "-m", "nonsense"], capture_output=True, text=True, check=False
        )
        assert run.returncode == 2
        assert "Traceback" in run.stderr
        assert run.stderr.splitlines()[-1].startswith("docbin.errors.UsageError")


def test_docstrings_are_parsed():
    told = parameters(Bernsen)
    assert list(told) == ["window", "contrast_limit", "low_contrast"]
    assert told["contrast_limit"].startswith("Largest contrast")
    assert set(sections(Bernsen)) == {"", "Parameters", "References", "Examples"}
    assert sections(int("3").__class__)[""]

    class Bare:
        pass

    Bare.__doc__ = None
    assert parameters(Bare) == {}


def test_output_is_the_same_whatever_the_width_of_the_terminal():
    narrow = docbin("methods", env={**os.environ, "COLUMNS": "30"})
    assert narrow.stdout == docbin("methods").stdout
