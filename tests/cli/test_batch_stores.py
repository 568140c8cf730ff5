"""``docbin batch`` with inputs and results in an S3 store, which a server on this machine is."""

import hashlib
import json
from pathlib import Path

import pytest
from archive_files import page, tarred, zipped
from program import docbin, printed
from s3_server import BUCKET, s3_server, store

from docbin import batch as api
from docbin.errors import InputError, OutputError, UsageError

for _package in ("moto.server", "s3fs"):
    pytest.importorskip(_package)

PAGES = {f"box {n % 2}/{n}.png": page(n) for n in range(4)}
THERE = f"s3://{BUCKET}"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    with s3_server(tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture
def bucket(environment, tmp_path, monkeypatch):
    """Return a store in which there are only pages, which lie in a folder, too."""
    files = store(environment)
    if files.find(BUCKET):
        files.rm(files.find(BUCKET))
    for name, data in {**PAGES, "notes.txt": b"x"}.items():
        files.pipe_file(f"{BUCKET}/in/{name}", data)
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    return files


class Heard:
    """Counts what a run does."""

    def __init__(self):
        self.done = 0

    def record(self, record):
        self.done += record.status == "done"

    def progress(self, done, known):
        pass

    def stopping(self):
        pass


def run(*places, heard=None, **options):
    """Do a run; return its records by name, and how many files were done now."""
    heard = heard or Heard()
    records = api.run(
        *(list(places[:-1]), places[-1], api.Treatment("otsu")),
        workers=1,
        listener=heard,
        **options,
    )
    return {each.name: each for each in records}, heard.done


def redoing():
    return api.Wishes(redo=True)


def sums(folder):
    return {
        each.relative_to(folder).as_posix(): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in Path(folder).rglob("*")
        if each.is_file() and ".docbin" not in each.parts
    }


def stored(bucket, prefix):
    root = f"{BUCKET}/{prefix}/"
    return {
        path.removeprefix(root): hashlib.sha256(bucket.cat_file(path)).hexdigest()
        for path in bucket.find(root)
    }


def test_results_are_those_of_folders(bucket):
    run("in", "right")
    for source, place, state in [
        (f"{THERE}/in/", "here", None),
        ("in", f"{THERE}/out", "one"),
        (f"{THERE}/in", f"{THERE}/both/", "two"),
    ]:
        assert run(source, place, state=state)[1] == 4
        assert run(source, place, state=state)[1] == 0
    assert sums("here") == stored(bucket, "out") == stored(bucket, "both") == sums("right")
    assert list(Path("two/run.fetched").iterdir()) == []


def test_only_what_changed_is_fetched_again(bucket):
    places, state = (f"{THERE}/in", f"{THERE}/out"), "books"
    run(*places, state=state)
    bucket.pipe_file(f"{BUCKET}/in/box 0/0.png", page(77))
    bucket.rm_file(f"{BUCKET}/out/box 1/3.png")
    with pytest.raises(UsageError, match="1 input changed"):
        run(*places, state=state)
    assert run(*places, state=state, wishes=redoing())[1] == 2
    bucket.pipe_file(f"{BUCKET}/out/box 1/1.png", b"other")
    bucket.rm_file(f"{BUCKET}/out/box 1/3.png")
    with pytest.raises(UsageError, match=r"1 result changed .* the first is 'box 1/1.png'"):
        run(*places, state=state)
    command = ["batch", "--verify", places[1], "--state", state, "--rehash"]
    told = docbin(*command, code=1)
    assert printed(told) == ["8 files read, 2 of them differ"]
    assert f"'{THERE}/out/box 1/1.png' is not what the run has written" in told.stderr
    assert f"'{THERE}/out/box 1/3.png' is missing" in told.stderr
    assert run(*places, state=state, wishes=redoing())[1] == 2
    records = api.read_records(places[1], state)
    assert {each.state for each in api.verify(records, places[1], inputs=True)} == {"ok"}


def test_status_export_and_bag(bucket):
    bucket.pipe_file(f"{BUCKET}/in/bad.png", b"\x89PNG\r\n\x1a\n broken")
    places, state = (f"{THERE}/in", f"{THERE}/out"), ["--state", "books"]
    told = docbin("batch", "-m", "otsu", *places, *state, code=1)
    assert f"'{THERE}/in/bad.png' cannot be read" in told.stderr
    assert "        4 done, 4 pages" in printed(
        docbin("batch", "--status", places[1], *state, code=1)
    )
    docbin("batch", "--export", "r.json", f"{places[1]}/", *state)
    records = {each["name"]: each for each in json.loads(Path("r.json").read_text())}
    there = bucket.info(f"{BUCKET}/out/box 0/0.png")
    record = records["box 0/0.png"]
    assert (record["output_etag"], record["output_size"]) == (
        there["ETag"].strip('"'),
        there["size"],
    )
    assert record["source"] == f"{THERE}/in/box 0/0.png"
    assert list(Path("books/run.fetched").iterdir()) == []
    api.bag(api.read_records(places[1], "books"), places[1], "bag")
    assert sums("bag/data/results") == stored(bucket, "out")


def test_patterns_lists_archives_and_single_objects(bucket):
    zipped(Path("a.zip"), PAGES.items())
    tarred(Path("b.tar.gz"), PAGES.items(), "w:gz")
    for name in ("a.zip", "b.tar.gz"):
        bucket.put_file(name, f"{BUCKET}/{name}")
    sources = [f"{THERE}/{name}" for name in ("in/*/*.png", "a.zip", "b.tar.gz")]
    records, done = run(*sources, "more")
    assert done == 12
    assert records.keys() == {*PAGES, *(f"{archive}/{name}" for archive in "ab" for name in PAGES)}
    assert run(*sources, "more")[1] == 0
    found = api.verify(records.values(), "more", inputs=True)
    assert [each.state for each in found] == ["ok"] * 24
    Path("list").write_text(f"{THERE}/in/box 0/0.png\n{THERE}/in/gone.png\n")
    with Path("list").open("rb") as listed:
        records, done = run("-", "single", listed=listed)
    assert records[f"{BUCKET}/in/box 0/0.png"].status == "done"
    assert "there is no such object" in records[f"{THERE}/in/gone.png"].error
    assert done == 1
    records, done = run(f"{THERE}/in", "small", limits=api.Limits(max_input=10))
    assert done == 0
    assert all("--max-input allows more" in each.error for each in records.values())


@pytest.mark.parametrize(
    ("places", "state", "error", "words"),
    [
        (("in", f"{THERE}/out"), None, UsageError, "give --state DIR"),
        ((f"{THERE}/in", f"{THERE}/in/out"), "s", UsageError, "lies within"),
        ((f"{THERE}/in/box 0/0.png", f"{THERE}/in/box 0"), "s", UsageError, "an input itself"),
        (("in", "sftp://x/out"), "s", UsageError, "appear whole"),
        ((f"{THERE}/none", "out"), None, InputError, "nothing under this address"),
        (("s3://no-such-bucket/x", "out"), None, InputError, "no-such-bucket/x' cannot be read"),
        (("in", "s3://no-such-bucket/x"), "s", OutputError, "there is no 's3://no-such-bucket'"),
        (("nothing-such://x", "out"), None, UsageError, "no kind of address that fsspec knows"),
    ],
)
def test_what_is_refused(bucket, places, state, error, words):
    with pytest.raises(error, match=words):
        run(*places, state=state)
    assert not Path("s3:").exists()
    assert not Path("out").exists() or sums("out") == {}


def test_what_others_have_put_there_stays(bucket):
    bucket.pipe_file(f"{BUCKET}/out/box 0/0.png", b"another's")
    with pytest.raises(OutputError, match="would be overwritten that no run has made there"):
        run("in", f"{THERE}/out", state="s")
    assert bucket.cat_file(f"{BUCKET}/out/box 0/0.png") == b"another's"
    run("in/box 0/0.png", f"{THERE}/out/box 0", state="t", wishes=api.Wishes(force=True))
    assert bucket.cat_file(f"{BUCKET}/out/box 0/0.png") != b"another's"
    with pytest.raises(InputError, match="give another --state"):
        run("in", f"{THERE}/elsewhere", state="t")


def test_a_store_that_takes_nothing_any_more_stops_the_run(bucket):
    class Removing(Heard):
        def record(self, record):
            super().record(record)
            if bucket.exists(BUCKET):
                bucket.rm(BUCKET, recursive=True)

    for number in range(4, 12):
        Path(f"in/box 1/{number}.png").write_bytes(page(number))
    with pytest.raises(OutputError, match=r"What is done is kept: see that the store takes it"):
        run("in", f"{THERE}/out", state="s", heard=Removing())
    statuses = [each.status for each in api.read_records(f"{THERE}/out", "s")]
    assert 1 <= statuses.count("done") < 4
    # The next file is in hand when one is done.
    assert 1 <= statuses.count("failed") <= 2
    bucket.mkdir(BUCKET)
    run("in", f"{THERE}/out", state="s")
    run("in", "right")
    assert stored(bucket, "out") == sums("right")


def test_names_that_no_store_takes_stop_nothing(bucket):
    folder = Path("deep", *["x" * 200] * 5)
    folder.mkdir(parents=True)
    (folder / f"{'y' * 100}.png").write_bytes(page())
    Path("deep/a.png").write_bytes(page())
    records, done = run("deep", f"{THERE}/out", state="s")
    assert done == 1
    (error,) = [each.error for each in records.values() if each.error]
    assert error.endswith("the name is too long")


def test_a_store_that_is_not_there(tmp_path):
    gone = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS": "1"}
    told = docbin("batch", f"{THERE}/in", "out", cwd=tmp_path, code=3, env=gone)
    assert f"'{THERE}/in' cannot be read" in told.stderr
    assert told.stderr.count("\n") == 1


def test_files_have_addresses_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    Path("in/a.png").write_bytes(page())
    records, _ = run(f"file://{tmp_path}/in", f"file://{tmp_path}/out")
    assert sums("out").keys() == {"a.png"}
    assert [each.status for each in api.read_records(f"file://{tmp_path}/out")] == ["done"]
    assert [each.state for each in api.verify(records.values(), f"file://{tmp_path}/out")] == ["ok"]
    assert not Path("file:").exists()
