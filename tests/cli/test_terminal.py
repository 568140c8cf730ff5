"""Terminals, signals and pipes that close."""

import os
import pty
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest
from PIL import Image
from program import PROGRAM, clean, letters

GRAY, _ = letters(60, 80)


def on_terminal(*arguments, cwd=None, streams=("stdin", "stdout", "stderr")):
    """Run the program with these streams on a terminal; return exit code, terminal, pipes."""
    master, slave = pty.openpty()
    ends = dict.fromkeys(streams, slave)
    pipes = {name: subprocess.PIPE for name in ("stdout", "stderr") if name not in streams}
    run = subprocess.Popen(
        [PROGRAM, *arguments], cwd=cwd, env={**os.environ, "TERM": "xterm"}, **ends, **pipes
    )
    os.close(slave)
    shown = b""
    while True:
        ready, _, _ = select.select([master], [], [], 60)
        assert ready, "the program did not end"
        try:
            piece = os.read(master, 1 << 16)
        except OSError:  # Linux says so when the other side is closed
            break
        if not piece:
            break
        shown += piece
    rest = [stream.read().decode() for stream in (run.stdout, run.stderr) if stream]
    for stream in (run.stdout, run.stderr):
        if stream:
            stream.close()
    return run.wait(), shown.decode().replace("\r\n", "\n"), rest


@pytest.fixture
def pages(tmp_path):
    for name in ("a.png", "b.png", "c.png"):
        Image.fromarray(GRAY).save(tmp_path / name)
    return tmp_path


def test_clean_alone_shows_three_examples():
    code, shown, _ = on_terminal("clean")
    assert code == 2
    examples = [line for line in shown.splitlines() if line.startswith("  docbin clean ")]
    assert len(examples) == 3


def test_binary_does_not_go_to_a_terminal(pages):
    code, shown, _ = on_terminal("clean", "a.png", "-o", "-", cwd=pages)
    assert code == 2
    assert "standard output is a terminal" in shown


def test_a_terminal_is_no_picture(pages):
    code, shown, _ = on_terminal("clean", "-", "-o", "x.png", cwd=pages)
    assert code == 2
    assert "standard input is a terminal" in shown


def test_a_bar_on_a_terminal_only(pages):
    code, shown, (paths,) = on_terminal(
        "clean", "a.png", "b.png", "c.png", cwd=pages, streams=("stderr",)
    )
    assert code == 0
    assert "3/3" in shown
    assert paths == "a.bw.png\nb.bw.png\nc.bw.png\n"
    run = clean("a.png", "b.png", "c.png", "--force", cwd=pages)
    assert "3/3" not in run.stderr
    code, shown, _ = on_terminal(
        "clean", "a.png", "b.png", "--quiet", "--force", cwd=pages, streams=("stderr",)
    )
    assert (code, shown) == (0, "")


def test_a_single_page_needs_no_bar(pages):
    code, shown, _ = on_terminal("clean", "a.png", "-m", "otsu", cwd=pages, streams=("stderr",))
    assert (code, shown) == (0, "")


def wait_until_asleep(process, tries=1000):
    """Return when the process has waited for something, five looks in a row."""
    asleep = 0
    for _ in range(tries):
        state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
        asleep = asleep + 1 if state == "S" else 0
        if asleep == 5:
            return
        time.sleep(0.02)
    raise AssertionError("the program never waits")


def test_ctrl_c_leaves_quietly_and_nothing_behind(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    run = subprocess.Popen(
        [PROGRAM, "clean", "pipe", "-o", "x.png"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # What a shell runs in the background ignores Ctrl-C, and so would the program.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    with run, (tmp_path / "pipe").open("wb") as pipe:  # opens when the program reads
        pipe.write(b"P5 10 10 255\n")
        pipe.flush()
        # Python looks for signals, then reads: what comes in between is seen after the read.
        wait_until_asleep(run)
        run.send_signal(signal.SIGINT)
        try:
            out, error = run.communicate(timeout=60)
        finally:
            run.kill()
    assert run.returncode == 130
    assert out == ""
    assert error.strip() == "docbin: stopped"
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.parametrize(
    "arguments", [["methods"], ["clean", "a.png", "-o", "-"], ["clean", "a.png", "b.png"]]
)
def test_a_reader_that_went_away_is_no_drama(pages, arguments):
    read, write = os.pipe()
    os.close(read)
    run = subprocess.run(
        [PROGRAM, *arguments, *(["--quiet"] if "-o" in arguments else [])],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        cwd=pages,
        check=False,
    )
    os.close(write)
    assert run.returncode == 5
    assert [line for line in run.stderr.splitlines() if "auto chose" not in line] == []
