"""Every way in: paths, bytes, open files, pipes, names that mislead; and the limits of size."""

import io
import os
import threading

import numpy as np
import pytest
from PIL import Image

from docbin.errors import InputError
from docbin.io import open_source, read_pages
from docbin.io.blob import blob

RGB = np.random.default_rng(23).integers(0, 256, (19, 26, 3), dtype=np.uint8)


def only(data, **options):
    (page,) = open_source(data, **options)
    return page


def encoded(pixels, kind, **options):
    file = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(file, kind, **options)
    return file.getvalue()


SAMPLES = {
    "webp": encoded(RGB, "WEBP", lossless=True),
    "webp-lossy": encoded(RGB, "WEBP"),
    "jpeg2000": encoded(RGB, "JPEG2000"),
    "bmp": encoded(RGB, "BMP"),
    "png": encoded(RGB, "PNG"),
    "jpeg": encoded(RGB, "JPEG"),
    "pnm": encoded(RGB, "PPM"),
    "tiff": encoded(RGB, "TIFF"),
    "pdf": encoded(RGB, "PDF"),
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_limits(kind):
    size = only(SAMPLES[kind]).info.width * only(SAMPLES[kind]).info.height
    for read in (lambda page: page.load(), lambda page: next(page.bands(3))):
        with pytest.raises(InputError, match=f"--max-pixels {size}"):
            read(only(SAMPLES[kind], max_pixels=size - 1))
    assert only(SAMPLES[kind], max_pixels=size).load().pixels.shape == (19, 26, 3)


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_way_in(tmp_path, kind):
    data = SAMPLES[kind]
    expected = only(data).load().pixels
    path = tmp_path / "page with the wrong name.txt"
    path.write_bytes(data)
    for source in (path, str(path), bytearray(data), memoryview(data), io.BytesIO(data)):
        (page,) = read_pages(source)
        np.testing.assert_array_equal(page.pixels, expected)
    with path.open("rb") as file:
        (page,) = read_pages(file)
    assert page.source == str(path)
    np.testing.assert_array_equal(page.pixels, expected)


@pytest.mark.parametrize("kind", SAMPLES)
def test_pipes(kind):
    out, into = os.pipe()

    def feed():
        with os.fdopen(into, "wb") as file:
            file.write(SAMPLES[kind])

    feeder = threading.Thread(target=feed)
    feeder.start()
    with os.fdopen(out, "rb") as pipe:
        (page,) = read_pages(pipe)
    feeder.join()
    np.testing.assert_array_equal(page.pixels, only(SAMPLES[kind]).load().pixels)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_named_pipes_and_standard_input(tmp_path, monkeypatch):
    path = tmp_path / "pipe.png"
    os.mkfifo(path)
    feeder = threading.Thread(target=lambda: path.write_bytes(SAMPLES["png"]))
    feeder.start()
    (page,) = read_pages(path)
    feeder.join()
    np.testing.assert_array_equal(page.pixels, RGB)
    stdin = io.TextIOWrapper(io.BytesIO(SAMPLES["png"]))
    monkeypatch.setattr("sys.stdin", stdin)
    (page,) = read_pages("-")
    assert page.source == "-"
    np.testing.assert_array_equal(page.pixels, RGB)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"", "it is empty"),
        (io.BytesIO(), "it is empty"),
        (b"\x89PN", "no picture format"),
        (b"GIF89a" + bytes(30), "a GIF picture"),
        (b"PK\x03\x04" + bytes(30), "a zip archive"),
        (b"<html>", "a web page"),
        (b"\0\0\0\x18ftypheic", "HEIF"),
        (b"P7\nWIDTH 3\n", "a PAM picture"),
        (io.StringIO("text"), "opened as text"),
        (7, "a int was given as a file"),
        ("nowhere/a.png", "no such file"),
        ("a\0b", "cannot be read"),
        (".", "a folder"),
    ],
)
def test_what_cannot_be_read(source, words):
    with pytest.raises(InputError, match=words):
        list(read_pages(source))


def test_a_blob_opens_as_often_as_one_likes(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"content")
    for found in (blob(path), blob(b"content")):
        assert (found.size, found.head(3)) == (7, b"con")
        with found.open() as one, found.open() as two:
            assert one.read(4) + two.read(4) == b"contcont"
    assert blob(found) is found
