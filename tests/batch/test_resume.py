"""What a second run skips, does again, or refuses to touch; seen by what changes on the disk."""

import os

import pytest
from PIL import Image
from program import letters

from docbin import batch
from docbin.errors import OutputError, UsageError

GRAY, _ = letters(60, 80)
OTSU, SAUVOLA = batch.Treatment("otsu"), batch.Treatment("sauvola")


@pytest.fixture
def archive(tmp_path):
    """Return a folder of three pages in `in` that are done in `out`."""
    for name in ("in/a.png", "in/b.jpg", "in/c/d.tif"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(GRAY).save(tmp_path / name)
    records = again(tmp_path)
    assert [each.status for each in records] == ["done"] * 3
    return tmp_path


def again(folder, treatment=OTSU, **wishes):
    return batch.run(folder / "in", folder / "out", treatment, wishes=batch.Wishes(**wishes))


def changed(folder, treatment=OTSU, **wishes):
    """Return the results that a run writes."""
    before = {path: path.stat().st_mtime_ns for path in results(folder)}
    again(folder, treatment, **wishes)
    after = {path: path.stat().st_mtime_ns for path in results(folder)}
    return sorted(
        path.relative_to(folder / "out").as_posix()
        for path in after
        if before.get(path) != after[path]
    )


def results(folder):
    return [path for path in (folder / "out").rglob("[!.]*.*") if ".docbin" not in path.parts]


def touch(path):
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 10**9))


def test_what_is_done_is_not_opened_again(archive, monkeypatch):
    """Neither the inputs nor the results."""
    monkeypatch.setattr("docbin.batch.resume.sha256_of", None)
    monkeypatch.setattr("docbin.batch.engine.Member", None)
    assert changed(archive) == []


def test_what_is_new_or_gone_is_done(archive):
    (archive / "out/b.png").unlink()
    Image.fromarray(GRAY).save(archive / "in/new.png")
    assert changed(archive) == ["b.png", "new.png"]
    assert changed(archive) == []


def test_a_failure_is_tried_again(archive):
    bad = archive / "in/bad.png"
    bad.write_bytes(b"no picture")
    assert {each.name: each.status for each in again(archive)}["bad.png"] == "failed"
    Image.fromarray(GRAY).save(bad)
    assert changed(archive) == ["bad.png"]


def test_another_setup_is_refused_until_it_is_said_what_to_do(archive):
    with pytest.raises(UsageError, match=r"3 results .*\(method otsu, now sauvola\); give --redo"):
        again(archive, SAUVOLA)
    Image.fromarray(GRAY).save(archive / "in/new.png")
    assert changed(archive, SAUVOLA, keep=True) == ["new.png"]
    with pytest.raises(UsageError, match=r"1 result in .*method sauvola, now otsu"):
        again(archive)
    assert changed(archive, SAUVOLA, redo=True) == ["a.png", "b.png", "c/d.tif"]
    assert changed(archive, SAUVOLA) == []


@pytest.mark.parametrize(
    ("treatment", "said"),
    [
        (batch.Treatment("sauvola", {"k": 0.3}), "k 0.2, now 0.3"),
        (batch.Treatment("sauvola", dpi=200), "dpi none, now 200"),
        (
            batch.Treatment("sauvola", steps=batch.chosen_steps(despeckle=True)),
            "steps none, now Despeckle",
        ),
    ],
)
def test_what_changed_is_said(tmp_path, treatment, said):
    (tmp_path / "in").mkdir()
    Image.fromarray(GRAY).save(tmp_path / "in/a.png")
    again(tmp_path, SAUVOLA)
    with pytest.raises(UsageError, match=said):
        again(tmp_path, treatment)


def test_another_version_is_refused(archive, monkeypatch):
    monkeypatch.setattr("docbin.batch.setup.__version__", "9.9")
    with pytest.raises(UsageError, match=r"docbin 0\.1\.0, now 9\.9"):
        again(archive)


def test_of_weights_the_contents_count(tmp_path):
    from docbin.runtime.random_unet import random_unet

    files = [tmp_path / "one.docbin", tmp_path / "copy.docbin", tmp_path / "two.docbin"]
    for file, seed in zip(files, (0, 0, 1), strict=True):
        file.write_bytes(random_unet(seed, (8,), blocks=(1,)).to_bytes())
    (tmp_path / "in").mkdir()
    Image.fromarray(GRAY).save(tmp_path / "in/a.png")
    one, copy, two = (batch.Treatment("net", {"weights": str(file)}) for file in files)
    (record,) = again(tmp_path, one)
    assert len(record.setup.weights) == 64
    assert changed(tmp_path, copy) == []
    with pytest.raises(UsageError, match="other weights"):
        again(tmp_path, two)


def test_inputs_that_changed(archive):
    touch(archive / "in/a.png")
    Image.fromarray(GRAY[:50]).save(archive / "in/b.jpg")
    with pytest.raises(UsageError, match=r"2 inputs changed since .*or --rehash"):
        again(archive)
    with pytest.raises(UsageError, match="1 input changed"):
        again(archive, rehash=True)
    assert changed(archive, keep=True) == []
    assert changed(archive, rehash=True, redo=True) == ["b.png"]
    assert changed(archive) == []


def test_only_times_changed(archive):
    """Sums are compared once; after that times are known again."""
    touch(archive / "in/a.png")
    touch(archive / "out/b.png")
    with pytest.raises(UsageError, match="changed since"):
        again(archive)
    assert changed(archive, rehash=True) == []
    assert changed(archive) == []


def test_results_that_changed(archive):
    touch(archive / "out/a.png")
    (archive / "out/b.png").write_bytes(b"mine")
    with pytest.raises(UsageError, match="2 results changed since the run made them"):
        again(archive)
    with pytest.raises(UsageError, match=r"1 result changed.*'b\.png'"):
        again(archive, rehash=True)
    assert changed(archive, keep=True) == []
    assert (archive / "out/b.png").read_bytes() == b"mine"
    assert changed(archive, redo=True) == ["a.png", "b.png"]


def test_damage_that_leaves_no_trace_is_found_by_sums(archive):
    path = archive / "out/b.png"
    status = path.stat()
    path.write_bytes(b"x" * status.st_size)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert changed(archive) == []
    with pytest.raises(UsageError, match="1 result changed"):
        again(archive, rehash=True)
    again(archive, rehash=True, redo=True)
    assert changed(archive, rehash=True) == []


def test_files_of_others_are_not_overwritten(archive):
    Image.fromarray(GRAY).save(archive / "in/new.png")
    (archive / "out/new.png").write_bytes(b"mine")
    for wishes in ({}, {"redo": True}, {"keep": True}):
        with pytest.raises(OutputError, match=r"1 file .*'new\.png'; give another .*--force"):
            again(archive, **wishes)
    assert changed(archive, force=True) == ["new.png"]


def test_another_format_takes_the_place_of_the_old(archive):
    options = {"format": "tif", "wishes": batch.Wishes(redo=True)}
    batch.run(archive / "in", archive / "out", OTSU, **options)
    assert sorted(path.name for path in results(archive)) == ["a.tif", "b.tif", "d.tif"]


def test_a_failure_keeps_the_older_result(archive):
    """What a run cannot make again stays, and is still known as its own."""
    before = (archive / "out/a.png").read_bytes()
    good = (archive / "in/a.png").read_bytes()
    (archive / "in/a.png").write_bytes(b"broken")
    again(archive, redo=True)
    assert (archive / "out/a.png").read_bytes() == before
    (archive / "in/a.png").write_bytes(good)
    assert changed(archive) == ["a.png"]


def test_wishes_that_contradict():
    with pytest.raises(UsageError, match="exclude each other"):
        batch.Wishes(redo=True, keep=True)
