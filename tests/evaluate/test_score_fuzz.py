"""Damaged results, truths and tables of pages: scores, or an error that names the file."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from docbin.errors import DocbinError
from docbin.evaluate import Dataset
from docbin.evaluate.matching import match
from docbin.evaluate.run import no_weights, score_files

EXAMPLES = int(os.environ.get("DOCBIN_FUZZ_EXAMPLES", "150"))


def truth():
    mask = np.zeros((24, 40), bool)
    mask[4:9, 5:30] = mask[14:17, 8:35] = True
    return mask


def encoded(kind):
    picture = Image.fromarray(np.where(truth(), 0, 255).astype(np.uint8))
    stream = io.BytesIO()
    options = {"compression": "group4"} if kind == "tiff" else {}
    picture.convert("1" if kind != "bmp" else "L").save(stream, kind, **options)
    return stream.getvalue()


FILES = {kind: encoded(kind) for kind in ("png", "tiff", "bmp", "ppm")}
TABLE = b"dataset,split,name,image,truth\ns,train,a,a.png,a.png\ns,dev,b,a.png,a.png\n"


def damaged(data, content):
    """Return bytes with a few of them changed, left out or added."""
    content = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        if not content:
            break
        place = data.draw(st.integers(0, len(content) - 1))
        action = data.draw(st.sampled_from(["set", "cut", "add"]))
        if action == "set":
            content[place] = data.draw(st.integers(0, 255))
        elif action == "cut":
            del content[place : place + data.draw(st.integers(1, 40))]
        else:
            content[place:place] = data.draw(st.binary(max_size=6))
    return bytes(content)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("fuzz")
    (made / "a.png").write_bytes(FILES["png"])
    return made


# Pillow warns of tags that it cannot read; that is no matter of scoring.
@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=EXAMPLES)
@given(st.sampled_from(sorted(FILES)), st.booleans(), st.data())
def test_pictures(folder, kind, as_truth, data):
    bad, good = folder / f"bad.{kind}", folder / "a.png"
    bad.write_bytes(damaged(data, FILES[kind]))
    pair = (good, bad) if as_truth else (bad, good)
    try:
        row = score_files("bad", match(*pair), weights=no_weights, jobs=1)
    except DocbinError as error:
        told = str(error)
        assert "bad." in told or "a.png" in told
    else:
        assert 0 <= row.mean("fm") <= 100


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_tables(folder, data):
    (folder / "INDEX.csv").write_bytes(damaged(data, TABLE))
    try:
        samples = Dataset.open(folder)
    except DocbinError as error:
        assert "INDEX.csv" in str(error)  # noqa: PT017
    else:
        assert all(Path(sample.image).parent == folder for sample in samples)
