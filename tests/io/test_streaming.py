"""Bands give what the whole page gives."""

import io
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from docbin import streaming
from docbin.errors import UsageError
from docbin.image import pack
from docbin.io import open_source, open_writer, read_pages
from docbin.methods.otsu import Otsu
from docbin.streaming import blocks, packed_bands, stream


@dataclass(frozen=True)
class DarkerThanRows:
    """Ink is darker than the mean of the column over ``halo`` rows up and down, less the page's
    darkest value: it needs its halo, clipped at the page's edges, and two passes."""

    halo: int
    passes: ClassVar[int] = 2

    def survey(self, block, keep):
        return int(block[keep].min())

    def merge(self, first, second):
        return min(first, second)

    def packed(self, block, keep, survey=None):
        assert keep.stop <= len(block)
        columns = np.pad(block.astype(np.int64).cumsum(axis=0), ((1, 0), (0, 0)))
        y = np.arange(keep.start, keep.stop)
        top, bottom = np.maximum(y - self.halo, 0), np.minimum(y + self.halo + 1, len(block))
        mean = (columns[bottom] - columns[top]) / (bottom - top)[:, None]
        return pack(block[keep] < mean - survey)


def png(page, **options):
    file = io.BytesIO()
    Image.fromarray(page).save(file, "PNG", **options)
    return file.getvalue()


@given(
    st.integers(1, 60),
    st.integers(1, 20),
    st.integers(0, 70),
    st.integers(1, 64),
    st.integers(0, 2**32 - 1),
)
def test_bands_equal_the_page(height, width, halo, rows, seed):
    page = np.random.default_rng(seed).integers(3, 256, (height, width), dtype=np.uint8)
    method = DarkerThanRows(halo)
    whole = method.packed(page, slice(0, height), method.survey(page, slice(0, height)))
    bands = (page[top : top + rows].copy() for top in range(0, height, rows))
    parts = [method.packed(block, keep, page.min()) for block, keep in blocks(bands, halo, height)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


@pytest.mark.parametrize("kept", [0, 1 << 26], ids=["decoded twice", "kept"])
@pytest.mark.parametrize("halo", [0, 1, 7, 500])
def test_stream_from_file_to_file(tmp_path, monkeypatch, kept, halo):
    monkeypatch.setattr(streaming, "_BAND_BYTES", 700)
    monkeypatch.setattr(streaming, "_KEPT_BYTES", kept)
    page = np.random.default_rng(1).integers(3, 256, (83, 61), dtype=np.uint8)
    method = DarkerThanRows(halo)
    source = next(open_source(png(page)))
    target = tmp_path / "a.png"
    with open_writer(target, width=61, height=83) as writer:
        stream(source, method, writer)
    whole = method.packed(page, slice(0, 83), method.survey(page, slice(0, 83)))
    result = next(read_pages(target)).pixels
    np.testing.assert_array_equal(pack(result), whole)


def test_colour_becomes_gray(monkeypatch):
    monkeypatch.setattr(streaming, "_BAND_BYTES", 700)
    page = np.random.default_rng(1).integers(0, 256, (83, 61, 3), dtype=np.uint8)
    source = next(open_source(png(page)))
    rows = np.concatenate(list(packed_bands(source, Otsu())))
    np.testing.assert_array_equal(rows, pack(Otsu()(page)))


@pytest.mark.parametrize("passes", [0, 1])
def test_a_bilevel_page_passes_through(passes):
    mask = np.random.default_rng(1).random((83, 61)) < 0.3
    file = io.BytesIO()
    Image.fromarray(~mask).save(file, "PNG")
    source = next(open_source(file.getvalue()))

    class Never:
        halo = 3

    Never.passes = passes
    np.testing.assert_array_equal(np.concatenate(list(packed_bands(source, Never()))), pack(mask))


def test_a_method_for_whole_pages_is_refused():
    class Whole:
        passes = 0
        halo = 0

    source = next(open_source(png(np.zeros((3, 3), np.uint8))))
    with pytest.raises(UsageError, match="whole page"):
        next(packed_bands(source, Whole()))
