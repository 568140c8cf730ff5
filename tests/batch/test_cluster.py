"""Runs on a Dask cluster: a real scheduler, and workers that are lost, wrong or blind."""

import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from dask_cluster import cluster, waited
from PIL import Image
from program import PROGRAM, docbin, letters

from docbin import batch
from docbin.batch import connection
from docbin.errors import InputError, MissingDependencyError, UsageError

pytest.importorskip("distributed", reason="the package distributed is not installed")
BAD_NODE = Path(__file__).parents[1] / "support" / "bad_node.py"
SAUVOLA = batch.Treatment("sauvola")
PAGES = 40


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return a folder of pages in two folders, one of which cannot be read."""
    folder = tmp_path_factory.mktemp("in")
    (folder / "more").mkdir()
    for number in range(PAGES):
        name = f"more/{number}.png" if number % 3 else f"{number}.png"
        Image.fromarray(letters(200, 300, seed=number)[0]).save(folder / name, dpi=(300, 300))
    (folder / "damaged.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    frames = [Image.fromarray(letters(100, 100, seed=seed)[0]) for seed in range(4)]
    frames[0].save(folder / "several.tif", save_all=True, append_images=frames[1:])
    return folder


@pytest.fixture(scope="module")
def expected(pages, tmp_path_factory):
    """Return what a run without a cluster gives."""
    return facts(batch.run(pages, tmp_path_factory.mktemp("here"), SAUVOLA, workers=2))


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """Return a cluster of two workers."""
    with cluster(tmp_path_factory.mktemp("cluster"), 2) as made:
        yield made


def facts(records):
    """Return what must be the same wherever a run is done."""
    return [
        (each.name, each.source, each.target, each.status, each.size, each.mtime_ns, each.sha256,
         each.setup, each.written and each.written.sha256, each.error, each.exit_code,
         [(page.number, page.width, page.height, page.method) for page in each.pages])
        for each in records
    ]  # fmt: skip


def results(folder):
    return [path for path in folder.rglob("*.png") if not path.name.startswith(".")]


class Counting:
    """Looks at the books whenever a file is done."""

    def __init__(self, folder):
        self.folder = folder
        self.begun = []
        self.steps = set()

    def progress(self, done, known):
        self.steps.add((done, known))

    def record(self, record):
        records = batch.read_records(self.folder)
        self.begun.append(sum(each.status == "begun" for each in records))

    def stopping(self):
        pass


def test_the_same_records_and_results_and_few_tasks_at_a_time(pages, expected, there, tmp_path):
    listener = Counting(tmp_path / "out")
    records = batch.run(
        pages, tmp_path / "out", SAUVOLA, scheduler=there.address, listener=listener
    )
    assert facts(records) == expected
    assert {each.status for each in records} == {"done", "failed"}
    # Two threads: four tasks are given away, and sixteen more are in the books.
    assert max(listener.begun) <= 20
    assert (PAGES + 5, PAGES + 5) in listener.steps
    assert not list((tmp_path / "out/.docbin").glob("cluster-*"))
    again = batch.run(pages, tmp_path / "out", SAUVOLA, scheduler=there.address)
    assert facts(again) == expected
    assert [each.ended for each in again if each.status == "done"] == [
        each.ended for each in records if each.status == "done"
    ]


def test_a_killed_run_leaves_no_mark_for_ever(tmp_path):
    (tmp_path / ".docbin").mkdir()
    mark = tmp_path / ".docbin/cluster-books"
    mark.write_text("killed")
    with connection._mark(tmp_path, "books", "run") as path:
        assert Path(path) == mark
        assert mark.read_text() == "run"
    assert not mark.exists()


def test_folders_that_share_a_choice(there, tmp_path):
    source = tmp_path / "in"
    for number in range(6):
        path = source / "ab"[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(letters(100, 120, seed=number)[0]).save(path, dpi=(300, 300))
    treatment = batch.Treatment("auto", scope="folder")
    here = batch.run(source, tmp_path / "here", treatment, workers=2)
    assert facts(batch.run(source, tmp_path / "out", treatment, scheduler=there.address)) == facts(
        here
    )
    assert {each.status for each in here} == {"done"}


def test_a_store_that_all_workers_reach(tmp_path):
    for package in ("moto.server", "s3fs"):
        pytest.importorskip(package)
    from s3_server import BUCKET, s3_server, store

    files = {f"{n}.png": letters(90, 120, seed=n)[0] for n in range(6)}
    for name, gray in files.items():
        Image.fromarray(gray).save(tmp_path / name, dpi=(300, 300))
    here = batch.run(str(tmp_path / "*.png"), tmp_path / "here", SAUVOLA, workers=2)
    with s3_server(tmp_path) as environment, cluster(tmp_path / "cluster", 2) as there:
        s3 = store(environment)
        for name in files:
            s3.put_file(str(tmp_path / name), f"{BUCKET}/in/{name}")
        records = batch.run(
            *(f"s3://{BUCKET}/in", f"s3://{BUCKET}/out", SAUVOLA),
            state=tmp_path / "books",
            scheduler=there.address,
        )
        assert [each.status for each in records] == ["done"] * 6, records
        sums = {each.name: (each.sha256, each.written.sha256) for each in here}
        assert {each.name: (each.sha256, each.written.sha256) for each in records} == sums
        for name in files:
            assert s3.cat_file(f"{BUCKET}/out/{name}") == (tmp_path / "here" / name).read_bytes()


def test_a_worker_that_is_killed_costs_nothing(pages, expected, tmp_path):
    with cluster(tmp_path / "cluster", 2) as there:
        victim = there.worker()
        waited(lambda: there.has(3))
        run = subprocess.Popen(
            [PROGRAM, "batch", pages, tmp_path / "out", "-m", "sauvola", "--json",
             "--scheduler", there.address],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        waited(lambda: len(results(tmp_path / "out")) >= 5)
        victim.kill()
        _, said = run.communicate()
        assert run.returncode == 1, said  # the damaged page
    assert len(results(tmp_path / "out")) == PAGES
    assert facts(batch.read_records(tmp_path / "out")) == expected


def test_a_file_that_takes_workers_with_it_is_quarantined(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    for name in ("a.png", "fatal.png", "b.png"):
        Image.fromarray(letters(60, 80)[0]).save(source / name)
    with cluster(tmp_path / "cluster") as bad:
        bad.worker("--preload", BAD_NODE, nanny=True)
        waited(lambda: bad.has(1))
        records = batch.run(source, tmp_path / "out", SAUVOLA, scheduler=bad.address)
    found = {each.name: each for each in records}
    assert found["fatal.png"].status == "quarantined"
    assert found["fatal.png"].error == "its worker was lost, 4 times"
    # What waited at the same worker is not to blame.
    assert {found[name].status for name in ("a.png", "b.png")} == {"done"}


def test_a_scheduler_that_vanishes_is_said_and_the_run_goes_on_later(pages, expected, tmp_path):
    with cluster(tmp_path / "cluster", 2) as there:
        command = [PROGRAM, "batch", pages, tmp_path / "out", "-m", "sauvola"]
        run = subprocess.Popen(
            [*command, "--scheduler", there.address], stderr=subprocess.PIPE, text=True
        )
        waited(lambda: len(results(tmp_path / "out")) >= 5)
        there.scheduler.kill()
        _, said = run.communicate()
        assert run.returncode == 3, said
    assert "the connection to the scheduler is lost. What is done is kept" in said
    assert "Traceback" not in said
    done = sum(each.status == "done" for each in batch.read_records(tmp_path / "out"))
    assert 0 < done < PAGES
    assert facts(batch.run(pages, tmp_path / "out", SAUVOLA, workers=2)) == expected


def test_ctrl_c_finishes_what_is_in_hand(pages, there, tmp_path):
    # So many that a busy machine is not through before the signal comes.
    many = tmp_path / "many"
    for copy in range(10):
        shutil.copytree(pages, many / str(copy))
    expected = facts(batch.run(many, tmp_path / "straight", SAUVOLA, workers=2))
    run = subprocess.Popen(
        [PROGRAM, "batch", many, tmp_path / "out", "-m", "sauvola", "--scheduler", there.address],
        stderr=subprocess.PIPE, text=True,
        # What a shell runs in the background ignores Ctrl-C, and so would the program.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    waited(lambda: len(results(tmp_path / "out")) >= 5)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate()
    assert run.returncode == 130, said
    assert "the pages in hand are finished" in said
    records = batch.read_records(tmp_path / "out")
    assert {each.status for each in records} <= {"done", "failed"}
    assert 5 <= len(records) < len(expected)
    again = batch.run(many, tmp_path / "out", SAUVOLA, scheduler=there.address)
    assert facts(again) == expected


def test_a_cluster_of_its_own(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    for name in ("a.png", "b.png", "c.png"):
        Image.fromarray(letters(60, 80)[0]).save(source / name)
    run = docbin("batch", source, tmp_path / "out", "-m", "otsu", "--local-cluster", "2")
    assert run.stdout.decode().startswith("3 done (0 of them before)")
    assert run.stderr == ""


def test_workers_that_see_other_files_are_refused(there, tmp_path, monkeypatch):
    source = tmp_path / "in"
    source.mkdir()
    Image.fromarray(letters(60, 80)[0]).save(source / "a.png")
    monkeypatch.chdir(tmp_path)
    # A path that means something else in every process.
    here = Path("/proc/self/cwd")
    with pytest.raises(InputError, match=r"the worker tcp:.* does not see '/proc/self/cwd/out'"):
        batch.run(source, here / "out", SAUVOLA, scheduler=there.address)
    with pytest.raises(InputError, match=r"does not see '/proc/self/cwd/in/a.png', which is on"):
        batch.run(here / "in", tmp_path / "other", SAUVOLA, scheduler=there.address)
    # Relative paths are made absolute, also those of archives.
    with zipfile.ZipFile("some.zip", "w") as archive:
        archive.write("in/a.png", "a.png")
    (record,) = batch.run("some.zip", "zipped", SAUVOLA, scheduler=there.address)
    assert (record.name, record.status) == ("some/a.png", "done"), record.error
    assert results(tmp_path / "out") == results(tmp_path / "other") == []
    # Both runs can go on elsewhere.
    for name in ("out", "other"):
        (record,) = batch.run(source, tmp_path / name, SAUVOLA, workers=1)
        assert record.status == "done"


def test_another_version_is_refused(pages, tmp_path):
    old = tmp_path / "old/docbin-0.0.1.dist-info"
    old.mkdir(parents=True)
    (old / "METADATA").write_text("Metadata-Version: 2.1\nName: docbin\nVersion: 0.0.1\n")
    with cluster(tmp_path / "cluster") as there:
        there.worker(env={"PYTHONPATH": str(old.parent)})
        with pytest.raises(UsageError, match=r"the worker tcp:.* has docbin 0\.0\.1, this machine"):
            batch.run(pages, tmp_path / "out", SAUVOLA, scheduler=there.address)
    assert results(tmp_path / "out") == []


def test_a_cluster_that_cannot_be_used(pages, tmp_path, monkeypatch):
    monkeypatch.setattr(connection, "WORKERS", 0.5)
    monkeypatch.setattr(connection, "_CONNECT", 1.0)
    source = next(pages.glob("*.png"))
    with pytest.raises(InputError, match=r"tcp://127.0.0.1:9 cannot be reached.*dask scheduler"):
        batch.run(source, tmp_path / "out", SAUVOLA, scheduler="tcp://127.0.0.1:9")
    with pytest.raises(UsageError, match=r"--scheduler is 'nonsense'.*such as tcp://"):
        batch.run(source, tmp_path / "out", SAUVOLA, scheduler="nonsense")
    with cluster(tmp_path / "cluster") as empty, pytest.raises(InputError, match="has no workers"):
        batch.run(source, tmp_path / "out", SAUVOLA, scheduler=empty.address)
    with pytest.raises(UsageError, match="exclude each other"):
        batch.run(source, tmp_path / "out", scheduler="tcp://a:1", local_cluster=2)
    with pytest.raises(UsageError, match="--workers is for this machine"):
        batch.run(source, tmp_path / "out", scheduler="tcp://a:1", workers=2)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'docbin\[cluster\]'"):
        batch.run(source, tmp_path / "out", SAUVOLA, scheduler="tcp://127.0.0.1:9")
    assert [each.name for each in (tmp_path / "out").iterdir()] == [".docbin"]
