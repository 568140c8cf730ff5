"""Packed files: what is sound comes back, everything else is refused with file and reason."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packed_networks import block, container, packed
from packed_random import FLOAT, INTEGER, random_network

from docbin.errors import InputError, OutputError
from docbin.runtime.random_unet import random_unet
from docbin.runtime.weights import PackedFile
from docbin.runtime.writer import write


def parts(data):
    """Return header and data of a file."""
    size = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + size]), data[8 + size :]


def same(one, other):
    assert one.graph == other.graph
    assert one.metadata == other.metadata
    assert one.tensors.keys() == other.tensors.keys()
    for name, array in one.tensors.items():
        assert array.dtype == other.tensors[name].dtype
        np.testing.assert_array_equal(array, other.tensors[name])


@given(seed=st.integers(0, 2**32), note=st.text(st.characters(exclude_categories=["Cs"])))
def test_networks_come_back_and_equal_ones_give_equal_bytes(seed, note):
    graph, tensors = random_network(seed, INTEGER + FLOAT)
    one = PackedFile(graph, tensors, {"name": note, "licence": "CC0-1.0"})
    data = one.to_bytes()
    same(PackedFile.read(data), one)
    turned = dict(reversed(tensors.items()))
    assert PackedFile(graph, turned, {"licence": "CC0-1.0", "name": note}).to_bytes() == data
    same(PackedFile.read(packed(graph, tensors, name=note, licence="CC0-1.0")), one)
    header, _ = parts(data)
    assert (len(data) - sum(array.nbytes for array in tensors.values())) % 8 == 0
    assert next(iter(header)) == "__metadata__"


def test_another_library_reads_the_file(tmp_path):
    numpy_files = pytest.importorskip("safetensors.numpy", reason="needs safetensors")
    network = random_unet(3, (8, 12), blocks=(1, 1))
    path = tmp_path / "net.docbin"
    write(path, network)
    theirs = numpy_files.load(path.read_bytes())
    assert theirs.keys() == network.tensors.keys()
    for name, array in theirs.items():
        np.testing.assert_array_equal(array, network.tensors[name])


def test_one_bit_weights_may_be_given_as_signs():
    graph, tensors = block(channels=21)
    signs = np.random.default_rng(1).choice([-1, 1], (1, 21, 9, 21)).astype(np.int8)
    tensors = {name: a for name, a in tensors.items() if name != "conv.w"} | {"conv.w": signs}
    with pytest.raises(InputError, match=r"conv to 'sum'.*must be U8\[1, 21, 9, 3\]"):
        PackedFile(graph, tensors)
    made = PackedFile.of(graph, tensors)
    assert made.tensors["conv.w"].dtype == np.uint8
    assert made.tensors["stem.w"] is tensors["stem.w"]


def test_files_are_written_whole_and_not_over_others(tmp_path):
    network = random_unet(3, (8,), blocks=(1,))
    path = tmp_path / "net.docbin"
    write(path, network)
    assert path.read_bytes() == network.to_bytes()
    with pytest.raises(OutputError, match="exists"):
        write(path, network)
    write(path, random_unet(4, (8,), blocks=(1,)), force=True)
    assert PackedFile.read(path).metadata["command"] == "random_unet(4, (8,))"
    assert os.listdir(tmp_path) == ["net.docbin"]  # noqa: PTH208
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path / "none" / "net.docbin", network)


def test_errors_name_the_file(tmp_path):
    path = tmp_path / "bad.docbin"
    path.write_bytes(b"not a network")
    with pytest.raises(InputError, match=r"bad\.docbin: the header of the file claims"):
        PackedFile.read(path)
    with pytest.raises(InputError, match=r"none\.docbin cannot be read: No such file"):
        PackedFile.read(tmp_path / "none.docbin")
    with pytest.raises(InputError, match="cannot be read"):
        PackedFile.read(tmp_path)
    with pytest.raises(InputError, match=r"the packed network: .* less than 8 bytes"):
        PackedFile.read(b"")


def test_a_file_too_large_is_not_read(tmp_path):
    path = tmp_path / "big.docbin"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(InputError, match="larger than the 64 MiB"):
        PackedFile.read(path)


def test_every_truncation_is_refused():
    data = packed(*block())
    for size in range(len(data)):
        with pytest.raises(InputError, match=r"the packed network: \w"):
            PackedFile.read(data[:size])
    with pytest.raises(InputError, match="1 bytes after the last tensor"):
        PackedFile.read(data + b"\0")


def earlier(header):
    """Make of a header one of version 1, which had bits in words of 64."""
    header["conv.w"] |= {"dtype": "U64", "shape": [1, 5, 9, 1]}
    return header | {"__metadata__": header["__metadata__"] | {"version": "1"}}


def changed(entry, **more):
    return {**entry, **more}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda h: {k: v for k, v in h.items() if k != "__metadata__"}, "no __metadata__"),
        (lambda h: h | {"__metadata__": {"format": "docbin-packed"}}, "version is missing"),
        (earlier, "version is '1'; this docbin reads version 2: export"),
        (lambda h: h | {"__metadata__": {"format": "gguf"}}, "format is 'gguf'"),
        (lambda h: h | {"__metadata__": {"format": 3}}, "no string"),
        (lambda h: h | {"__metadata__": []}, "no object"),
        (
            lambda h: h | {"__metadata__": {"format": "docbin-packed", "version": "2"}},
            "has no graph",
        ),
        (lambda h: h | {"stem.m": changed(h["stem.m"], data_offsets=[1, 21])}, "overlaps|gap"),
        (lambda h: h | {"stem.m": changed(h["stem.m"], data_offsets=[-1, 19])}, "lies at"),
        (lambda h: h | {"stem.m": changed(h["stem.m"], data_offsets=[10**17, 2])}, "lies at"),
        (lambda h: h | {"stem.m": changed(h["stem.m"], data_offsets=[0])}, "no data_offsets"),
        (lambda h: h | {"stem.m": changed(h["stem.m"], shape=[1, 6])}, "not those of I32"),
        (lambda h: h | {"stem.m": changed(h["stem.m"], shape=[2**26] * 4)}, "not those of I32"),
        (lambda h: h | {"stem.m": changed(h["stem.m"], shape=[1, 2**40])}, "from 1"),
        (lambda h: h | {"stem.m": changed(h["stem.m"], shape=[0])}, "from 1"),
        (lambda h: h | {"stem.m": changed(h["stem.m"], shape=[1.0, 5.0])}, "from 1"),
        (lambda h: h | {"stem.m": changed(h["stem.m"], shape=[True, 5])}, "from 1"),
        (lambda h: h | {"stem.m": changed(h["stem.m"], shape=[])}, "1 to 4 extents"),
        (lambda h: h | {"stem.m": changed(h["stem.m"], dtype="F64")}, "no dtype"),
        (lambda h: h | {"stem.m": changed(h["stem.m"], dtype=[])}, "no dtype"),
        (lambda h: h | {"stem.m": changed(h["stem.m"], more=1)}, "nothing else"),
        (lambda h: h | {"a b": h["stem.m"]}, "is no name"),
        (lambda h: h | {"n" * 65: h["stem.m"]}, "is no name"),
        (lambda h: h | {"more": h["stem.m"]}, "overlaps"),
        (lambda h: [h], "is no object"),
    ],
)
def test_a_wrong_header_is_refused(change, message):
    header, data = parts(packed(*block()))
    with pytest.raises(InputError, match=message):
        PackedFile.read(container(change(header), data))


def test_limits_are_checked_before_anything_is_made():
    with pytest.raises(InputError, match="larger than the 64 MiB"):
        PackedFile.read(bytes((64 << 20) + 1))
    with pytest.raises(InputError, match="claims more than 1 MiB"):
        PackedFile.read(b"\xff" * 8 + bytes(100))
    with pytest.raises(InputError, match="ends within its header"):
        PackedFile.read((1 << 20).to_bytes(8, "little") + bytes(100))
    for text in (b"[" * 1_000_000, b'{"a":' * 200_000):
        with pytest.raises(InputError, match="nested deeper"):
            PackedFile.read(container(text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"1" * 19, "18 digits"),
        (b"1." + b"1" * 41, "40 characters"),
        (b"1e999", "too large"),
        (b"NaN", "which is no number"),
        (b"-Infinity", "which is no number"),
        (b"[1,]", "no JSON"),
        (b'{"b":1,"b":2}', "key twice"),
        (b'"\\ud800"', "surrogate"),
        (b'"\xff"', "UTF-8"),
        (b"1} x", "no JSON"),
    ],
)
def test_json_is_read_strictly(text, message):
    with pytest.raises(InputError, match=message):
        PackedFile.read(container(b'{"a": ' + text + b"}"))


@pytest.mark.parametrize("wrong", [{"graph": "{}"}, {"version": "2"}, {"name": 3}])
def test_metadata_of_other_kinds_is_refused(wrong):
    graph, tensors = block()
    with pytest.raises(InputError, match="must be a text, and none of format"):
        PackedFile(graph, tensors, wrong).to_bytes()
