"""The container of packed networks in the C++ reader: what is sound is read, the rest refused."""

from __future__ import annotations

import contextlib
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packed_networks import block, container, packed

from docbin import kernels

pytestmark = pytest.mark.skipif(kernels.extension is None, reason="needs the compiled kernels")


def load(data):
    return kernels.extension.Network(data)


def header(change):
    """Return a sound file whose header went through ``change``."""
    data = packed(*block())
    size = int.from_bytes(data[:8], "little")
    return container(change(json.loads(data[8 : 8 + size])), data[8 + size :])


def test_a_sound_file_is_read():
    extra = {"name": "tést \N{GRINNING FACE}", "licence": "CC0-1.0"}
    network = load(packed(*block(), **extra))
    assert network.metadata["format"] == "docbin-packed"
    assert network.metadata["name"] == extra["name"]
    fused = "conv+add+rprelu+quantise"
    assert network.steps == (
        ["page", "haar", "quantise", "conv+quantise+stream", fused, "conv", "shuffle+output"]
    )


def test_every_truncation_is_refused():
    data = packed(*block())
    for size in range(len(data)):
        with pytest.raises(ValueError, match=r"\w"):
            load(data[:size])
    with pytest.raises(ValueError, match="1 bytes after the last tensor"):
        load(data + b"\0")


def moved(entry, by):
    entry["data_offsets"] = [value + by for value in entry["data_offsets"]]
    return entry


def earlier(header):
    """Make of a header one of version 1, which had bits in words of 64."""
    header["conv.w"] |= {"dtype": "U64", "shape": [1, 5, 9, 1]}
    return header | {"__metadata__": header["__metadata__"] | {"version": "1"}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda h: {k: v for k, v in h.items() if k != "__metadata__"}, "no __metadata__"),
        (
            lambda h: h | {"__metadata__": {"format": "docbin-packed"}},
            "is missing; this docbin reads",
        ),
        (earlier, "version is '1'; this docbin reads version 2: export"),
        (lambda h: h | {"__metadata__": {"format": 3}}, "no string"),
        (lambda h: h | {"__metadata__": []}, "no object"),
        (lambda h: h | {"stem.m": moved(h["stem.m"], 1)}, "overlaps|gap|after the last"),
        (lambda h: h | {"stem.m": moved(h["stem.m"], -1)}, "overlaps|gap|after the last"),
        (
            lambda h: h | {"stem.m": h["stem.m"] | {"data_offsets": [-1, 19]}},
            "whole numbers from 0",
        ),
        (lambda h: h | {"stem.m": h["stem.m"] | {"data_offsets": [10**17, 2]}}, "lies at"),
        (lambda h: h | {"stem.m": h["stem.m"] | {"data_offsets": [0]}}, "no data_offsets"),
        (lambda h: h | {"stem.m": h["stem.m"] | {"shape": [1, 6]}}, "are not those of I32"),
        (lambda h: h | {"stem.m": h["stem.m"] | {"shape": [1, 2**40]}}, "extent of"),
        (lambda h: h | {"stem.m": h["stem.m"] | {"shape": [2**26] * 4}}, "are not those"),
        (lambda h: h | {"stem.m": h["stem.m"] | {"shape": [0]}}, "extent of 0"),
        (lambda h: h | {"stem.m": h["stem.m"] | {"shape": [1.0, 5.0]}}, "whole numbers"),
        (lambda h: h | {"stem.m": h["stem.m"] | {"shape": []}}, "1 to 4 extents"),
        (lambda h: h | {"stem.m": h["stem.m"] | {"shape": [1] * 9 + [5]}}, "1 to 4 extents"),
        (lambda h: h | {"stem.m": h["stem.m"] | {"dtype": "F64"}}, "no dtype"),
        (lambda h: h | {"stem.m": h["stem.m"] | {"more": 1}}, "nothing else"),
        (lambda h: h | {"a b": h["stem.m"]}, "is no name"),
        (lambda h: h | {"n" * 65: h["stem.m"]}, "is no name"),
        (lambda h: h | {"more": h["stem.m"]}, "overlaps"),
        (lambda h: [h], "is no object"),
    ],
)
def test_a_wrong_header_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        load(header(change))


def test_limits_are_checked_before_anything_is_allocated():
    with pytest.raises(ValueError, match="larger than the 64 MiB"):
        load(bytes((64 << 20) + 1))
    with pytest.raises(ValueError, match="claims more than 1 MiB"):
        load(b"\xff" * 8 + bytes(100))
    with pytest.raises(ValueError, match="ends within its header"):
        load((1 << 20).to_bytes(8, "little") + bytes(100))
    with pytest.raises(ValueError, match="nested deeper"):
        load(container(b"[" * 1_000_000))
    with pytest.raises(ValueError, match="more than 262144 values"):
        load(container(b"[" + b"0," * 500_000 + b"0]"))


def numbers(text):
    """Return a file whose header is an object with one value."""
    return container(b'{"a": ' + text + b"}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"1" * 19, "18 digits"),
        (b"1" * 41, "40 characters"),
        (b"1e999", "too large"),
        (b"01", "malformed"),
        (b"-", "malformed"),
        (b"1.", "malformed"),
        (b".5", "no value"),
        (b"1e", "malformed"),
        (b"NaN", "no value"),
        (b"Infinity", "no value"),
        (b"nul", "no value"),
        (b"[1,]", "no value"),
        (b'{"b":1,}', "lacks"),
        (b'{"b":1,"b":2}', "key twice"),
        (b'"\\x"', "unknown escape"),
        (b'"\\u12g4"', "hexadecimal"),
        (b'"\\ud800"', "surrogate"),
        (b'"\\udc00"', "surrogate"),
        (b'"\\ud800\\u0041"', "surrogate"),
        (b'"\x01"', "control character"),
        (b'"\xff"', "UTF-8"),
        (b'"\xc0\x80"', "UTF-8"),
        (b'"\xed\xa0\x80"', "UTF-8"),
        (b'"\xf4\x90\x80\x80"', "UTF-8"),
        (b'"', "ends within a string"),
        (b"1} x", "after its end"),
        (b"\xef\xbb\xbf1", "no value"),
    ],
)
def test_json_is_read_strictly(text, message):
    with pytest.raises(ValueError, match=message):
        load(numbers(text))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=30,
)


@given(value=json_values, ascii_only=st.booleans())
def test_what_python_writes_is_json(value, ascii_only):
    """Sound JSON is refused for what it means only, never for how it is written."""
    text = json.dumps(value, ensure_ascii=ascii_only).encode()
    with pytest.raises(ValueError, match=r"no object|no __metadata__|tensor|nested"):
        load(container(text))


@given(text=st.text(st.characters(exclude_categories=["Cs"])), ascii_only=st.booleans())
def test_texts_come_back(text, ascii_only):
    data = packed(*block(), note=text)
    size = int.from_bytes(data[:8], "little")
    changed = json.dumps(json.loads(data[8 : 8 + size]), ensure_ascii=ascii_only).encode()
    assert load(container(changed, data[8 + size :])).metadata["note"] == text


@given(data=st.data())
def test_flipped_bits_never_crash(data):
    sound = bytearray(packed(*block()))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(sound) - 1))
        sound[at] ^= 1 << data.draw(st.integers(0, 7))
    with contextlib.suppress(ValueError):
        load(bytes(sound))


def test_tensors_may_stand_in_any_order():
    """The header's order is not that of the offsets; an unaligned start is no matter either."""
    graph, tensors = block()
    order = sorted(tensors, key=lambda name: (tensors[name].dtype != np.int8, name))
    data = packed(graph, {name: tensors[name] for name in order})
    size = int.from_bytes(data[:8], "little")
    entries = json.loads(data[8 : 8 + size])
    text = json.dumps(dict(sorted(entries.items()))).encode() + b"  "
    load(container(text, data[8 + size :]))
