"""What a run finds, how results are named, and what is refused before it starts."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docbin.batch import Shard
from docbin.batch.found import Found
from docbin.batch.items import items_of
from docbin.batch.place import Folder
from docbin.batch.sources import inputs_of
from docbin.batch.walk import walk
from docbin.errors import InputError, UsageError


def make(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * len(name))


def names(sources, destination="/nowhere/out", listed=b""):
    found, unreadable = inputs_of(sources, Folder(Path(destination)), io.BytesIO(listed))
    assert unreadable == []
    return [each.name for each in found]


def test_a_folder_is_taken_with_its_tree_in_natural_order(tmp_path):
    make(tmp_path, "b/10.png", "b/9.tif", "b/c/1.PDF", "a.jpg", "notes.txt", ".hidden.png")
    make(tmp_path, ".git/x.png", "a.bw.png", "a.preview.png")
    found, _ = inputs_of([str(tmp_path)], Folder(Path("/nowhere")))
    assert [each.name for each in found] == ["a.jpg", "b/9.tif", "b/10.png", "b/c/1.PDF"]
    assert found[0].path == str(tmp_path / "a.jpg")
    assert found[0].size == 5
    assert found[0].mtime_ns == (tmp_path / "a.jpg").stat().st_mtime_ns


def test_links_are_followed_but_not_in_circles(tmp_path):
    make(tmp_path, "real/1.png", "other/2.png")
    (tmp_path / "real" / "up").symlink_to(tmp_path)
    (tmp_path / "a-link").symlink_to(tmp_path / "real")
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    make(outside, "3.png")
    (outside / "back").symlink_to(outside)
    for link in ("x", "y"):
        (tmp_path / link).symlink_to(outside)
    assert names([str(tmp_path)]) == ["other/2.png", "real/1.png", "x/3.png"]


def test_patterns_do_not_follow_links_in_circles(tmp_path, monkeypatch):
    make(tmp_path, "s/a/1.png", "s/b/2.png", "s/b/c/3.png", "s/b/c/notes.txt", "s/.hid/4.png")
    # Two of them, and the paths are as many as two to the power of their depth.
    for link in ("s/a/up", "s/b/up", "s/b/c/up"):
        (tmp_path / link).symlink_to(tmp_path / "s")
    monkeypatch.chdir(tmp_path)
    assert names(["s/**/*.png"]) == ["a/1.png", "b/2.png", "b/c/3.png"]
    assert names(["s/**/c/*"]) == ["b/c/3.png"]
    assert names(["s/**/**/[12].*"]) == ["a/1.png", "b/2.png"]
    assert names(["s/b/**"]) == ["2.png", "c/3.png", "up/a/1.png"]


def test_what_cannot_be_looked_at_is_said(tmp_path, monkeypatch):
    make(tmp_path, "shut/1.png", "open/2.png")
    (tmp_path / "circle.png").symlink_to("circle.png")
    (tmp_path / "nothing.png").symlink_to("not-there.png")
    scan = os.scandir

    def refusing(path):
        if path.endswith("shut"):
            raise PermissionError(13, "no")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)
    found, unreadable = inputs_of([str(tmp_path)], Folder(Path("/nowhere")))
    assert [each.name for each in found] == ["open/2.png"]
    assert {Path(each.path).name: each.error for each in unreadable} == {
        "shut": "permission denied",
        "circle.png": "too many symbolic links",
        "nothing.png": "there is no such file",
    }


def test_pipes_are_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    assert list(walk(str(tmp_path))) == []


def test_patterns_name_what_lies_behind_their_fixed_part(tmp_path, monkeypatch):
    make(tmp_path, "s/1/a.png", "s/2/b.png", "s/2/b.txt", "s/2/deep/c.png")
    monkeypatch.chdir(tmp_path)
    assert names(["s/*/*.png"]) == ["1/a.png", "2/b.png"]
    assert names(["s/**/*.png"]) == ["1/a.png", "2/b.png", "2/deep/c.png"]
    assert names([f"{tmp_path}/s/2/*"]) == ["b.png"]
    with pytest.raises(UsageError, match=r"'\.\.' behind a wildcard"):
        names(["s/*/../1/*.png"])
    with pytest.raises(InputError, match="no picture"):
        names(["s/*.png"])


def test_files_keep_their_own_name_and_count_once(tmp_path, monkeypatch):
    make(tmp_path, "s/1/a.png", "s/1/[b].png")
    monkeypatch.chdir(tmp_path)
    assert names(["s/1/a.png", f"{tmp_path}/s/1/a.png", "s/1/[b].png"]) == ["[b].png", "a.png"]


def test_lists_name_what_they_list(tmp_path, monkeypatch):
    make(tmp_path, "s/1/a.png", "s/two\nlines.png", "notes")
    monkeypatch.chdir(tmp_path)
    assert names(["-"], listed=b"s/1/a.png\r\n./notes\n\ns\n") == ["notes", "s/1/a.png"]
    assert names(["-"], listed=b"s/1/a.png\0s/two\nlines.png\0") == [
        "s/1/a.png",
        "s/two\nlines.png",
    ]
    absolute = os.fsencode(tmp_path / "notes")
    assert names(["-"], listed=absolute) == [str(tmp_path / "notes").lstrip("/")]
    with pytest.raises(UsageError, match=r"leads out of it with '\.\.'"):
        names(["-"], listed=b"s/../../x.png")
    _, unreadable = inputs_of(["-"], Folder(Path("/nowhere")), io.BytesIO(b"notes\ngone.png"))
    assert [(each.path, each.error) for each in unreadable] == [
        ("gone.png", "there is no such file")
    ]


def test_bytes_that_are_no_utf_8(tmp_path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png")).write_bytes(b"x")
    assert names([str(tmp_path)]) == [os.fsdecode(b"\xff.png")]


def test_the_destination_does_not_lie_within_a_source(tmp_path, monkeypatch):
    make(tmp_path, "s/1/a.png")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "door").symlink_to(tmp_path / "s")
    for source, destination in [("s", "s"), ("s", "s/out"), ("s", "door/x"), (".", "out"),
                                ("s/**/*.png", "s/out")]:  # fmt: skip
        with pytest.raises(UsageError, match="lies within"):
            names([source], destination)
    assert names(["s/1/*.png"], "s/out") == ["a.png"]
    assert names(["s"], "s-out") == ["1/a.png"]


def test_what_is_not_there(tmp_path):
    with pytest.raises(InputError, match="no such file or folder"):
        names([str(tmp_path / "x")])
    with pytest.raises(InputError, match="no picture and no PDF"):
        names([str(tmp_path)])


def targets(*inputs, format=None, destination="/nowhere/out"):
    found = [Found(name, f"/in/{name}", 1, 1) for name in inputs]
    return [
        (each.target, each.format) for each in items_of(found, Folder(Path(destination)), format)[0]
    ]


def test_results_keep_names_and_what_holds_several_pages():
    assert targets("a.JPG", "b/c.TIFF", "b/d.tif", "e.x.pdf", "f") == [
        ("a.png", "png"),
        ("b/c.TIFF", "tiff"),
        ("b/d.tif", "tiff"),
        ("e.x.pdf", "pdf"),
        ("f.png", "png"),
    ]
    assert targets("a.JPG", "b.pdf", "c.TIFF", format="tif") == [
        ("a.tif", "tiff"),
        ("b.tif", "tiff"),
        ("c.TIFF", "tiff"),
    ]


@pytest.mark.parametrize(
    "inputs",
    [
        ("a.jpg", "a.png"),
        ("x/a.jpg", "x/A.bmp"),
        ("X/a.jpg", "x/a.jpg"),
        ("stra\u00dfe.png", "STRASSE.jpg"),
        ("e\u0301.png", "\u00e9.jpg"),
    ],
)
def test_names_that_collide_are_refused(inputs):
    with pytest.raises(UsageError, match="would both be written to"):
        targets(*inputs)


def test_a_result_is_no_folder_of_another_and_no_input(tmp_path):
    with pytest.raises(UsageError, match=r"would be a file .* and a folder"):
        targets("a.jpg", "A.PNG/b.jpg")
    with pytest.raises(UsageError, match="keeps its books"):
        targets(".docbin/a.jpg")
    make(tmp_path, "s/s/a.png", "s/b.png")
    found, _ = inputs_of([str(tmp_path / "s")], Folder(tmp_path))
    with pytest.raises(UsageError, match="would be an input itself"):
        items_of([*found, Found("s/b.jpg", "/x", 1, 1)], Folder(tmp_path), None)


@given(st.lists(st.text(min_size=1)), st.integers(1, 9))
def test_every_input_is_in_one_shard(inputs, count):
    shards = [Shard(number, count) for number in range(1, count + 1)]
    assert all(sum(shard.has(name) for shard in shards) == 1 for name in inputs)


def test_shards_are_about_equal_and_do_not_move():
    names = [f"box-{number}/page.png" for number in range(3000)]
    counts = [sum(map(Shard(number, 3).has, names)) for number in (1, 2, 3)]
    assert min(counts) > 900
    # Another machine, another version: the same part.
    assert [Shard(number, 3).has("a/1.png") for number in (1, 2, 3)] == [True, False, False]


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3", "\u00b2/3"])
def test_shards_that_there_are_not(text):
    with pytest.raises(UsageError, match="--shard is"):
        Shard.of(text)
