"""Our TIFF files in the hands of libtiff, Pillow, OpenCV and img2pdf."""

import io
import shutil
import subprocess

import cv2
import img2pdf
import numpy as np
import pikepdf
import pytest
from PIL import Image

import docbin
from docbin.errors import InputError
from docbin.io.tiff_write import TiffWriter

rng = np.random.default_rng(2)
PAGES = [
    rng.random((41, 67)) < 0.2,
    np.zeros((1, 1), bool),
    np.ones((30, 2600), bool),
]


def write(pages, dpi=(300.0, 300.0), bands=7, **options) -> bytes:
    file = io.BytesIO()
    writer = TiffWriter(file, **options)
    for page in pages:
        writer.begin(page.shape[1], page.shape[0], dpi)
        packed = np.packbits(page, axis=1)
        for top in range(0, len(packed), bands):
            writer.write(packed[top : top + bands])
        writer.end()
    writer.close()
    return file.getvalue()


def read(data: bytes) -> list[np.ndarray]:
    with Image.open(io.BytesIO(data)) as image:
        pages = []
        for index in range(image.n_frames):
            image.seek(index)
            pages.append(~np.asarray(image, dtype=bool))
        return pages


@pytest.mark.parametrize("options", [{}, {"rows_per_strip": 8}, {"last_offset": 0}])
def test_pillow_reads_every_page(options):
    for page, back in zip(PAGES, read(write(PAGES, **options)), strict=True):
        np.testing.assert_array_equal(page, back)


@pytest.mark.parametrize("options", [{}, {"rows_per_strip": 8}, {"last_offset": 0}])
def test_opencv_reads_every_page(options):
    buffer = np.frombuffer(write(PAGES, **options), np.uint8)
    ok, pages = cv2.imdecodemulti(buffer, cv2.IMREAD_GRAYSCALE)
    assert ok
    for page, back in zip(PAGES, pages, strict=True):
        np.testing.assert_array_equal(page, back == 0)


def test_tags():
    with Image.open(io.BytesIO(write(PAGES[:1], dpi=(300.0, 203.2)))) as image:
        tags = dict(image.tag_v2)
        assert image.info["dpi"] == (300.0, 203.2)
    assert tags[259] == 4
    assert tags[262] == 0
    assert tags[258] == (1,)
    assert tags[274] == tags[277] == 1
    assert tags[278] == 41
    assert len(tags[273]) == 1
    assert tags[296] == 2
    assert tags[305] == f"docbin {docbin.__version__}"
    assert 306 not in tags  # no date


def test_no_resolution():
    with Image.open(io.BytesIO(write(PAGES[:1], dpi=None))) as image:
        assert "dpi" not in image.info
        assert image.tag_v2[296] == 1


@pytest.mark.skipif(not shutil.which("tiffinfo"), reason="tiffinfo is not installed")
@pytest.mark.parametrize("options", [{}, {"rows_per_strip": 8}, {"last_offset": 0}])
def test_tiffinfo_has_no_complaint(tmp_path, options):
    path = tmp_path / "a.tif"
    path.write_bytes(write(PAGES, **options))
    run = subprocess.run(["tiffinfo", "-D", path], capture_output=True, text=True, check=True)
    assert run.stderr == ""
    assert run.stdout.count("CCITT Group 4") == 3
    assert run.stdout.count("min-is-white") == 3
    assert run.stdout.count("Resolution: 300, 300 pixels/inch") == 3
    assert "Page Number: 2-3" in run.stdout


def test_img2pdf_copies_the_strip():
    data = write(PAGES[:1])
    with Image.open(io.BytesIO(data)) as image:
        (offset,), (size,) = image.tag_v2[273], image.tag_v2[279]
    with pikepdf.open(io.BytesIO(img2pdf.convert(data))) as pdf:
        (image,) = dict(pdf.pages[0].Resources.XObject).values()
        assert image.read_raw_bytes() == data[offset : offset + size]


def test_same_bytes_however_the_rows_come():
    assert write(PAGES, bands=1) == write(PAGES, bands=100)
    data = write(PAGES, bands=3, rows_per_strip=10)
    assert data == write(PAGES, bands=100, rows_per_strip=10)


def test_a_file_beyond_4_gib_is_a_bigtiff(tmp_path):
    path = tmp_path / "big.tif"
    with path.open("wb") as file:
        writer = TiffWriter(file)
        for page in PAGES:
            writer.begin(page.shape[1], page.shape[0])
            writer.write(np.packbits(page, axis=1))
            writer.end()
            file.seek(2**31, 1)  # a hole: takes no space
        writer.close()
    with path.open("rb") as file:
        assert file.read(4) == b"II\x2b\0"
    with Image.open(path) as image:
        image.seek(2)
        assert image.tag_v2[273][0] > 2**32
        np.testing.assert_array_equal(~np.asarray(image, dtype=bool), PAGES[2])


def test_missing_and_surplus_rows_are_refused():
    writer = TiffWriter(io.BytesIO())
    with pytest.raises(InputError, match="at least one page"):
        writer.close()
    writer.begin(8, 2)
    writer.write(np.zeros((1, 1), np.uint8))
    with pytest.raises(InputError, match="fewer rows"):
        writer.end()
    with pytest.raises(InputError, match="more rows"):
        writer.write(np.zeros((2, 1), np.uint8))


@pytest.mark.parametrize("size", [(0, 1), (1, 0), (2**31, 1)])
def test_impossible_sizes_are_refused(size):
    with pytest.raises(InputError):
        TiffWriter(io.BytesIO()).begin(*size)


@pytest.mark.parametrize("dpi", [0.0, -1.0, float("nan"), float("inf")])
def test_impossible_resolutions_are_refused(dpi):
    with pytest.raises(InputError, match="dpi"):
        write(PAGES[:1], dpi=(dpi, 300.0))
