"""``docbin batch`` on zip and tar files."""

import hashlib
import json
import tarfile

from archive_files import page, special, tarred, zip_of_entries, zipped
from program import batch, docbin, printed, strict


def tree(path):
    return {
        each.relative_to(path).as_posix(): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in path.rglob("*")
        if each.is_file() and ".docbin" not in each.parts
    }


def test_members_become_the_results_of_their_folder(tmp_path):
    pages = {f"box {n % 2}/{n}.png": page(n) for n in range(5)}
    for name, data in pages.items():
        (tmp_path / "scans" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "scans" / name).write_bytes(data)
    zipped(tmp_path / "scans.zip", pages.items())
    tarred(tmp_path / "scans.tar.gz", pages.items(), "w:gz")
    batch("scans", "whole", cwd=tmp_path)
    right = {f"scans/{name}": sum_ for name, sum_ in tree(tmp_path / "whole").items()}
    for archive in ("scans.zip", "scans.tar.gz"):
        out = f"of {archive}"
        batch(archive, out, cwd=tmp_path)
        assert tree(tmp_path / out) == right
        assert printed(batch(archive, out, cwd=tmp_path))[0].startswith("5 done (5 of them before)")
        assert list((tmp_path / out / ".docbin/run.fetched").iterdir()) == []
        (tmp_path / archive).touch()
        # The sums in a zip file are those of its members; a tar file has none.
        if archive == "scans.zip":
            batch(archive, out, cwd=tmp_path)
        else:
            assert "5 inputs changed" in batch(archive, out, cwd=tmp_path, code=2).stderr
        run = batch(archive, out, "--rehash", "--json", cwd=tmp_path)
        assert (strict(run)["done"], strict(run)["skipped"]) == (5, 5)


def test_hostile_members_stop_nothing_and_write_nothing_elsewhere(tmp_path):
    bad = [
        *(("../../out.png", page()), ("/tmp/docbin-hostile.png", page())),
        *(special("link.png", tarfile.SYMTYPE, "/etc"), special("link/a.png", tarfile.LNKTYPE)),
    ]
    twice = [("a.png", page(1)), ("a.png", page(2)), ("A.PNG", page(3)), ("a.png/b.png", page(4))]
    tarred(tmp_path / "bad.tar", [*bad, *twice, ("last.png", page(5))])
    zip_of_entries(tmp_path / "bad.zip", [{"name": b"locked.png", "flags": 1}, {"name": b"x.png"}])
    before = set(tmp_path.rglob("*"))
    run = batch("bad.tar", "bad.zip", "out", cwd=tmp_path, code=1)
    assert printed(run)[0].startswith("2 done (0 of them before), 9 failed")
    assert tree(tmp_path / "out").keys() == {"bad/A.png", "bad/last.png"}
    new = set(tmp_path.rglob("*")) - before
    assert all((tmp_path / "out") in (path, *path.parents) for path in new)
    lines = run.stderr.splitlines()
    assert len(lines) == 9
    for words in ("leads out", "is absolute", "is a link", "is encrypted", "letters' case"):
        assert any(words in line for line in lines), words
    assert list((tmp_path / "out/.docbin/run.fetched").iterdir()) == []


def test_limits_are_options(tmp_path):
    zipped(tmp_path / "a.zip", [("a.png", page()), ("b.png", page(1, 400, 500))])
    largest = str(len(page()) + 10)
    run = batch("a.zip", "out", "--max-input", largest, cwd=tmp_path, code=1)
    assert "b.png::a.zip': it has" in run.stderr
    assert (
        "--max-input is 'much'"
        in batch("a.zip", "o", "--max-input=much", cwd=tmp_path, code=2).stderr
    )
    run = batch("a.zip", "o", "--max-members", "1", cwd=tmp_path, code=1)
    assert "it has more than 1 members; --max-members allows more" in run.stderr


def test_copies_that_a_killed_run_left_are_gone(tmp_path):
    zipped(tmp_path / "a.zip", [("a.png", page())])
    left = tmp_path / "out/.docbin/run.fetched"
    left.mkdir(parents=True)
    (left / "tmp123").write_bytes(b"left")
    batch("a.zip", "out", cwd=tmp_path)
    assert list(left.iterdir()) == []


def test_what_cannot_be_looked_at_is_in_the_books_until_it_can(tmp_path):
    whole = zipped(tmp_path / "a.zip", [("a.png", page()), ("b.png", page(1))]).read_bytes()
    tarred(tmp_path / "b.tar", [("../out.png", page(2)), ("c.png", page(3))])
    (tmp_path / "a.zip").write_bytes(whole[: len(whole) // 2])
    batch("a.zip", "b.tar", "out", cwd=tmp_path, code=1)
    run = docbin("batch", "--status", "out", "--json", cwd=tmp_path, code=1)
    assert (strict(run)["done"], strict(run)["failed"]) == (1, 2)
    failures = {each["name"]: each for each in strict(run)["failures"]}
    assert "it is no zip file" in failures["a.zip"]["error"]
    assert "leads out" in failures["tar://../out.png::b.tar"]["error"]
    assert {each["exit_code"] for each in failures.values()} == {3}
    run = docbin("batch", "--export", "books.json", "out", "--json", cwd=tmp_path)
    assert strict(run) == {"export": "books.json", "records": 3}
    exported = json.loads((tmp_path / "books.json").read_text())
    assert [each["target"] for each in exported if each["status"] == "failed"] == ["", ""]
    run = docbin("batch", "--bag", "bag", "out", "--json", cwd=tmp_path)
    assert strict(run) == {"bag": "bag", "results": 1, "left_out": 2}
    assert "2 of 3 inputs are not in the bag" in run.stderr
    # Other sources do not hide it, the same ones do when they can be read.
    zipped(tmp_path / "c.zip", [("a.png", page())])
    batch("c.zip", "out", cwd=tmp_path)
    assert strict(docbin("batch", "--status", "out", "--json", cwd=tmp_path, code=1))["failed"] == 2
    (tmp_path / "a.zip").write_bytes(whole)
    batch("a.zip", "b.tar", "out", cwd=tmp_path, code=1)
    run = docbin("batch", "--status", "out", "--json", cwd=tmp_path, code=1)
    assert (strict(run)["done"], strict(run)["failed"]) == (4, 1)


def test_shards_share_what_cannot_be_looked_at(tmp_path):
    bad = [(f"../{n}.png", page()) for n in range(6)]
    tarred(tmp_path / "a.tar", [*bad, ("a.png", page()), ("b.png", page(1)), ("c.png", page(2))])
    for shard in ("1/2", "2/2"):
        batch("a.tar", "out", "--shard", shard, cwd=tmp_path, code=1)
    run = docbin("batch", "--status", "out", "--json", cwd=tmp_path, code=1)
    assert (strict(run)["done"], strict(run)["failed"]) == (3, 6)
