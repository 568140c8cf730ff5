"""``docbin batch`` with inputs and results in an S3 store, which a server on this machine is."""

import hashlib
import json
from pathlib import Path

import pytest
from archive_files import page, tarred, zipped
from program import docbin, printed, strict
from s3_server import BUCKET, s3_server, store

for _package in ("moto.server", "s3fs"):
    pytest.importorskip(_package)

PAGES = {f"box {n % 2}/{n}.png": page(n) for n in range(4)}
THERE = f"s3://{BUCKET}"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    with s3_server(tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture
def bucket(environment, tmp_path):
    """Return a store in which there are only pages, which lie in a folder, too."""
    files = store(environment)
    if files.find(BUCKET):
        files.rm(files.find(BUCKET))
    for name, data in {**PAGES, "notes.txt": b"x"}.items():
        files.pipe_file(f"{BUCKET}/in/{name}", data)
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(data)
    return files


def batch(*arguments, **options):
    return docbin("batch", "-m", "otsu", *arguments, **options)


def sums(folder):
    return {
        each.relative_to(folder).as_posix(): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in folder.rglob("*")
        if each.is_file() and ".docbin" not in each.parts
    }


def stored(bucket, prefix):
    root = f"{BUCKET}/{prefix}/"
    return {
        path.removeprefix(root): hashlib.sha256(bucket.cat_file(path)).hexdigest()
        for path in bucket.find(root)
    }


def test_results_are_those_of_folders(bucket, tmp_path):
    batch("in", "right", cwd=tmp_path)
    right = sums(tmp_path / "right")
    batch(f"{THERE}/in/", "here", cwd=tmp_path)
    batch("in", f"{THERE}/out", "--state", "one", cwd=tmp_path)
    batch(f"{THERE}/in", f"{THERE}/both", "--state", "two", cwd=tmp_path)
    assert sums(tmp_path / "here") == stored(bucket, "out") == stored(bucket, "both") == right
    for arguments in [("in", "here"), ("in", "both", "two"), ("", "out", "one")]:
        source = f"{THERE}/in" if arguments[0] else "in"
        state = ["--state", arguments[2]] if len(arguments) > 2 else []
        place = f"{THERE}/{arguments[1]}" if state else arguments[1]
        run = batch(source, place, *state, "--json", cwd=tmp_path)
        assert (strict(run)["done"], strict(run)["skipped"]) == (4, 4)
    assert list((tmp_path / "two/run.fetched").iterdir()) == []


def test_only_what_changed_is_fetched_again(bucket, tmp_path):
    state = ["--state", "books"]
    batch(f"{THERE}/in", f"{THERE}/out", *state, cwd=tmp_path)
    bucket.pipe_file(f"{BUCKET}/in/box 0/0.png", page(77))
    run = batch(f"{THERE}/in", f"{THERE}/out", *state, cwd=tmp_path, code=2)
    assert "1 input changed" in run.stderr
    run = batch(f"{THERE}/in", f"{THERE}/out", *state, "--redo", "--json", cwd=tmp_path)
    assert (strict(run)["done"], strict(run)["skipped"]) == (4, 3)
    bucket.pipe_file(f"{BUCKET}/out/box 1/1.png", b"other")
    bucket.rm_file(f"{BUCKET}/out/box 1/3.png")
    run = batch(f"{THERE}/in", f"{THERE}/out", *state, cwd=tmp_path, code=2)
    assert "1 result changed since the run made them, the first is 'box 1/1.png'" in run.stderr
    run = batch("--verify", f"{THERE}/out", *state, "--rehash", cwd=tmp_path, code=1)
    assert printed(run) == ["8 files read, 2 of them differ"]
    assert f"'{THERE}/out/box 1/1.png' is not what the run has written" in run.stderr
    assert f"'{THERE}/out/box 1/3.png' is missing" in run.stderr
    run = batch(f"{THERE}/in", f"{THERE}/out", *state, "--redo", "--json", cwd=tmp_path)
    assert (strict(run)["done"], strict(run)["skipped"]) == (4, 2)
    batch("--verify", f"{THERE}/out", *state, "--rehash", cwd=tmp_path)


def test_status_and_export(bucket, tmp_path):
    bucket.pipe_file(f"{BUCKET}/in/bad.png", b"\x89PNG\r\n\x1a\n broken")
    state = ["--state", "books"]
    run = batch(f"{THERE}/in", f"{THERE}/out", *state, cwd=tmp_path, code=1)
    assert f"'{THERE}/in/bad.png' cannot be read" in run.stderr
    run = batch("--status", f"{THERE}/out", *state, cwd=tmp_path, code=1)
    assert "        4 done, 4 pages" in printed(run)
    batch("--export", "r.json", f"{THERE}/out/", *state, cwd=tmp_path)
    records = {each["name"]: each for each in json.loads((tmp_path / "r.json").read_text())}
    told = bucket.info(f"{BUCKET}/out/box 0/0.png")
    assert records["box 0/0.png"]["output_etag"] == told["ETag"].strip('"')
    assert records["box 0/0.png"]["output_size"] == told["size"]
    assert records["box 0/0.png"]["source"] == f"{THERE}/in/box 0/0.png"
    assert list((tmp_path / "books/run.fetched").iterdir()) == []


def test_patterns_lists_archives_and_single_objects(bucket, tmp_path):
    for path in (
        zipped(tmp_path / "a.zip", PAGES.items()),
        tarred(tmp_path / "b.tar.gz", PAGES.items(), "w:gz"),
    ):
        bucket.put_file(str(path), f"{BUCKET}/{path.name}")
    batch(f"{THERE}/in/*/*.png", "pattern", cwd=tmp_path)
    assert sums(tmp_path / "pattern").keys() == PAGES.keys()
    batch(f"{THERE}/in/box 0/0.png", f"{THERE}/a.zip", f"{THERE}/b.tar.gz", "more", cwd=tmp_path)
    names = {"0.png", *(f"{archive}/{name}" for archive in "ab" for name in PAGES)}
    assert sums(tmp_path / "more").keys() == names
    run = batch("--verify", "more", "--rehash", cwd=tmp_path)
    assert printed(run) == ["18 files read, 0 of them differ"]
    listed = f"{THERE}/in/box 0/0.png\n{THERE}/in/gone.png\n".encode()
    run = batch("-", "list", stdin=listed, cwd=tmp_path, code=1)
    assert sums(tmp_path / "list").keys() == {f"{BUCKET}/in/box 0/0.png"}
    assert "gone.png': there is no such object" in run.stderr
    run = batch(f"{THERE}/in", "small", "--max-input", "10", cwd=tmp_path, code=3)
    assert run.stderr.count("--max-input allows more") == 4


def test_what_is_refused(bucket, tmp_path):
    for arguments, code, words in [
        ((f"{THERE}/in", f"{THERE}/out"), 2, "give --state DIR"),
        (("--status", f"{THERE}/out"), 2, "give --state DIR"),
        ((f"{THERE}/in", f"{THERE}/in/out", "--state", "s"), 2, "lies within"),
        ((f"{THERE}/in/box 0/0.png", f"{THERE}/in/box 0", "--state", "s"), 2, "an input itself"),
        ((f"{THERE}/in", "sftp://x/out", "--state", "s"), 2, "appear whole"),
        ((f"{THERE}/none", "out"), 3, "there is nothing under this address"),
        (("s3://no-such-bucket/x", "out"), 3, "no-such-bucket/x' cannot be read"),
        (("in", "s3://no-such-bucket/x", "--state", "t"), 5, "there is no 's3://no-such-bucket'"),
        (("nothing-such://x", "out"), 2, "is no kind of address that fsspec knows"),
    ]:
        assert words in batch(*arguments, cwd=tmp_path, code=code).stderr
    bucket.pipe_file(f"{BUCKET}/out/box 0/0.png", b"another's")
    run = batch("in", f"{THERE}/out", "--state", "s", cwd=tmp_path, code=5)
    assert "would be overwritten that no run has made there" in run.stderr
    assert bucket.cat_file(f"{BUCKET}/out/box 0/0.png") == b"another's"
    batch("in", f"{THERE}/out", "--state", "s", "--force", cwd=tmp_path)
    run = batch("in", f"{THERE}/elsewhere", "--state", "s", cwd=tmp_path, code=3)
    assert "give another --state" in run.stderr


def test_a_store_that_is_not_there(bucket, tmp_path):
    gone = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS": "1"}
    run = batch(f"{THERE}/in", "out", cwd=tmp_path, code=3, env=gone)
    assert f"'{THERE}/in' cannot be read" in run.stderr
    assert run.stderr.count("\n") == 1


def test_files_have_addresses_too(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.png").write_bytes(page())
    batch(f"file://{tmp_path}/in", f"file://{tmp_path}/out")
    assert [path.name for path in (tmp_path / "out").glob("[!.]*")] == ["a.png"]
    batch("--status", f"file://{tmp_path}/out")
    batch("--verify", f"file://{tmp_path}/out")
    assert not Path("file:").exists()
