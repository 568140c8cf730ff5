"""PDF files with one picture, for the tests."""

import io

import numpy as np
import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image

from docbin.io import open_source

GRAY = np.full((120, 80), 230, np.uint8)
GRAY[10:30, 5:60] = 20
GRAY[40:50, 5:20] = 90


def pdf_of(raw, content=b"q 80 0 0 120 0 0 cm /Im Do Q", box=(80, 120), page=None, **keys):
    """Return a file of one page whose resources hold the image /Im."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=box)
        sheet = pdf.pages[0].obj
        image = pdf.make_stream(raw)
        image.Type, image.Subtype = Name.XObject, Name.Image
        image.Width, image.Height = 80, 120
        for key, value in {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 8, **keys}.items():
            if value is not None:
                image[f"/{key}"] = (
                    pdf.make_indirect(value) if hasattr(value, "read_bytes") else value
                )
        sheet.Resources = Dictionary(XObject=Dictionary(Im=image))
        sheet.Contents = pdf.make_stream(content)
        for key, value in (page or {}).items():
            sheet[f"/{key}"] = value
        file = io.BytesIO()
        pdf.save(file)
        return file.getvalue()


def only(data, **options):
    """Return the one page of a file."""
    (page,) = open_source(data, **options)
    return page


def encoded(pixels, kind, **options):
    """Return a picture as a file of a kind that Pillow knows."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()
