"""``docbin batch --bag``: results and records for repositories, judged by another program."""

import csv
import os

import pytest
from archive_files import page
from program import batch, printed

bagit = pytest.importorskip("bagit")


@pytest.fixture
def folder(tmp_path):
    """Return a folder with a run's results in `out`, one of whose inputs cannot be read."""
    for number, name in enumerate(("a.png", "box ä/ü 1.png", "box ä/two\nlines.png", "z/3.png")):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page(number))
    (tmp_path / "in/bad.png").write_bytes(b"")
    batch("in", "out", cwd=tmp_path, code=1)
    return tmp_path


def test_a_bag_is_valid(folder):
    run = batch("--bag", "bag", "out", cwd=folder)
    assert printed(run) == ["bag"]
    assert "1 of 5 inputs are not in the bag" in run.stderr
    bag = bagit.Bag(str(folder / "bag"))
    bag.validate(processes=1)
    assert bag.version_info == (1, 0)
    assert bag.algorithms == ["sha256"]
    files = sorted(path for path in (folder / "bag").rglob("*") if path.is_file())
    names = {path.relative_to(folder / "bag").as_posix() for path in files}
    results = {f"data/results/{name}" for name in ("a.png", "box ä/ü 1.png", "z/3.png")}
    assert names == {
        *("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"),
        *("data/records.csv", "data/records.json", "data/results/box ä/two\nlines.png"),
        *results,
    }
    for name in results:
        inside = folder / "out" / name.removeprefix("data/results/")
        assert inside.samefile(folder / "bag" / name)
    size = sum(path.stat().st_size for path in files if "data" in path.parts)
    assert bag.info["Payload-Oxum"] == f"{size}.6"
    assert bag.info["Bag-Software-Agent"].startswith("docbin ")
    with (folder / "bag/data/records.csv").open(encoding="utf-8", newline="") as file:
        assert {row["status"] for row in csv.DictReader(file)} == {"done", "failed"}
    (folder / "bag/data/results/a.png").unlink()
    with pytest.raises(bagit.BagValidationError):
        bag.validate(processes=1)


def test_copies_where_links_cannot_be(folder, monkeypatch):
    from docbin import batch as api

    def refuses(*arguments, **options):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuses)
    api.bag(api.read_records(folder / "out"), folder / "out", folder / "copied")
    bagit.Bag(str(folder / "copied")).validate(processes=1)
    copy = folder / "copied/data/results/a.png"
    assert copy.read_bytes() == (folder / "out/a.png").read_bytes()
    assert not copy.samefile(folder / "out/a.png")


def test_percent_signs_are_those_of_the_standard(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/50%.png").write_bytes(page())
    batch("in", "out", cwd=tmp_path)
    batch("--bag", "bag", "out", cwd=tmp_path)
    # RFC 8493, 2.1.3; the package bagit does not know it yet.
    assert "  data/results/50%25.png\n" in (tmp_path / "bag/manifest-sha256.txt").read_text()


def test_no_bag_of_what_is_not_right(folder):
    (folder / "there").mkdir()
    assert "'there' exists" in batch("--bag", "there", "out", cwd=folder, code=5).stderr
    (folder / "out/a.png").write_bytes(b"changed")
    run = batch("--bag", "bag", "out", cwd=folder, code=3)
    assert "a.png' is not what the run has written" in run.stderr
    (folder / "out/a.png").unlink()
    assert "a.png' cannot be read" in batch("--bag", "bag", "out", cwd=folder, code=3).stderr
    assert "has no run database" in batch("--bag", "bag", "in", cwd=folder, code=3).stderr
    assert {path.name for path in folder.iterdir()} == {"in", "out", "there"}
