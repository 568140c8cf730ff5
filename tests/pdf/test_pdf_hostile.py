"""PDF files that are encrypted, cut off, or made to exhaust whoever reads them."""

import contextlib
import io
import zlib

import pikepdf
import pytest
from pdf_files import GRAY, encoded, only, pdf_of
from pikepdf import Dictionary, Name

from docbin.errors import InputError
from docbin.io import open_source


def saved(pdf, **options):
    file = io.BytesIO()
    pdf.save(file, **options)
    return file.getvalue()


@pytest.mark.parametrize("password", ["", "secret"])
def test_encrypted(password):
    with pikepdf.open(io.BytesIO(pdf_of(GRAY.tobytes()))) as pdf:
        data = saved(pdf, encryption=pikepdf.Encryption(owner="x", user=password))
    with pytest.raises(InputError, match=r"encrypted.*qpdf --decrypt"):
        only(data)


def test_huge_pages_are_refused_before_they_are_drawn():
    huge = pdf_of(GRAY.tobytes(), b"0 0 9 9 re f", box=(14400, 14400))
    with pytest.raises(InputError, match="limit is 268 million"):
        only(huge).load()
    with pytest.raises(InputError, match="limit is 0 million"):
        only(pdf_of(GRAY.tobytes()), max_pixels=100).load()
    lie = pdf_of(encoded(GRAY, "JPEG"), Filter=Name.DCTDecode, Width=8)
    with pytest.raises(InputError, match="holds a picture of 80 x 120"):
        only(lie).load()


def test_nested_too_deep():
    with pikepdf.open(io.BytesIO(pdf_of(GRAY.tobytes()))) as pdf:
        page = pdf.pages[0].obj
        form = pdf.make_stream(b"/Fm Do")
        form.Subtype, form.BBox = Name.Form, [0, 0, 8, 12]
        form.Resources = Dictionary(XObject=Dictionary(Fm=form))  # within itself
        page.Resources = form.Resources
        page.Contents = pdf.make_stream(b"/Fm Do")
        data = saved(pdf)
    with pytest.raises(InputError, match="nested more than 32 deep"):
        only(data)
    deep = b"%PDF-1.4\n1 0 obj\n" + b"[" * 100_000 + b"\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF"
    with pytest.raises(InputError):
        only(deep)


def test_contents_that_inflate_without_end():
    with pikepdf.open(io.BytesIO(pdf_of(GRAY.tobytes()))) as pdf:
        bomb = zlib.compressobj(9)
        data = b"".join(bomb.compress(b" " * (1 << 24)) for _ in range(17)) + bomb.flush()
        stream = pdf.make_stream(b"")
        stream.write(data, filter=Name.FlateDecode)
        pdf.pages[0].obj.Contents = stream
        data = saved(pdf, compress_streams=False)
    with pytest.raises(InputError, match="256 MB"):
        only(data)


@pytest.mark.parametrize("size", [9, 100, 400, 600])
def test_cut_off_files_give_an_input_error_or_a_page(size):
    data = pdf_of(zlib.compress(GRAY.tobytes()), Filter=Name.FlateDecode)
    with contextlib.suppress(InputError):
        for page in open_source(data[:size]):
            assert page.load().pixels.size
