"""WebP, JPEG 2000 and BMP."""

import io
import struct

import cv2
import numpy as np
import pytest
from exif_blocks import exif
from PIL import Image
from profiles import swapped_profile

from docbin.errors import InputError
from docbin.image import as_gray
from docbin.io import open_source
from docbin.io.orientation import upright

rng = np.random.default_rng(21)
RGB = rng.integers(0, 256, (19, 26, 3), dtype=np.uint8)
GRAY = RGB[..., 0].copy()
ALPHA = rng.integers(0, 256, (19, 26, 1), dtype=np.uint8)
LAID = (RGB * ALPHA.astype(int) + 255 * (255 - ALPHA.astype(int)) + 127) // 255


def only(data, **options):
    (page,) = open_source(data, **options)
    return page


def encoded(pixels, kind, **options):
    file = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(file, kind, **options)
    return file.getvalue()


def webp(pixels, **options):
    return encoded(pixels, "WEBP", lossless=True, exact=True, **options)


def test_webp():
    page = only(webp(RGB))
    assert (page.info.format, page.info.channels, page.info.bits) == ("webp", 3, 8)
    assert (page.info.width, page.info.height) == (26, 19)
    np.testing.assert_array_equal(page.load().pixels, RGB)
    np.testing.assert_array_equal(np.concatenate(list(page.bands(4))), as_gray(RGB))
    lossy = only(encoded(np.full((19, 26), 99, np.uint8), "WEBP"))
    assert (lossy.info.width, lossy.info.height) == (26, 19)
    np.testing.assert_allclose(lossy.load().pixels, 99, atol=2)


def test_webp_alpha_profile_and_animation():
    page = only(webp(np.concatenate([RGB, ALPHA], axis=2)))
    np.testing.assert_array_equal(page.load().pixels, LAID)
    page = only(webp(RGB, icc_profile=swapped_profile()))
    np.testing.assert_allclose(page.load().pixels, RGB[..., ::-1], atol=2)
    frames = [Image.fromarray(RGB), Image.fromarray(RGB[::-1].copy())]
    data = webp(frames[0], save_all=True, append_images=frames[1:], duration=50)
    np.testing.assert_array_equal(only(data).load().pixels, RGB)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_webp_orientation_and_resolution(orientation):
    page = only(webp(RGB, exif=b"Exif\0\0" + exif(orientation, (300, 150))))
    expected = upright(RGB, orientation)
    assert (page.info.height, page.info.width) == expected.shape[:2]
    assert page.info.dpi == ((150.0, 300.0) if orientation > 4 else (300.0, 150.0))
    np.testing.assert_array_equal(page.load().pixels, expected)


@pytest.mark.parametrize("raw", [False, True])
def test_jpeg_2000(raw):
    options = {"no_jp2": raw}
    for pixels, channels in ((GRAY, 1), (RGB, 3)):
        page = only(encoded(pixels, "JPEG2000", **options))
        assert (page.info.format, page.info.channels, page.info.bits) == ("jpeg2000", channels, 8)
        np.testing.assert_array_equal(page.load().pixels, pixels)
        np.testing.assert_array_equal(np.concatenate(list(page.bands(4))), as_gray(pixels))


def test_jpeg_2000_alpha():
    data = encoded(np.concatenate([RGB, ALPHA], axis=2), "JPEG2000")
    np.testing.assert_array_equal(only(data).load().pixels, LAID)
    gray = encoded(np.concatenate([RGB[..., :1], ALPHA], axis=2), "JPEG2000")
    np.testing.assert_array_equal(only(gray).load().pixels, LAID[..., 0])


def test_jpeg_2000_of_16_bits():
    values = np.array([[0, 128, 129, 257, 32767, 65406, 65407, 65535]] * 8, np.uint16)
    expected = [0, 0, 1, 1, 127, 254, 255, 255]
    data = encoded(Image.fromarray(values), "JPEG2000")
    page = only(data)
    assert page.info.bits == 16
    assert page.load().pixels.tolist() == [expected] * 8
    large = values.repeat(8, axis=0).repeat(8, axis=1)
    done, file = cv2.imencode(".jp2", np.stack([large, large[:, ::-1], large], axis=2))
    assert done
    page = only(file.tobytes())
    assert (page.info.bits, page.info.channels) == (16, 3)
    found = page.load().pixels[4::8, 4::8]
    # Only nearly lossless: OpenCV takes the irreversible transform.
    np.testing.assert_allclose(found[..., 0], [expected] * 8, atol=1)
    np.testing.assert_allclose(found[..., 1], [expected[::-1]] * 8, atol=1)


def box(kind, body):
    return struct.pack(">I4s", 8 + len(body), kind) + body


def test_jpeg_2000_resolution_and_profile():
    data = encoded(RGB, "JPEG2000")
    start = data.index(b"jp2h") - 4
    (size,) = struct.unpack_from(">I", data, start)
    # 11811 and 5906 points per metre; vertical comes first.
    capture = box(b"resc", struct.pack(">HHHHbb", 5906, 1, 11811, 1, 0, 0))
    display = box(b"resd", struct.pack(">HHHHbb", 1, 1, 1, 1, 3, 3))
    color = data.index(b"colr") - 4
    (color_size,) = struct.unpack_from(">I", data, color)
    profiled = box(b"colr", b"\2\0\0" + swapped_profile())
    for extra, dpi in (
        (box(b"res ", capture + display), (300.0, 150.01)),
        (box(b"res ", display), (25.4, 25.4)),
        (b"", None),
    ):
        head = data[start + 8 : color] + profiled + data[color + color_size : start + size]
        page = only(data[:start] + box(b"jp2h", head + extra) + data[start + size :])
        assert page.info.dpi == dpi
        np.testing.assert_allclose(page.load().pixels, RGB[..., ::-1], atol=2)


def bmp(rows, width, height, bits, palette=b"", compression=0, masks=b"", per_metre=(0, 0)):
    """Return a file of rows of bytes, the lowest first, or the topmost where height < 0."""
    start = 14 + 40 + len(masks) + len(palette)
    head = struct.pack("<2sIHHI", b"BM", start + len(rows), 0, 0, start)
    info = struct.pack("<IiiHHII", 40, width, height, 1, bits, compression, len(rows))
    info += struct.pack("<iiII", *per_metre, len(palette) // 4, 0)
    return head + info + masks + palette + rows


def padded(rows):
    """Fill rows (H, bytes) up to four bytes; turn them upside down."""
    return np.pad(rows, ((0, 0), (0, -rows.shape[1] % 4)))[::-1].tobytes()


def test_bmp_of_pillow():
    for pixels, channels in ((GRAY, 1), (RGB, 3)):
        page = only(encoded(pixels, "BMP", dpi=(300, 150)))
        assert (page.info.format, page.info.channels, page.info.bits) == ("bmp", channels, 8)
        assert page.info.dpi == (300.0, 150.01)
        np.testing.assert_array_equal(page.load().pixels, pixels)
        np.testing.assert_array_equal(np.concatenate(list(page.bands(4))), as_gray(pixels))
    page = only(encoded(GRAY > 99, "BMP"))
    assert (page.info.bilevel, page.info.bits, page.info.dpi) == (True, 1, (96.01, 96.01))
    np.testing.assert_array_equal(page.load().pixels, GRAY <= 99)


def test_bmp_without_a_resolution():
    assert only(bmp(bytes(12), 3, 3, 8, bytes(1024))).info.dpi is None


@pytest.mark.parametrize("white", [0, 1])
def test_bmp_of_one_bit_in_either_order(white):
    bits = (GRAY > 99) == bool(white)
    colors = [(0, 0, 0, 0), (255, 255, 255, 0)]
    palette = bytes(sum((colors[k ^ white ^ 1] for k in (0, 1)), ()))
    page = only(bmp(padded(np.packbits(bits, axis=1)), 26, 19, 1, palette))
    assert page.info.bilevel
    np.testing.assert_array_equal(page.load().pixels, GRAY <= 99)


def test_bmp_of_four_bits_and_of_gray_shades_in_any_order():
    index = rng.integers(0, 16, (19, 26))
    shades = np.array([0, 255, 128, 64, 32, 16, 8, 4, 2, 1, 3, 5, 7, 9, 11, 200])
    palette = bytes(np.stack([shades, shades, shades, 0 * shades], 1).astype(np.uint8).ravel())
    packed = (index[:, ::2] << 4 | index[:, 1::2]).astype(np.uint8)
    page = only(bmp(padded(packed), 26, 19, 4, palette))
    assert (page.info.bits, page.info.bilevel, page.info.channels) == (4, False, 1)
    np.testing.assert_array_equal(page.load().pixels, shades[index])
    eight = bmp(padded(index.astype(np.uint8)), 26, 19, 8, palette)
    assert not only(eight).info.bilevel
    np.testing.assert_array_equal(only(eight).load().pixels, shades[index])


def test_bmp_of_16_bits_of_colour_and_from_the_top():
    values = rng.integers(0, 32768, (4, 6))
    rows = values.astype("<u2").view(np.uint8)
    channels = np.stack([values >> 10 & 31, values >> 5 & 31, values & 31], axis=2)
    page = only(bmp(rows.tobytes(), 6, -4, 16))
    assert (page.info.width, page.info.height) == (6, 4)
    np.testing.assert_allclose(page.load().pixels, channels * 255 / 31, atol=1)
    bgrx = np.concatenate([RGB[..., ::-1], ALPHA], axis=2)
    page = only(bmp(bgrx[::-1].tobytes(), 26, 19, 32))
    np.testing.assert_array_equal(page.load().pixels, RGB)


def test_bmp_in_runs():
    # A run of 3, two literal bytes, the end of the row; a run of 5; the end.
    code = bytes([3, 1, 1, 2, 1, 3, 0, 0, 5, 2, 0, 1])
    palette = bytes(sum(((k * 50, k * 40, k * 30, 0) for k in range(4)), ()))
    found = only(bmp(code, 5, 2, 8, palette, compression=1)).load().pixels
    assert found[..., 0].tolist() == [[60] * 5, [30, 30, 30, 60, 90]]


@pytest.mark.parametrize("kind", ["WEBP", "JPEG2000", "BMP"])
def test_cut_off(kind):
    data = encoded(RGB, kind)
    for part in (13, 20, 40, len(data) // 3, len(data) // 2, len(data) * 3 // 4):
        with pytest.raises(InputError, match="<bytes>"):
            only(data[:part]).load()


def test_no_pixels():
    with pytest.raises(InputError, match="no pixels"):
        only(bmp(bytes(16), 0, 4, 24)).load()
    with pytest.raises(InputError, match="no pixels"):
        only(bmp(bytes(16), 4, 0, 24)).load()
    data = bytearray(encoded(RGB, "JPEG2000"))
    at = data.index(b"\xff\x4f\xff\x51") + 8
    data[at : at + 4] = bytes(4)
    with pytest.raises(InputError, match=r"no pixels|damaged"):
        only(bytes(data)).load()


def test_two_sizes_in_one_file():
    data = bytearray(encoded(RGB, "JPEG2000"))
    at = data.index(b"ihdr") + 4
    data[at : at + 8] = struct.pack(">II", 1 << 30, 1 << 30)
    with pytest.raises(InputError, match="26 x 19 pixels in one place, 1073741824 x"):
        only(bytes(data)).load()
