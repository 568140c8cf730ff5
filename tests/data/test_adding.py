"""Downloads become data sets; hostile archives do not."""

import io
import json
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from pages import dibco2013, page, tarred, zipped
from PIL import Image

from docbin.errors import InputError, MissingDependencyError, OutputError
from docbin.evaluate import Dataset, archives, manifests
from docbin.evaluate.adding import add, sha256
from docbin.evaluate.layouts import find
from docbin.evaluate.manifests import Layout
from docbin.io import read_mask, read_pages

DIBCO = manifests.load("dibco2013")


def packed(folder, tmp_path, kind):
    target = tmp_path / f"DIBCO2013-dataset.{kind}"
    if kind == "zip":
        return zipped(folder, target)
    if kind == "tar.gz":
        return tarred(folder, target)
    libarchive = pytest.importorskip("libarchive", reason="libarchive-c is not installed")
    with libarchive.file_writer(str(target), "7zip") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = path.relative_to(folder.parent).as_posix()
                archive.add_file_from_memory(name, path.stat().st_size, path.read_bytes())
    return target


@pytest.mark.parametrize("kind", ["folder", "zip", "tar.gz", "7z"])
def test_add(tmp_path, kind):
    folder = dibco2013(tmp_path / "download")
    source = folder if kind == "folder" else packed(folder, tmp_path, kind)
    counts = []
    added = add(DIBCO, [source], root=tmp_path / "store", told=lambda *done: counts.append(done))
    assert added.folder == tmp_path / "store" / "dibco2013"
    assert added.pages == 3
    assert counts == [(1, 3), (2, 3), (3, 3)]
    assert [text for text in added.remarks if "3 pages were found; DIBCO 2013 has 16" in text]
    data = Dataset.open(added.folder)
    assert [sample.name for sample in data] == ["HW01", "HW02", "PR01"]
    for number, sample in enumerate(data):
        image, truth = page(number)
        np.testing.assert_array_equal(next(read_pages(sample.image)).pixels, image)
        np.testing.assert_array_equal(read_mask(sample.truth), truth)
    told = json.loads((added.folder / "manifest.json").read_text())
    assert told["pages"] == 3
    assert told["licence"] == DIBCO.licence
    assert {name: sha256(added.folder / name) for name in told["files"]} == told["files"]
    assert len(told["files"]) == 6
    assert sorted(path.name for path in (tmp_path / "store").iterdir()) == ["dibco2013"]


def test_archives_in_a_folder(tmp_path):
    folder = dibco2013(tmp_path / "x")
    (tmp_path / "all").mkdir()
    for kind in ("OriginalImages", "GTimages"):
        zipped(folder / kind, tmp_path / "all" / f"{kind}.zip")
    assert add(DIBCO, [tmp_path / "all"], root=tmp_path / "store").pages == 3
    again = zipped(tmp_path / "all", tmp_path / "nested.zip")
    assert add(DIBCO, [again], root=tmp_path / "store2").pages == 3


def test_existing_sets_stay(tmp_path):
    folder = dibco2013(tmp_path / "x")
    add(DIBCO, [folder], root=tmp_path)
    with pytest.raises(OutputError, match="--force"):
        add(DIBCO, [folder], root=tmp_path)
    before = (tmp_path / "dibco2013" / "manifest.json").read_bytes()
    (folder / "GTimages" / "HW01_estGT.bmp").write_bytes(b"BM no picture")
    with pytest.raises(InputError):
        add(DIBCO, [folder], root=tmp_path, force=True)
    assert (tmp_path / "dibco2013" / "manifest.json").read_bytes() == before
    (folder / "GTimages" / "HW01_estGT.bmp").unlink()
    added = add(DIBCO, [folder], root=tmp_path, force=True)
    assert added.pages == 2
    assert any("HW01.bmp" in text for text in added.remarks)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dibco2013", "x"]


def test_sizes_must_agree(tmp_path):
    folder = dibco2013(tmp_path / "x")
    Image.new("1", (5, 5)).save(folder / "GTimages" / "PR01_estGT.bmp")
    with pytest.raises(InputError, match=r"'PR01'.*160 × 120.*5 × 5"):
        add(DIBCO, [folder], root=tmp_path / "store")
    assert not any((tmp_path / "store").iterdir())


def test_nothing_found(tmp_path):
    Image.new("L", (5, 5)).save(tmp_path / "a.png")
    with pytest.raises(InputError, match="--image and --truth"):
        add(DIBCO, [tmp_path], root=tmp_path / "store")
    with pytest.raises(InputError, match="there is no file"):
        add(DIBCO, [tmp_path / "no.zip"], root=tmp_path / "store")


LAYOUTS = {
    "dibco2009": ("DIBC02009_Test_images-handwritten/H01.bmp",
                  "DIBCO2009-GT-Test-images_handwritten/H01.tif", "H01"),
    "hdibco2010": ("H_DIBCO2010_test_images/H01.tif", "H_DIBCO2010_GT/H01_estGT.tiff", "H01"),
    "dibco2011": ("h/HW1.png", "h/HW1_GT.tiff", "HW1"),
    "hdibco2012": ("H-DIBCO2012-dataset/H01.png", "H-DIBCO2012-dataset/H01_GT.tif", "H01"),
    "hdibco2014": ("original_images/H01.png", "GT/H01_estGT.tiff", "H01"),
    "hdibco2016": ("a/DIPCO2016_dataset/1.bmp", "DIPCO2016_Dataset_GT/1_gt.bmp", "1"),
    "dibco2017": ("Dataset/1.bmp", "GT/1_gt.bmp", "1"),
    "hdibco2018": ("dataset/1.bmp", "gt/1_gt.bmp", "1"),
    "dibco2019": ("Dataset/1.bmp", "GT/1.bmp", "1"),
    "dkds": ("x/Testset-E/images/7.png", "x/Testset-E/masks/7.png", "Testset-E_7"),
    "phibd2012": ("Original/Persian01.jpg", "GT/Persian01_GT.tif", "Persian01"),
    "bickley": ("original/P1.png", "original_gt/P1_gt_labeled.png", "P1"),
    "smadi": ("z30/F2s.png", "GT/z30GT.png", "z30_F2"),
    "nabuco": ("images/N 1.png", "ground truth/N 1.png", "N_1"),
    "monk-cuper": ("MCSset/a1.png", "MCSset/GT-a1.png", "a1"),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_of_the_sets(name):
    image, truth, label = LAYOUTS[name]
    files = {path: Path(path) for path in (image, truth, "readme/logo.png")}
    found = find(files, manifests.load(name))
    assert found.pages == ((label, Path(image), Path(truth)),)


@pytest.mark.parametrize("name", sorted(manifests.names()))
def test_general_layouts_serve_every_set(name):
    for image, truth in (
        ("img/p1.png", "gt/p1.png"),
        ("x/p1.jpg", "x/p1_GT.png"),
        ("DIBCO/scans/p1.jpg", "DIBCO_GT/p1-gt.png"),
    ):
        files = {path: Path(path) for path in (image, truth)}
        assert [page[0] for page in find(files, manifests.load(name)).pages] == ["p1"]


def test_bands_share_a_truth():
    files = {f"z1/F{band}s.png": Path(f"{band}") for band in range(1, 9)} | {
        "GT/z1GT.png": Path("gt")
    }
    pages = find(files, manifests.load("smadi")).pages
    assert [page[0] for page in pages] == [f"z1_F{band}" for band in range(1, 9)]
    assert {page[2] for page in pages} == {Path("gt")}


def test_gray_truth(tmp_path):
    bickley = manifests.load("bickley")
    for folder in ("original", "original_gt"):
        (tmp_path / "d" / folder).mkdir(parents=True)
    Image.fromarray(np.full((3, 4), 99, np.uint8)).save(tmp_path / "d/original/P1.png")
    truth = np.array([[255, 254, 0, 128]] * 3, np.uint8)
    Image.fromarray(truth).save(tmp_path / "d/original_gt/P1_x.png")
    added = add(bickley, [tmp_path / "d"], root=tmp_path / "store")
    np.testing.assert_array_equal(read_mask(added.folder / "gt/P1.png"), truth < 255)


@pytest.mark.parametrize(
    "name", ["../evil.png", "/evil.png", "a/../../evil.png", "C:\\evil.png", "..\\evil.png"]
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_hostile_names(tmp_path, name, kind):
    target = tmp_path / f"x.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("good.png", b"x")
            archive.writestr(name, b"x")
    else:
        with tarfile.open(target, "w") as archive:
            info = tarfile.TarInfo(name)
            info.size = 1
            archive.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(InputError, match="leaves the folder"):
        archives.unpack(target, tmp_path / "deep" / "in")
    assert not (tmp_path / "deep").exists()
    assert not list(tmp_path.rglob("evil*"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices(tmp_path, kind):
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        info = tarfile.TarInfo("a")
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
    with pytest.raises(InputError, match="link or device"):
        archives.unpack(tmp_path / "x.tar", tmp_path / "in")
    assert not (tmp_path / "in").exists()


def test_link_in_a_zip(tmp_path):
    info = zipfile.ZipInfo("a")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(InputError, match="a link"):
        archives.unpack(tmp_path / "x.zip", tmp_path / "in")


def test_limits(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in "abc":
            archive.writestr(name, bytes(1000))
    for limits in (
        archives.Limits(total=2999), archives.Limits(member=999), archives.Limits(count=2)
    ):  # fmt: skip
        with pytest.raises(InputError, match="more than"):
            archives.unpack(tmp_path / "x.zip", tmp_path / "in", limits)
        assert not (tmp_path / "in").exists()
    archives.unpack(tmp_path / "x.zip", tmp_path / "in", archives.Limits(3000, 1000, 3))
    assert (tmp_path / "in" / "b").stat().st_size == 1000


def test_lying_sizes(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(100_000))
    raw = bytearray((tmp_path / "x.zip").read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        struct.pack_into("<I", raw, raw.index(mark) + offset, 10)
    (tmp_path / "y.zip").write_bytes(raw)
    with pytest.raises(InputError):
        archives.unpack(tmp_path / "y.zip", tmp_path / "in", archives.Limits(member=50))
    assert sum(path.stat().st_size for path in (tmp_path / "in").rglob("*")) <= 50


def test_damaged(tmp_path):
    whole = zipped(dibco2013(tmp_path / "d"), tmp_path / "w.zip").read_bytes()
    broken = bytearray(whole)
    broken[60:400] = bytes(340)
    for number, data in enumerate((b"", b"PK\x03\x04", b"Rar!\x1a\x07\x00x", bytes(broken))):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(data)
        with pytest.raises((InputError, MissingDependencyError)):
            archives.unpack(path, tmp_path / f"in{number}")
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", b"x")
        archive.writestr("A", b"y")
    with pytest.raises(InputError, match="twice"):
        archives.unpack(path, tmp_path / "twice")


def test_two_files_of_one_name():
    files = {"a/HW01.bmp": Path("1"), "HW01.png": Path("2")}
    layout = Layout(r"(?P<name>HW\d\d)\.\w+", r"(?P<name>HW\d\d)_GT\.\w+")
    import dataclasses

    with pytest.raises(InputError, match="same page"):
        find(files, dataclasses.replace(DIBCO, layouts=(layout,)))
