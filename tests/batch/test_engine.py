"""Workers that crash, hang, run out of room or memory: the rest goes on."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from program import letters

from docbin import batch, kernels
from docbin.batch import crew, memory
from docbin.errors import DefectError, OutputError, UsageError

GRAY, _ = letters(60, 80)
BAD_WORKER = Path(__file__).parents[1] / "support" / "bad_worker.py"
OTSU = batch.Treatment("otsu")


@pytest.fixture(autouse=True)
def bad_worker(monkeypatch):
    monkeypatch.setattr(crew, "COMMAND", [sys.executable, str(BAD_WORKER)])


@pytest.fixture
def run(tmp_path):
    """Return what runs files of these names, and gives records by name."""

    def run_names(*names, **options):
        folder = tmp_path / "in"
        folder.mkdir(exist_ok=True)
        for name in names:
            if not (folder / name).exists():
                Image.fromarray(GRAY).save(folder / name)
        options = {"treatment": OTSU, "workers": 2, **options}
        return {each.name: each for each in batch.run(folder, tmp_path / "out", **options)}

    return run_names


@pytest.mark.parametrize(
    ("word", "reason"), [("segfault", "SIGSEGV"), ("killed", "SIGKILL, perhaps because memory")]
)
def test_a_page_that_crashes_its_worker_is_quarantined(run, tmp_path, word, reason):
    records = run("a.png", f"{word}.png", "b.png", "c.png")
    bad = records.pop(f"{word}.png")
    assert (bad.status, bad.attempts, bad.exit_code) == ("quarantined", 2, 70)
    assert reason in bad.error
    assert {each.status for each in records.values()} == {"done"}
    assert sorted(path.name for path in (tmp_path / "out").glob("[!.]*")) == [
        "a.png", "b.png", "c.png",
    ]  # fmt: skip


def test_quarantined_files_are_tried_again_when_asked_or_changed(run, tmp_path):
    assert run("killed.png", "a.png")["killed.png"].attempts == 2
    ended = run()["killed.png"].ended
    assert run()["killed.png"].ended == ended
    assert run(wishes=batch.Wishes(redo=True))["killed.png"].ended > ended
    Image.fromarray(GRAY[:50]).save(tmp_path / "in" / "killed.png")
    crew.COMMAND = [sys.executable, "-m", "docbin.batch.worker"]
    assert run()["killed.png"].status == "done"


def test_a_worker_that_hangs_is_ended(run):
    records = run("a.png", "hang.png", "b.png", timeout=2.0)
    assert records["hang.png"].status == "quarantined"
    assert records["hang.png"].error == "a page took longer than 2 s, 2 times"
    assert records["a.png"].status == records["b.png"].status == "done"


def test_a_crash_that_does_not_come_back_is_forgiven(run):
    records = run("flaky.png", "a.png")
    assert (records["flaky.png"].status, records["flaky.png"].attempts) == ("done", 2)
    assert records["a.png"].attempts == 1


def test_a_full_disk_stops_the_run_and_keeps_what_is_done(run, tmp_path):
    with pytest.raises(OutputError, match=r"no space left.*make room and run again"):
        run("a.png", "b.png", "full.png", "z1.png", "z2.png", "z3.png", workers=1)
    status = {each.name: each.status for each in batch.read_records(tmp_path / "out")}
    assert status["a.png"] == status["b.png"] == "done"
    assert status["full.png"] == "failed"
    assert "z3.png" not in status
    (tmp_path / "in" / "full.png").unlink()
    assert {each.status for each in run().values()} == {"done"}


def test_an_input_that_changes_meanwhile_is_not_trusted(run):
    bad = run("changing.png", "a.png")["changing.png"]
    assert bad.status == "failed"
    assert "was changed while it was read" in bad.error
    crew.COMMAND = [sys.executable, "-m", "docbin.batch.worker"]
    assert run()["changing.png"].status == "done"


def test_pages_wait_for_room(run, tmp_path, monkeypatch):
    """With room for one page at a time no page begins before another has ended."""
    budget = 2 * memory.WORKER + memory._BANDS + (1 << 20)
    run("apart-1.png", "apart-2.png", "apart-3.png", memory=budget)
    assert (tmp_path / "in" / "log.txt").read_text().split() == ["begin", "end"] * 3


def test_pages_are_done_beside_each_other(run, tmp_path):
    """Each page waits until the other has begun."""
    run("meet-1.png", "meet-2.png", memory=4 << 30)
    words = (tmp_path / "in" / "log.txt").read_text().split()
    assert words == ["begin", "begin", "end", "end"]


def test_a_page_larger_than_the_budget_is_done_alone(run):
    assert run("a.png", "b.png", memory=1)["b.png"].status == "done"


def test_two_scans_on_a_page_do_not_wait_for_each_other(tmp_path):
    """A page of a PDF asks for room for each of its scans, one after the other."""
    Image.fromarray(GRAY).save(tmp_path / "in.pdf")
    with pikepdf.open(tmp_path / "in.pdf", allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        images = page.Resources.XObject
        (name,) = images.keys()
        first = images[name]
        images["/Again"] = pdf.make_stream(first.read_raw_bytes(), first.stream_dict)
        drawn = page.Contents.read_bytes()
        page.Contents = pdf.make_stream(drawn + b" " + drawn.replace(name.encode(), b"/Again"))
        pdf.save(tmp_path / "in.pdf")
    (record,) = batch.run(tmp_path / "in.pdf", tmp_path / "out", OTSU, memory=1)
    assert record.status == "done"
    with pikepdf.open(tmp_path / "out" / "in.pdf") as pdf:
        images = pdf.pages[0].Resources.XObject
        assert [int(image.BitsPerComponent) for _, image in images.items()] == [1, 1]


def test_a_worker_that_never_starts_ends_the_run(run, monkeypatch):
    monkeypatch.setattr(crew, "COMMAND", [*crew.COMMAND, "never"])
    with pytest.raises(DefectError, match=r"does not start: it ended with code 1\. this worker"):
        run("a.png")


def test_two_ctrl_c_stop_at_once(tmp_path):
    """The second one ends a worker that hangs; the next run does what was in hand."""
    (tmp_path / "in").mkdir()
    Image.fromarray(GRAY).save(tmp_path / "in" / "hang.png")
    program = (
        "import sys; from docbin import batch; from docbin.batch import crew\n"
        f"crew.COMMAND = [sys.executable, {str(BAD_WORKER)!r}]\n"
        "class Listener:\n"
        "    def progress(self, done, known): print('begun', flush=True)\n"
        "    def record(self, record): pass\n"
        "    def stopping(self): print('stopping', flush=True)\n"
        "batch.run('in', 'out', batch.Treatment('otsu'), listener=Listener())\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout.readline() == "begun\n"
    in_hand = tmp_path / "in" / "hang.once"
    while not in_hand.exists() and process.poll() is None:  # before that, nothing is to be finished
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    while (line := process.stdout.readline()) == "begun\n":
        pass
    assert line == "stopping\n"
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in error
    (record,) = batch.read_records(tmp_path / "out")
    assert record.status == "begun"
    crew.COMMAND = [sys.executable, "-m", "docbin.batch.worker"]
    (record,) = batch.run(tmp_path / "in", tmp_path / "out", OTSU)
    assert record.status == "done"


def test_memory_is_read_in_the_usual_units():
    assert memory.bytes_of("1.5G") == 3 << 29
    assert memory.bytes_of("800MB") == 800 << 20
    assert memory.bytes_of(" 123 ") == 123
    for text in ("", "4X", "-1G", "0", "nan", "inf"):
        with pytest.raises(UsageError, match="--memory is"):
            memory.bytes_of(text)


def test_workers_are_one_for_each_core_unless_memory_is_short():
    with kernels.limit_threads(4):
        assert memory.shared(64 << 30, None, 100)[0] == 4
        assert memory.shared(64 << 30, None, 3)[0] == 3
        assert memory.shared(4 * memory.WORKER, None, 100)[0] == 2
        assert memory.shared(1, None, 100)[0] == 1
        workers, budget = memory.shared(64 << 30, 9, 100)
    assert workers == 9
    assert budget.bytes == (64 << 30) - 9 * memory.WORKER
    assert 0 < memory.free_memory() < 1 << 50
