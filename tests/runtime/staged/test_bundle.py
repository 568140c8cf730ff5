"""Trained pipelines on the disk: written whole, read with every claim checked."""

from __future__ import annotations

import hashlib
import json

import pytest
from staged_bundles import random_bundle

from docbin.errors import InputError, OutputError
from docbin.runtime.staged.bundle import INDEX, PACKED, Bundle
from docbin.runtime.staged.table import DESCRIPTIONS, description
from docbin.runtime.staged.writer import write_bundle


@pytest.fixture(scope="module")
def made():
    return random_bundle("three-stage")


@pytest.fixture
def folder(tmp_path, made):
    write_bundle(tmp_path / "net", made)
    return tmp_path / "net"


def here(folder):
    return [path.name for path in folder.iterdir()]


def edit(folder, change):
    """Change the index as JSON."""
    path = folder / INDEX
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


@pytest.mark.parametrize("name", list(DESCRIPTIONS))
def test_what_is_written_is_read(name, tmp_path):
    bundle = random_bundle(name)
    write_bundle(tmp_path / name, bundle)
    for where in (tmp_path / name, tmp_path / name / INDEX, str(tmp_path / name)):
        assert Bundle.read(where) == bundle
    names = {one.name + PACKED for one in description(name).generators()} | {INDEX}
    assert set(here(tmp_path / name)) == names
    assert here(tmp_path) == [name]


def test_equal_pipelines_have_equal_bytes(made):
    assert made.contents() == random_bundle("three-stage").contents()
    assert made.contents()[INDEX] != random_bundle("three-stage", seed=9).contents()[INDEX]


def test_nothing_is_replaced_without_force(folder, made):
    before = (folder / INDEX).read_bytes()
    with pytest.raises(OutputError, match="exists; give another name or --force"):
        write_bundle(folder, random_bundle("three-stage", seed=9))
    assert (folder / INDEX).read_bytes() == before
    write_bundle(folder, random_bundle("three-stage", seed=9), force=True)
    assert (folder / INDEX).read_bytes() != before
    assert here(folder.parent) == ["net"]


def test_other_peoples_folders_are_never_replaced(folder, made, tmp_path):
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="other things in it"):
        write_bundle(folder, made, force=True)
    with pytest.raises(OutputError, match="other things in it"):
        write_bundle(tmp_path, made, force=True)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="no folder"):
        write_bundle(tmp_path / "file", made, force=True)
    (tmp_path / "empty").mkdir()
    write_bundle(tmp_path / "empty", made)
    with pytest.raises(OutputError, match="its folder does not exist"):
        write_bundle(tmp_path / "no" / "net", made)
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_failure_leaves_nothing(folder, made, monkeypatch):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def fail(*_, **__):
        raise OSError(28, "no space")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OutputError, match="no space left"):
        write_bundle(folder, made, force=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert here(folder.parent) == ["net"]


def test_missing_files_are_named(folder, tmp_path):
    with pytest.raises(InputError, match=r"nowhere cannot be read: No such file"):
        Bundle.read(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"pipeline\.json cannot be read: No such file"):
        Bundle.read(tmp_path)
    (folder / "gray.docbin").unlink()
    with pytest.raises(InputError, match=r"gray\.docbin cannot be read: No such file"):
        Bundle.read(folder)
    (folder / "gray.docbin").mkdir()
    with pytest.raises(InputError, match=r"gray\.docbin cannot be read: it is no file"):
        Bundle.read(folder)


def test_a_generator_of_another_pipeline_is_refused(folder):
    (folder / "gray.docbin").write_bytes((folder / "red.docbin").read_bytes())
    with pytest.raises(InputError, match=r"gray\.docbin is another file than"):
        Bundle.read(folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda v: v.update(format="other"), "no trained pipeline"),
        (lambda v: v.update(version=2), "its version is '2'; this docbin reads version 1"),
        (lambda v: v.update(extra=1), "it must have format, version"),
        (lambda v: v.pop("metadata"), "it must have format, version"),
        (lambda v: v.update(metadata={"a": 1}), "no object of texts"),
        (lambda v: v.update(files=[]), "files is no object"),
        (lambda v: v["files"].pop("red"), "lacks its generators red"),
        (lambda v: v["files"].update(x={}), "no generator 'x'"),
        (lambda v: v["files"].update(red=3), "needs file and sha256"),
        (lambda v: v["files"]["red"].update(file="../red.docbin"), "beside the index"),
        (lambda v: v["files"]["red"].update(file="/etc/passwd"), "beside the index"),
        (lambda v: v["files"]["red"].update(file="gray.docbin"), "must be red.docbin"),
        (lambda v: v["files"]["red"].update(file=["red.docbin"]), "must be red.docbin"),
        (lambda v: v["files"]["red"].update(sha256="0" * 63), "no 64 digits"),
        (lambda v: v["pipeline"].update(cut=0), "cut is '0'; give 1 to 255"),
    ],
)
def test_a_damaged_index_is_refused(folder, change, said):
    edit(folder, change)
    with pytest.raises(InputError) as error:
        Bundle.read(folder)
    assert said in str(error.value)
    assert INDEX in str(error.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no JSON"),
        (b"[]", "no trained pipeline"),
        (b'{"format": "docbin-pipeline", "format": 1}', "a key twice"),
        (b"\xff", "not UTF-8"),
        (b"[" * 100_000, "nested deeper"),
        (b'{"format": NaN}', "NaN"),
        (b" " * ((1 << 20) + 1), "more than 1 MiB"),
    ],
)
def test_what_is_no_index_is_refused(folder, data, said):
    (folder / INDEX).write_bytes(data)
    with pytest.raises(InputError, match=said):
        Bundle.read(folder)


def test_generators_and_texts_are_checked(made):
    files = dict(made.files)
    with pytest.raises(InputError, match="lacks its generators"):
        Bundle(made.description, {})
    with pytest.raises(InputError, match=r"is '\.pth'; give \.docbin or \.onnx"):
        Bundle(made.description, {**files, "red": (".pth", b"")})
    with pytest.raises(InputError, match="no text"):
        Bundle(made.description, files, {"year": 2026})


def test_onnx_files_keep_their_suffix(made, tmp_path):
    bundle = Bundle(made.description, {**made.files, "red": (".onnx", b"float weights")})
    write_bundle(tmp_path / "net", bundle)
    assert (tmp_path / "net" / "red.onnx").read_bytes() == b"float weights"
    found = Bundle.read(tmp_path / "net").files["red"]
    assert found == (".onnx", b"float weights")
    sums = json.loads((tmp_path / "net" / INDEX).read_text())["files"]["red"]["sha256"]
    assert sums == hashlib.sha256(b"float weights").hexdigest()
