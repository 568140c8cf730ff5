"""JPEG pages: colours, inks, profiles, orientation, resolution, damage."""

import io

import numpy as np
import pytest
from exif_blocks import exif
from PIL import Image
from profiles import cmyk_profile, gray_profile, swapped_profile

from docbin.errors import InputError
from docbin.image import as_gray
from docbin.io import open_source
from docbin.io.orientation import upright

# Blocks of 16 x 16 pixels of one colour: JPEG keeps them to a level or two.
BLOCKS = np.random.default_rng(2).integers(0, 256, (3, 4, 3), dtype=np.uint8)
RGB = BLOCKS.repeat(16, axis=0).repeat(16, axis=1)
GRAY = RGB[..., 0]


def only(data, **options):
    (page,) = open_source(data, **options)
    return page


def jpeg(pixels, mode=None, **options):
    file = io.BytesIO()
    image = Image.fromarray(pixels) if mode is None else Image.fromarray(pixels, mode)
    image.save(file, "JPEG", quality=100, subsampling=0, **options)
    return file.getvalue()


def inks(pixels, **options):
    """Return a file of inks, 255 for full, stored inverted and with Adobe's mark."""
    height, width = pixels.shape[:2]
    image = Image.frombytes("CMYK", (width, height), pixels.tobytes())
    file = io.BytesIO()
    image.save(file, "JPEG", quality=100, subsampling=0, **options)
    assert b"Adobe" in file.getvalue()
    return file.getvalue()


def segment(marker, body):
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def with_segments(data, *segments, jfif=True):
    """Put segments behind JFIF's, or in its place."""
    rest = data[4 + int.from_bytes(data[4:6], "big") :]
    return (data[: len(data) - len(rest)] if jfif else data[:2]) + b"".join(segments) + rest


def near(found, expected, tolerance=3):
    assert found.shape == expected.shape
    assert np.abs(found.astype(int) - expected).max() <= tolerance


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}])
def test_gray_and_colour(options):
    for pixels, channels in ((GRAY, 1), (RGB, 3)):
        page = only(jpeg(pixels, **options))
        assert (page.info.channels, page.info.bits, page.info.format) == (channels, 8, "jpeg")
        near(page.load().pixels, pixels)
        near(np.concatenate(list(page.bands(7))), as_gray(pixels))


def test_inks():
    plain = np.zeros((16, 80, 4), np.uint8)
    plain[:, 16:32, 0] = 255  # full cyan
    plain[:, 32:48, 3] = 255  # full black
    plain[:, 48:64] = (0, 51, 0, 51)  # magenta and black of a fifth: 255 * 0.8 * 0.8 = 163
    plain[:, 64:] = 255
    page = only(inks(plain))
    assert page.info.channels == 3
    expected = [(255, 255, 255), (0, 255, 255), (0, 0, 0), (204, 163, 204), (0, 0, 0)]
    near(page.load().pixels[8, 8::16], np.array(expected))


def test_a_profile_of_inks():
    plain = np.zeros((16, 48, 4), np.uint8)
    plain[:, 16:32, 0] = 255
    plain[:, 32:, 3] = 255
    page = only(inks(plain, icc_profile=cmyk_profile()))
    assert page.info.icc == cmyk_profile()
    # L* 80 is the light ((80 + 16) / 116)^3 = 0.567, 198 in sRGB.
    near(page.load().pixels[8, 8::16], np.array([[255] * 3, [198] * 3, [0] * 3]))


def test_profiles_of_colour_and_gray():
    page = only(jpeg(RGB, icc_profile=swapped_profile()))
    near(page.load().pixels, RGB[..., ::-1], 4)
    near(np.concatenate(list(page.bands(9))), as_gray(np.ascontiguousarray(RGB[..., ::-1])), 4)
    flat = np.full((16, 16), 55, np.uint8)
    near(only(jpeg(flat, icc_profile=gray_profile(1.0))).load().pixels, np.full((16, 16), 128), 1)
    # Of another colour space: it means nothing.
    page = only(jpeg(RGB, icc_profile=gray_profile(1.0)))
    assert page.info.icc is None
    near(page.load().pixels, RGB)


def test_a_profile_in_pieces_out_of_order():
    icc = swapped_profile()
    pieces = [icc[:1000], icc[1000:2000], icc[2000:]]
    segments = [
        segment(0xE2, b"ICC_PROFILE\0" + bytes((number + 1, 3)) + pieces[number])
        for number in (2, 0, 1)
    ]
    assert only(with_segments(jpeg(RGB), *segments)).info.icc == icc


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("order", ["<", ">"])
def test_orientation(orientation, order):
    block = segment(0xE1, b"Exif\0\0" + exif(orientation, (300, 150), order=order))
    page = only(with_segments(jpeg(RGB), block, jfif=False))
    expected = upright(RGB, orientation)
    assert (page.info.height, page.info.width) == expected.shape[:2]
    assert page.info.dpi == ((150.0, 300.0) if orientation > 4 else (300.0, 150.0))
    near(page.load().pixels, expected)
    near(np.concatenate(list(page.bands(5))), as_gray(np.ascontiguousarray(expected)))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_that_of_pillow(orientation):
    from PIL import ImageOps

    data = with_segments(jpeg(RGB), segment(0xE1, b"Exif\0\0" + exif(orientation)), jfif=False)
    with Image.open(io.BytesIO(data)) as image:
        turned = np.asarray(ImageOps.exif_transpose(image))
    np.testing.assert_array_equal(only(data).load().pixels, turned)


def test_resolution():
    assert only(jpeg(GRAY, dpi=(300, 150))).info.dpi == (300.0, 150.0)
    assert only(jpeg(GRAY)).info.dpi is None
    data = bytearray(jpeg(GRAY, dpi=(118, 118)))
    data[13] = 2  # dots per centimetre
    assert only(bytes(data)).info.dpi == (299.72, 299.72)
    centimetres = segment(0xE1, b"Exif\0\0" + exif(1, (118.11, 118.11), 3))
    assert only(with_segments(jpeg(GRAY), centimetres, jfif=False)).info.dpi == (300.0, 300.0)
    unknown = segment(0xE1, b"Exif\0\0" + exif(1, (300, 300), 1))
    assert only(with_segments(jpeg(GRAY), unknown, jfif=False)).info.dpi is None


def test_broken_exif_counts_for_nothing():
    for block in (b"", b"II*\0", b"II*\0\xff\xff\xff\xff", exif(9), exif(6)[:14]):
        page = only(with_segments(jpeg(GRAY), segment(0xE1, b"Exif\0\0" + block), jfif=False))
        assert (page.info.orientation, page.info.dpi) == (1, None)
        near(page.load().pixels, GRAY)


def test_cut_off_anywhere():
    data = jpeg(np.random.default_rng(3).integers(0, 256, (40, 50, 3), dtype=np.uint8))
    for size in range(3, len(data) - 40, 101):
        with pytest.raises(InputError, match=r"cut off|damaged|ends after|truncated"):
            only(data[:size]).load()


def frame(data):
    """Return where the frame's contents start."""
    return data.index(b"\xff\xc0") + 4


@pytest.mark.parametrize(
    ("offset", "value", "words"),
    [
        (0, b"\x0c", "12 bits"),
        (1, b"\0\0", "no pixels"),
        (3, b"\0\0", "no pixels"),
        (1, b"\xff\xff\xff\xff", "claims 65535 x 65535"),
        (5, b"\2", "2 colours"),
        (-3, b"\xc3", "lossless"),
    ],
)
def test_headers_that_are_refused(offset, value, words):
    data = bytearray(jpeg(RGB))
    at = frame(data) + offset
    data[at : at + len(value)] = value
    with pytest.raises(InputError, match=words):
        only(bytes(data)).load()


def test_no_picture():
    for data in (b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xe0\0\4ab\xff\xd9"):
        with pytest.raises(InputError, match="no picture"):
            only(data)


def test_a_trap_of_many_scans():
    data = jpeg(RGB)
    with pytest.raises(InputError, match="scans"):
        only(data[:-2] + b"\xff\xda\0\2" * 501 + data[-2:]).load()


def test_limits():
    with pytest.raises(InputError, match="--max-pixels 3072"):
        only(jpeg(RGB), max_pixels=3071).load()
    assert only(jpeg(RGB), max_pixels=3072).load().pixels.shape == (48, 64, 3)
