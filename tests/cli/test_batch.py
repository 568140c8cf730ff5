"""``docbin batch``, as people call it."""

import csv
import json
import os
import pty
import select
import signal
import subprocess
import time

import numpy as np
import pikepdf
import pytest
from PIL import Image
from program import PROGRAM, batch, docbin, letters, printed, strict

from docbin import batch as api
from docbin import synth

GRAY, _ = letters(120, 160)
MANY = 40


@pytest.fixture
def folder(tmp_path):
    """Return a folder with pages of several formats in `in`."""
    for name in ("in/a.png", "in/b.jpg", "in/box 1/c.tif"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(GRAY).save(tmp_path / name, dpi=(300, 300))
    turned = Image.fromarray(np.ascontiguousarray(GRAY[::-1]))
    several = {"save_all": True, "append_images": [turned], "resolution": 300}
    Image.fromarray(GRAY).save(tmp_path / "in/box 1/two.tif", **several, dpi=(300, 300))
    Image.fromarray(GRAY).save(tmp_path / "in/book.pdf", **several)
    return tmp_path


def tree(path):
    return sorted(
        each.relative_to(path).as_posix()
        for each in path.rglob("*")
        if each.is_file() and ".docbin" not in each.parts
    )


def test_a_tree_becomes_a_tree(folder):
    before = {path: path.read_bytes() for path in (folder / "in").rglob("*.*")}
    run = batch("in", "out", cwd=folder)
    assert printed(run)[0].startswith("5 done (0 of them before), 0 failed, 0 quarantined, in ")
    assert run.stderr == ""
    assert tree(folder / "out") == ["a.png", "b.png", "book.pdf", "box 1/c.tif", "box 1/two.tif"]
    assert {path: path.read_bytes() for path in before} == before
    for name in ("a.png", "box 1/c.tif", "box 1/two.tif"):
        docbin("clean", "-m", "otsu", f"in/{name}", "-o", "single/", cwd=folder)
        single = folder / "single" / name.rpartition("/")[2]
        assert (folder / "out" / name).read_bytes() == single.read_bytes()
    with Image.open(folder / "out/box 1/two.tif") as result:
        assert (result.n_frames, result.mode, result.info["dpi"]) == (2, "1", (300, 300))
    with pikepdf.open(folder / "out/book.pdf") as pdf:
        assert len(pdf.pages) == 2
    run = batch("in", "out", cwd=folder)
    assert printed(run)[0].startswith("5 done (5 of them before)")


def test_bad_files_stop_nothing(folder):
    (folder / "in/bad.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    (folder / "in/empty.tif").write_bytes(b"")
    (folder / "in/gone.png").symlink_to("nowhere.png")
    run = batch("in", "out", cwd=folder, code=1)
    assert printed(run)[0].startswith("5 done (0 of them before), 3 failed")
    lines = run.stderr.splitlines()
    assert len(lines) == 3
    for name in ("bad.png", "empty.tif", "gone.png"):
        assert sum(name in line for line in lines) == 1
    assert "empty.tif' cannot be read: it is empty" in run.stderr
    assert not (folder / "out/bad.png").exists()
    run = batch("--status", "out", cwd=folder, code=1)
    assert "        5 done, 7 pages" in printed(run)
    assert "        3 failed" in printed(run)


def test_all_bad_is_the_code_of_the_first(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.png").write_bytes(b"")
    batch("in", "out", cwd=tmp_path, code=3)


def test_pages_that_do_not_fit_into_the_format(folder):
    run = batch("in", "out", "--format", "png", cwd=folder, code=1)
    assert "two.tif' has 2 pages, which do not fit into one PNG file" in run.stderr
    assert "book.pdf' has 2 pages, which do not fit into one PNG file" in run.stderr
    assert tree(folder / "out") == ["a.png", "b.png", "box 1/c.png"]
    run = batch("in", "tifs", "--format", "tif", cwd=folder)
    assert tree(folder / "tifs")[2] == "book.tif"


def test_steps_and_parameters_are_those_of_clean(tmp_path):
    page, _ = synth.page(3, 600, 800, dpi=150)
    (tmp_path / "in").mkdir()
    Image.fromarray(page).save(tmp_path / "in/a.png", dpi=(150, 150))
    options = ["-m", "sauvola", "--set", "k=0.3", "--despeckle", "--deskew", "--dpi", "200"]
    docbin("batch", "in", "out", *options, cwd=tmp_path)
    docbin("clean", "in/a.png", "-o", "a.png", *options, cwd=tmp_path)
    assert (tmp_path / "out/a.png").read_bytes() == (tmp_path / "a.png").read_bytes()


def test_the_method_without_m_is_that_of_clean(folder):
    docbin("batch", "in/a.png", "out", cwd=folder)
    docbin("clean", "in/a.png", "-o", "a.png", cwd=folder)
    assert (folder / "out/a.png").read_bytes() == (folder / "a.png").read_bytes()


def test_a_list_and_a_pattern(folder):
    batch("-", "out", stdin=b"in/a.png\nin/box 1/c.tif\n", cwd=folder)
    assert tree(folder / "out") == ["in/a.png", "in/box 1/c.tif"]
    batch("in/**/*.tif", "tifs", cwd=folder)
    assert tree(folder / "tifs") == ["box 1/c.tif", "box 1/two.tif"]


def test_names_that_are_no_utf_8(tmp_path):
    (tmp_path / "in").mkdir()
    name = os.fsdecode(b"\xff\xfe.png")
    Image.fromarray(GRAY).save(tmp_path / "in" / name)
    (tmp_path / "in" / os.fsdecode(b"\xfd.png")).write_bytes(b"")
    run = batch("in", "out", cwd=tmp_path, code=1)
    assert "'in/\\xfd.png' cannot be read: it is empty" in run.stderr
    assert (tmp_path / "out" / name).exists()
    assert printed(batch("in", "out", cwd=tmp_path, code=1))[0].startswith("1 done (1 of them")
    batch("--export", "r.csv", "out", cwd=tmp_path)
    batch("--export", "r.json", "out", cwd=tmp_path)
    assert b"in/\xff\xfe.png" in (tmp_path / "r.csv").read_bytes()
    told = {each["name"] for each in json.loads((tmp_path / "r.json").read_text())}
    assert name in told
    strict(batch("--status", "out", "--json", cwd=tmp_path, code=1))


def test_a_run_without_a_terminal_ends_when_asked_only(tmp_path):
    """As with nohup: a signal that is ignored from the start stays so."""
    run = started(tmp_path, ignored=signal.SIGHUP)
    run.send_signal(signal.SIGHUP)
    out, _ = run.communicate(timeout=120)
    assert out.startswith(f"{MANY} done".encode())


def test_shards_make_the_whole(folder):
    batch("in", "whole", cwd=folder)
    done = 0
    for number in (1, 2, 3):
        run = batch("in", "parts", "--shard", f"{number}/3", "--json", cwd=folder)
        done += strict(run)["done"]
    assert done == 5
    assert tree(folder / "parts") == tree(folder / "whole")
    for name in tree(folder / "whole"):
        assert (folder / "parts" / name).read_bytes() == (folder / "whole" / name).read_bytes()
    assert "        5 done, 7 pages" in printed(batch("--status", "parts", cwd=folder))


def test_verify_finds_what_changed(folder):
    batch("in", "out", "--state", "books", cwd=folder)
    books = ["--verify", "out", "--state", "books"]
    assert printed(batch(*books, cwd=folder)) == ["5 files read, 0 of them differ"]
    (folder / "out/a.png").write_bytes(b"changed")
    (folder / "out/b.png").unlink()
    (folder / "in/book.pdf").write_bytes(b"changed")
    run = batch(*books, cwd=folder, code=1)
    assert printed(run) == ["5 files read, 2 of them differ"]
    assert "'out/a.png' is not what the run has written" in run.stderr
    assert "'out/b.png' is missing" in run.stderr
    told = strict(batch(*books, "--rehash", "--json", cwd=folder, code=1))
    assert told["checked"] == 10
    assert {each["path"] for each in told["differing"]} == {
        "out/a.png", "out/b.png", "in/book.pdf",
    }  # fmt: skip


def test_records_as_tables(folder):
    (folder / "in/bad.png").write_bytes(b"")
    batch("in", "out", cwd=folder, code=1)
    assert printed(batch("--export", "r.csv", "out", cwd=folder)) == ["r.csv"]
    batch("--export", "r.json", "out", cwd=folder)
    with (folder / "r.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    told = {each["name"]: each for each in json.loads((folder / "r.json").read_text())}
    assert rows.keys() == told.keys()
    assert (rows["book.pdf"]["pages"], rows["bad.png"]["status"]) == ("2", "failed")
    assert float(rows["a.png"]["decode"]) > 0
    page = told["box 1/two.tif"]["pages"][1]
    assert (page["number"], page["width"], page["height"], page["method"]) == (
        2,
        160,
        120,
        "Otsu()",
    )
    assert told["a.png"]["output_size"] == (folder / "out/a.png").stat().st_size
    assert "'r.csv' exists" in batch("--export", "r.csv", "out", cwd=folder, code=5).stderr
    assert "as .csv or .json" in batch("--export", "r.xml", "out", cwd=folder, code=2).stderr


def test_python_returns_the_same_records(folder):
    batch("in", "out", cwd=folder)
    records = api.run(folder / "in", folder / "out", api.Treatment("otsu"))
    assert records == api.read_records(folder / "out")
    assert [each.status for each in records] == ["done"] * 5
    assert [len(each.pages) for each in records] == [1, 1, 2, 1, 2]


def test_what_is_refused(folder):
    for arguments, words in [
        (["in"], "give SRC and DST"),
        (["in", "in/out"], "lies within"),
        (["in", "out", "--redo", "--keep"], "exclude each other"),
        (["in", "out", "--shard", "3/2"], "--shard is 3/2"),
        (["in", "out", "--memory", "much"], "--memory is 'much'"),
        (["in", "out", "--set", "q=1"], "has no parameter 'q'"),
        (["--status", "--verify", "out"], "give one of them"),
        (["--status", "in", "out"], "DST alone"),
        (["--status", "out", "--shard", "1/2", "-m", "otsu"], "not heed --method, --shard: leave"),
    ]:
        assert words in batch(*arguments, cwd=folder, code=2).stderr
    assert not (folder / "out").exists()
    assert "no such file or folder" in batch("x", "out", cwd=folder, code=3).stderr
    assert "has no run database" in batch("--status", "in", cwd=folder, code=3).stderr


def test_a_result_whose_folder_is_a_file(folder):
    (folder / "out").mkdir()
    (folder / "out/box 1").write_text("in the way")
    run = batch("in", "out", cwd=folder, code=1)
    assert printed(run)[0].startswith("3 done (0 of them before), 2 failed")
    assert "box 1' cannot be written" in run.stderr


def started(folder, *arguments, ignored=None, **options):
    """Start a run of many pages; return it when the first results are there."""

    def signals():
        # What a shell runs in the background ignores Ctrl-C, and so would the program.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if ignored is not None:
            signal.signal(ignored, signal.SIG_IGN)

    (folder / "in").mkdir(exist_ok=True)
    for number in range(MANY):
        Image.fromarray(GRAY).save(folder / "in" / f"{number}.png")
    run = subprocess.Popen(
        [PROGRAM, "batch", "in", "out", "-m", "howe", *arguments],
        cwd=folder,
        preexec_fn=signals,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
    )
    while run.poll() is None and len(list((folder / "out").glob("[!.]*"))) < 2:
        time.sleep(0.01)
    return run


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_finishes_what_is_in_hand(tmp_path, number):
    run = started(tmp_path)
    run.send_signal(number)
    out, error = run.communicate(timeout=60)
    assert (run.returncode, out) == (130, b"")
    assert list(filter(None, error.decode().splitlines())) == [
        "docbin: the pages in hand are finished; Ctrl-C again stops at once",
        "docbin: stopped",
    ]
    records = {each.name: each for each in api.read_records(tmp_path / "out")}
    files = {path.name for path in (tmp_path / "out").iterdir()} - {".docbin"}
    # Every file that is there is recorded, and no other.
    assert files == records.keys()
    assert {each.status for each in records.values()} == {"done"}
    assert 2 <= len(files) < MANY
    status = ("batch", "--status", "out", "--json")
    assert strict(docbin(*status, cwd=tmp_path))["left"] == MANY - len(files)
    run = docbin("batch", "in", "out", "-m", "howe", "--json", cwd=tmp_path)
    assert strict(run)["done"] == MANY
    assert strict(run)["skipped"] == len(files)
    assert strict(docbin(*status, cwd=tmp_path))["left"] == 0


def test_a_run_can_be_watched_and_has_the_output_alone(tmp_path):
    run = started(tmp_path)
    run.send_signal(signal.SIGSTOP)
    try:
        status = strict(batch("--status", "out", "--json", cwd=tmp_path))
        assert 0 < status["done"] + status["begun"] <= MANY
        refused = docbin("batch", "in", "out", "-m", "howe", cwd=tmp_path, code=2)
        assert f"another run works on 'out' (process {run.pid} on" in refused.stderr
    finally:
        run.send_signal(signal.SIGCONT)
    run.communicate()
    assert run.returncode == 0


def test_a_bar_with_rate_on_a_terminal(tmp_path):
    master, slave = pty.openpty()
    run = started(tmp_path, stderr=slave, env={**os.environ, "TERM": "xterm", "COLUMNS": "100"})
    os.close(slave)
    shown = b""
    while select.select([master], [], [], 60)[0]:
        try:
            shown += os.read(master, 1 << 16)
        except OSError:  # Linux says so when the other side is closed
            break
    assert run.communicate()[0].startswith(f"{MANY} done".encode())
    assert f"{MANY}/{MANY}".encode() in shown
    assert b"/s" in shown
