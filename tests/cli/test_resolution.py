"""The resolution of a page goes through ``docbin clean``, wherever the file keeps it."""

import io

import numpy as np
from exif_blocks import exif
from PIL import Image
from png_files import chunk, physical, png_file
from program import clean, letters, printed
from tiff_files import tiff_file

from docbin.io import open_source, write_mask

GRAY, INK = letters(120, 160)


def encoded(kind, **options):
    file = io.BytesIO()
    Image.fromarray(GRAY).save(file, kind, **options)
    return file.getvalue()


def with_exif(block):
    """Return a JPEG file with EXIF and without JFIF."""
    data = encoded("JPEG", quality=95)
    rest = data[4 + int.from_bytes(data[4:6], "big") :]
    body = b"Exif\0\0" + block
    return data[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + rest


def tags(unit, value):
    return [(282, 5, [value, 100]), (283, 5, [value // 2, 100]), (296, 3, [unit])]


def test_dpi_is_kept(tmp_path):
    pdf = io.BytesIO()
    write_mask(pdf, INK, dpi=(300, 150), format="pdf")
    files = {
        "phys.png": png_file(GRAY, before=[physical(11811, 5906)]),
        "exif.png": png_file(GRAY, after=[chunk(b"eXIf", exif(1, (300, 150)))]),
        "jfif.jpg": encoded("JPEG", dpi=(300, 150)),
        "exif.jpg": with_exif(exif(1, (300, 150))),
        "turned.jpg": with_exif(exif(6, (300, 150))),
        "cm.jpg": with_exif(exif(1, (118.11, 59.06), 3)),
        "inch.tif": tiff_file(GRAY, tags=tags(2, 30000)),
        "cm.tif": tiff_file(GRAY, tags=tags(3, 11811)),
        "jpeg.tif": encoded("TIFF", compression="jpeg", dpi=(300, 150)),
        "exif.webp": encoded("WEBP", exif=b"Exif\0\0" + exif(1, (300, 150))),
        "metre.bmp": encoded("BMP", dpi=(300, 150)),
        "page.pdf": pdf.getvalue(),
        "none.png": png_file(GRAY),
        "none.jpg": encoded("JPEG"),
        "none.pgm": encoded("PPM"),
    }
    for number, (name, data) in enumerate(files.items()):
        # Stems that differ, so that results do.
        (tmp_path / f"{number}-{name}").write_bytes(data)
    names = [f"{number}-{name}" for number, name in enumerate(files)]
    results = printed(clean(*names, cwd=tmp_path))
    assert len(results) == len(names)
    for name, result in zip(files, results, strict=True):
        info = next(open_source(tmp_path / result)).info
        assert info.bilevel
        wide = (120, 160) if name == "turned.jpg" else (160, 120)
        assert (info.width, info.height) == wide, name
        if name.startswith("none"):
            assert info.dpi is None, name
            continue
        expected = (150, 300) if name == "turned.jpg" else (300, 150)
        np.testing.assert_allclose(info.dpi, expected, atol=0.02, err_msg=name)
