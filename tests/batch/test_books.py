"""The run database: what is kept, what is refused, and who may write."""

import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from docbin.batch import PageRecord, Record, Shard, read_records
from docbin.batch.books import open_books
from docbin.batch.disks import is_networked
from docbin.batch.place import Folder
from docbin.batch.records import Written
from docbin.batch.setup import Setup
from docbin.errors import InputError, UsageError

SETUP = Setup("0.1.0", "sauvola", '{"k": 0.2}', None, "{}")
PAGES = (PageRecord(1, 30, 40, "Otsu()", 0.1, 0.2, 0.3), PageRecord(2, 0, 0, "untouched", 0, 0, 0))
DONE = Record(
    *("a/1.tif", "/in/a/1.tif", "a/1.tif", "done", 10, 11, SETUP, "ab", Written(12, 13, "cd")),
    attempts=1,
    seconds=1.5,
    ended=1e9,
    pages=PAGES,
)
FAILED = Record(
    *(os.fsdecode(b"\xff.png"), os.fsdecode(b"/in/\xff.png"), os.fsdecode(b"\xff.png"), "failed"),
    *(1, 2, SETUP, None, None, os.fsdecode(b"\xff is bad"), 3),
)


def test_records_come_back_as_they_were(tmp_path):
    with open_books(Folder(tmp_path)) as books:
        books.add(DONE)
        books.add(FAILED)
        books.add(replace(FAILED, name="z", setup=replace(SETUP, weights="ef")))
        assert books.records() == {
            DONE.name: replace(DONE, pages=()),
            FAILED.name: FAILED,
            "z": replace(FAILED, name="z", setup=replace(SETUP, weights="ef")),
        }
    assert set(read_records(tmp_path)) >= {DONE, FAILED}


def test_what_is_done_again_replaces_what_was(tmp_path):
    with open_books(Folder(tmp_path)) as books:
        books.add(DONE)
        again = replace(DONE, sha256="00", pages=PAGES[:1])
        books.begin([replace(DONE, status="begun", size=99, written=None)])
        (begun,) = books.records().values()
        # A result of before is still known, should the new one fail.
        assert begun == replace(DONE, status="begun", pages=())
        books.add(again)
    assert read_records(tmp_path) == [again]


def test_renewed_records_keep_everything_but_times(tmp_path):
    with open_books(Folder(tmp_path)) as books:
        books.add(DONE)
        renewed = replace(DONE, mtime_ns=77, written=Written(12, 78, "cd"))
        books.renew([replace(renewed, pages=())])
    assert read_records(tmp_path) == [renewed]


def test_records_can_be_read_while_a_run_writes(tmp_path):
    with open_books(Folder(tmp_path)) as books:
        books.add(DONE)
        assert read_records(tmp_path) == [DONE]
        books.add(FAILED)
        assert len(read_records(tmp_path)) == 2
    assert [path.name for path in (tmp_path / ".docbin").iterdir() if "sqlite" in path.name] == [
        "run.sqlite"
    ]


@pytest.mark.parametrize("networked", [True, False])
def test_the_log_fits_the_disk(tmp_path, monkeypatch, networked):
    monkeypatch.setattr("docbin.batch.database.is_networked", lambda folder: networked)
    with open_books(Folder(tmp_path)) as books:
        (mode,) = books._connection.execute("PRAGMA journal_mode").fetchone()
        (level,) = books._connection.execute("PRAGMA synchronous").fetchone()
    assert (mode, level) == ("delete" if networked else "wal", 2)


def test_disks_of_a_network_are_known(tmp_path):
    mounts = tmp_path / "mounts"
    inner = tmp_path / "my share"
    (inner / "local").mkdir(parents=True)
    escaped = str(inner).replace(" ", "\\040")
    mounts.write_text(
        "/dev/sda / ext4 rw 0 0\n"
        f"server:/x {escaped} nfs4 rw 0 0\n"
        f"/dev/sdb {escaped}/local xfs rw 0 0\n"
        f"sshfs {tmp_path}/ssh fuse.sshfs rw 0 0\n"
    )
    assert not is_networked(tmp_path, mounts)
    assert is_networked(inner, mounts)
    assert is_networked(inner / "not" / "there" / "yet", mounts)
    assert not is_networked(inner / "local", mounts)
    assert is_networked(tmp_path / "ssh", mounts)
    assert not is_networked(tmp_path / "ssh-not", mounts)
    assert is_networked(tmp_path, tmp_path / "no-mounts")


def test_two_runs_on_the_same_output(tmp_path):
    """The lock is the system's: it ends with the process that holds it, however that ends."""
    program = (
        "import pathlib, sys; from docbin.batch.books import open_books\n"
        "from docbin.batch.place import Folder\n"
        f"with open_books(Folder(pathlib.Path({str(tmp_path)!r}))):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout.readline() == b"held\n"
    elsewhere = tmp_path / "elsewhere"
    for state in (None, elsewhere):
        with (
            pytest.raises(UsageError, match=f"another run works on .*process {holder.pid} on "),
            open_books(Folder(tmp_path), state),
        ):
            pass
    holder.kill()
    holder.communicate()
    with open_books(Folder(tmp_path)):
        # Nor twice in one process, whose own locks the system would grant it.
        for _ in range(2):
            with (
                pytest.raises(UsageError, match=r"another run.*this process"),
                open_books(Folder(tmp_path)),
            ):
                pass


def test_shards_have_books_of_their_own(tmp_path):
    with (
        open_books(Folder(tmp_path), shard=Shard(1, 2)) as first,
        open_books(Folder(tmp_path), shard=Shard(2, 2)) as second,
    ):
        first.add(DONE)
        second.add(FAILED)
        assert first.owner != second.owner
    assert set(read_records(tmp_path)) == {DONE, FAILED}
    for shard, words in [(None, "begun in 2 shards"), (Shard(1, 3), "begun in 2 shards")]:
        with pytest.raises(UsageError, match=words), open_books(Folder(tmp_path), shard=shard):
            pass
    whole = tmp_path / "whole"
    with open_books(Folder(whole)):
        pass
    with (
        pytest.raises(UsageError, match="begun as a whole"),
        open_books(Folder(whole), shard=Shard(1, 2)),
    ):
        pass


def test_books_of_other_results(tmp_path):
    state = tmp_path / "state"
    (tmp_path / "one").mkdir()
    with open_books(Folder(tmp_path / "one"), state) as books:
        books.add(DONE)
    with (
        pytest.raises(InputError, match=r"is of results in .*one.*; give another --state"),
        open_books(Folder(tmp_path / "two"), state),
    ):
        pass
    assert read_records(tmp_path / "one", state) == [DONE]
    # A destination that has moved takes its books along.
    (tmp_path / "one").rename(tmp_path / "three")
    with open_books(Folder(tmp_path / "three"), state) as books:
        assert books.records()


def test_files_that_are_no_books(tmp_path):
    with pytest.raises(InputError, match="has no run database"):
        read_records(tmp_path)
    path = tmp_path / ".docbin" / "run.sqlite"
    path.parent.mkdir()
    path.write_bytes(b"no database " * 100)
    with pytest.raises(InputError, match="cannot be read: file is not a database"):
        read_records(tmp_path)
    with pytest.raises(InputError, match="file is not a database"), open_books(Folder(tmp_path)):
        pass
    path.unlink()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE other (x)")
    other.close()
    for reading in (read_records, lambda folder: open_books(Folder(folder)).__enter__()):
        with pytest.raises(InputError, match="is no run database of docbin"):
            reading(tmp_path)
    path.unlink()
    with open_books(Folder(tmp_path)):
        pass
    other = sqlite3.connect(path)
    other.execute("PRAGMA user_version = 9")
    other.close()
    for reading in (read_records, lambda folder: open_books(Folder(folder)).__enter__()):
        with pytest.raises(InputError, match="version 9, this docbin reads 2"):
            reading(Path(tmp_path))
