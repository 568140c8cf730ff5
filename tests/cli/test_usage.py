"""What is asked for wrongly: exit code 2 and what to do instead."""

import pytest
from PIL import Image
from program import clean, docbin, letters

GRAY, _ = letters(60, 80)


@pytest.fixture
def folder(tmp_path):
    for name in ("a.png", "b.png"):
        Image.fromarray(GRAY).save(tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a.png", "-m", "sauvolla"], ["there is no method 'sauvolla'", "Did you mean 'sauvola'?"]),
        (["a.png", "-m", "sauvola", "--set", "windw=3"], ["Did you mean 'window'?"]),
        (["a.png", "-m", "isauvola", "--set", "k=abc"], ["k is 'abc'", "a number"]),
        (["a.png", "-m", "isauvola", "--set", "window=2cm"], ["window is '2cm'", "'2mm'"]),
        (["a.png", "-m", "multi-otsu", "--set", "classes=2.5"], ["a whole number"]),
        (["a.png", "-m", "sauvola", "--set", "k"], ["KEY=VALUE"]),
        (["a.png", "-m", "sauvola", "--set", "k=1", "--set", "k=2"], ["'k' twice"]),
        (["a.png", "-m", "auto", "--set", "samples=1"], ["Did you mean 'sample'?"]),
        (["a.png", "--format", "pgn"], ["there is no format 'pgn'", "Did you mean 'png'?"]),
        (["a.png", "-o", "x.jpg"], [".jpg", "--format"]),
        (["a.png", "b.png", "-o", "x.png"], ["2 inputs do not fit into one PNG", ".pdf"]),
        (["a.png", "-o", "a.png", "--force"], ["is the input itself"]),
        (["a.png", "-o", "./", "--force"], ["is the input itself"]),
        (["a.png", "a.png"], ["'a.png' is given twice"]),
        (["-", "a.png"], ["standard input", "-o"]),
        (["-", "-", "-o", "x.pdf"], ["once only"]),
        (["a.png", "--paper", "a5"], ["a5", "letter"]),
        (["a.png", "--dpi", "0"], ["--dpi"]),
        (["a.png", "--threads", "0"], ["--threads"]),
        (["a.png", "--metod", "otsu"], ["No such option", "--method"]),
        (["a.png", "-o", "-", "--json"], ["--json", "-o FILE"]),
        (["a.png", "-o", "-", "--preview"], ["--preview", "-o FILE"]),
        ([], ["Missing argument"]),
    ],
)
def test_wrong_usage(folder, arguments, words):
    run = clean(*arguments, cwd=folder, code=2)
    for word in words:
        assert word in run.stderr
    assert run.stdout == b""
    assert len(list(folder.iterdir())) == 2


def test_folders_that_do_not_exist(folder):
    run = clean("a.png", "-o", "new/a.pdf", cwd=folder, code=5)
    assert "there is no folder 'new'" in run.stderr
    (folder / "empty").mkdir()
    run = clean("empty", cwd=folder, code=3)
    assert "has no picture" in run.stderr


def test_commands_that_there_are_not():
    run = docbin("claen", code=2)
    assert "Did you mean 'clean'?" in run.stderr


def test_nonsense_in_the_environment(folder):
    run = clean("a.png", cwd=folder, code=2, env={"DOCBIN_THREADS": "many"})
    assert "DOCBIN_THREADS" in run.stderr


@pytest.mark.parametrize(
    "command",
    [["clean"], ["score"], ["tune"], ["data", "add"], ["data", "fetch"], ["completion"], ["info"]],
)
def test_help_keeps_its_lines(command):
    """A mark of click's, written in a raw docstring, would be shown instead of obeyed."""
    assert "\\b" not in docbin(*command, "--help").stdout.decode()
