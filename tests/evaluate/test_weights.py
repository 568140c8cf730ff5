"""F_ps: from official maps, from our own, from files, and what the cache keeps."""

from __future__ import annotations

import contextlib
import io
import os
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import docbin
from docbin.errors import InputError, UsageError
from docbin.evaluate import WeightMaps, score, weight_maps
from docbin.evaluate.confusion import f_measure
from docbin.evaluate.weight_cache import WeightCache, cache_folder, key_of
from docbin.evaluate.weight_files import WeightFolder, read_weights

PAGES = [
    "dibco2009_H03", "dibco2009_P01", "dibco2009_P02", "dibco2009_P05", "dibco2011_HW4",
    "dibco2011_HW8", "dibco2011_PR7", "dibco2011_PR8", "dibco2013_PR07", "hdibco2010_H03",
    "hdibco2010_H06", "hdibco2012_H07", "hdibco2014_H04", "hdibco2014_H05", "hdibco2014_H06",
]  # fmt: skip


def bars():
    truth = np.zeros((40, 60), bool)
    truth[5:10, 5:50] = truth[20:23, 10:40] = True
    return truth


def page(real_data, name):
    folder, stem = name.split("_")
    base = real_data / "binarization" / folder
    image = next(docbin.read_pages(base / "img" / f"{stem}.png")).pixels
    return docbin.binarize(image, "otsu"), docbin.read_mask(base / "gt" / f"{stem}.png")


def test_scalar_case():
    """The published sums, laid out as one row of pixels with weights that add up to them."""
    tp, fp, fn = 61573, 1929, 6493
    truth = np.zeros((1, tp + fp + fn), bool)
    truth[0, : tp + fn] = True
    mask = np.zeros_like(truth)
    mask[0, :tp] = mask[0, tp + fn :] = True
    recall, precision = np.zeros(truth.shape, np.float32), np.zeros(truth.shape, np.float32)
    recall[0, :tp] = 11562.182811 / tp
    recall[0, tp : tp + fn] = 64.369443 / fn
    precision[0, tp + fn :] = 644.866641 / fp
    found = WeightMaps(recall, precision).pseudo(mask, truth)
    numbers = [100 * found.f, 100 * found.recall, 100 * found.precision]
    assert numbers == pytest.approx([97.6863, 99.4464, 95.9875], abs=5e-5)


def test_the_one_belongs_to_the_precision_weights():
    truth = np.array([[True, True, False, False]])
    mask = np.array([[True, True, True, False]])
    flat = WeightMaps(np.ones((1, 4), np.float32), np.zeros((1, 4), np.float32))
    assert flat.pseudo(mask, truth).precision == pytest.approx(2 / 3)
    heavy = WeightMaps(flat.recall, np.array([[0, 0, 2, 0]], np.float32))
    assert heavy.pseudo(mask, truth).precision == pytest.approx(2 / 5)


@pytest.mark.parametrize("name", PAGES)
def test_official_maps_give_the_same_f_to_four_decimals(real_data, name):
    mask, truth = page(real_data, name)
    maps = WeightFolder(real_data / "pweights").maps(name.replace("_", "/"), truth.shape)
    recall, precision = maps.recall.astype(np.float64), maps.precision.astype(np.float64)
    r = recall[mask & truth].sum() / recall[truth].sum()
    p = (1 + precision)[mask & truth].sum() / (1 + precision)[mask].sum()
    official = score(mask, truth, weights=maps).pfm_weighted
    assert official == pytest.approx(100 * f_measure(p, r), abs=1e-9)
    assert score(mask, truth).pfm_weighted == pytest.approx(official, abs=5e-5)


def test_blank_and_perfect():
    blank, truth = np.zeros((20, 20), bool), np.zeros((20, 20), bool)
    assert score(blank, truth).pfm_weighted == 100
    truth[4:9, 4:15] = True
    assert score(truth, truth).pfm_weighted == 100
    assert score(blank, truth).pfm_weighted == 0
    assert score(truth, blank).pfm_weighted == 0
    assert score(truth, truth, weights=None).pfm_weighted is None


def test_wrong_weights_are_refused():
    truth = bars()
    with pytest.raises(InputError, match="give the maps of this very truth"):
        score(truth, truth, weights=weight_maps(truth[:-1]))
    with pytest.raises(UsageError, match="'own'"):
        score(truth, truth, weights="official")


def same(a, b):
    return np.array_equal(a.recall, b.recall) and np.array_equal(a.precision, b.precision)


def test_cache_on_disk_and_in_memory(tmp_path):
    truth, folder = bars(), tmp_path / "cache"
    cache = WeightCache(folder)
    maps = cache.maps(truth)
    assert cache.maps(truth.copy()) is maps
    assert [path.name for path in folder.iterdir()] == [f"{key_of(truth)}.npz"]
    assert same(WeightCache(folder).maps(truth), maps)
    assert same(maps, weight_maps(truth))


def test_cache_key_knows_the_shape():
    assert key_of(np.zeros((2, 8), bool)) != key_of(np.zeros((1, 16), bool))
    assert key_of(np.zeros((2, 7), bool)) != key_of(np.zeros((2, 8), bool))


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 nothing", b"\0" * 1000])
def test_a_damaged_cache_file_is_made_again(tmp_path, damage):
    truth = bars()
    file = tmp_path / f"{key_of(truth)}.npz"
    file.write_bytes(damage)
    assert same(WeightCache(tmp_path).maps(truth), weight_maps(truth))
    assert file.stat().st_size > len(damage) or file.read_bytes() != damage


def test_a_folder_that_cannot_be_made_is_no_trouble(tmp_path):
    (tmp_path / "file").write_text("")
    assert same(WeightCache(tmp_path / "file" / "cache").maps(bars()), weight_maps(bars()))


def test_memory_is_bounded():
    cache = WeightCache(memory=1)
    first = cache.maps(bars())
    cache.maps(~bars())
    assert cache.maps(bars()) is not first


def test_many_threads_write_one_cache(tmp_path):
    truth, found = bars(), []

    def work():
        found.append(WeightCache(tmp_path).maps(truth))

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 8
    assert all(same(maps, found[0]) for maps in found)
    assert [path.suffix for path in tmp_path.iterdir()] == [".npz"]


def test_where_the_cache_is(monkeypatch, tmp_path):
    monkeypatch.setenv("DOCBIN_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path / "weights"
    monkeypatch.setenv("DOCBIN_CACHE", "off")
    assert cache_folder() is None
    monkeypatch.delenv("DOCBIN_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "docbin" / "weights"


def files(folder, stem, maps):
    """Write both maps of a page as the competitions do."""
    for side, weights in (("R", maps.recall), ("P", maps.precision)):
        text = "\n".join(" ".join(f"{value:.6f}" for value in row) for row in weights)
        (folder / f"{stem}_{side}Weights.dat").write_text(text)


def test_official_text_files(tmp_path):
    truth = bars()
    maps = weight_maps(truth)
    files(tmp_path, "HW01_GT", maps)
    read = WeightFolder(tmp_path).maps("set/hw1", truth.shape)
    assert np.abs(read.recall - maps.recall).max() < 6e-7
    assert np.abs(read.precision - maps.precision).max() < 6e-7


@pytest.mark.parametrize("kind", ["npy", "npz", "csv", "fortran"])
def test_other_files(tmp_path, kind):
    weights = weight_maps(bars()).recall
    path = tmp_path / f"a_R.{'npy' if kind == 'fortran' else kind}"
    if kind == "npz":
        np.savez_compressed(path, w=weights)
    elif kind == "csv":
        np.savetxt(path, weights, delimiter=",", fmt="%.9g")
    else:
        np.save(path, np.asfortranarray(weights) if kind == "fortran" else weights)
    assert np.array_equal(read_weights(path, weights.shape), weights)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a_R.dat", b"", "0 numbers"),
        ("a_R.dat", b"0 0 0 0 0", "5 numbers"),
        ("a_R.dat", b"0 0 0 0 0 0 0", "7 numbers"),
        ("a_R.dat", b"0 0 0 nan 0 0", "other things than numbers"),
        ("a_R.dat", b"0 0 0 -1 0 0", "negative"),
        ("a_R.dat", b"0 0 0 1e999 0 0", "infinite"),
        ("a_R.dat", b"0 0 0 1-e 0 0", "numbers"),
        ("a_R.dat", b"0 " * 200_000, "too large"),
        ("a_R.npy", b"\x93NUMPY\x01\x00\xff\xff", "no array"),
        ("a_R.npy", b"nonsense", "no array"),
        ("a_R.npz", b"nonsense", "damaged archive"),
    ],
)
def test_bad_files(tmp_path, name, data, words):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=words):
        read_weights(tmp_path / name, (2, 3))


def test_a_header_that_promises_a_giant(tmp_path):
    stream = io.BytesIO()
    header = {"descr": "<f4", "fortran_order": False, "shape": (1 << 40, 1 << 20)}
    np.lib.format.write_array_header_1_0(stream, header)
    (tmp_path / "a_R.npy").write_bytes(stream.getvalue())
    with pytest.raises(InputError, match="of shape"):
        read_weights(tmp_path / "a_R.npy", (2, 3))


def test_objects_are_never_unpickled(tmp_path):
    np.save(tmp_path / "a_R.npy", np.array([[{}] * 3] * 2, object), allow_pickle=True)
    with pytest.raises(InputError, match="holds object"):
        read_weights(tmp_path / "a_R.npy", (2, 3))


def test_an_archive_that_unpacks_to_too_much(tmp_path):
    with zipfile.ZipFile(tmp_path / "a_R.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("w.npy", bytes(10_000_000))
    with pytest.raises(InputError, match="too large"):
        read_weights(tmp_path / "a_R.npz", (2, 3))


def test_folders_that_do_not_serve(tmp_path):
    with pytest.raises(InputError, match="no weight maps"):
        WeightFolder(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        WeightFolder(tmp_path / "none")
    (tmp_path / "a_R.dat").write_text("0")
    with pytest.raises(InputError, match=r"b_RWeights\.dat"):
        WeightFolder(tmp_path).maps("b", (1, 1))
    (tmp_path / "a_R.csv").write_text("0")
    with pytest.raises(InputError, match="same page"):
        WeightFolder(tmp_path)


def _seeds():
    weights = np.linspace(0, 1, 6, dtype=np.float32).reshape(2, 3)
    plain, packed = io.BytesIO(), io.BytesIO()
    np.save(plain, weights)
    np.savez_compressed(packed, w=weights)
    return {
        ".npy": plain.getvalue(),
        ".npz": packed.getvalue(),
        ".dat": b"0 0.2 0.4\n0.6 0.8 1\n",
        ".csv": b"0,0.2,0.4\n0.6,0.8,1\n",
    }


@settings(max_examples=int(os.environ.get("DOCBIN_FUZZ_EXAMPLES", "300")))
@given(st.sampled_from(sorted(_seeds())), st.data())
def test_damaged_files_give_weights_or_an_input_error(tmp_path_factory, kind, data):
    content = bytearray(_seeds()[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        action = data.draw(st.sampled_from(["set", "cut", "insert"]))
        if action == "set":
            content[place] = data.draw(st.integers(0, 255))
        elif action == "cut":
            del content[place : place + data.draw(st.integers(1, 9))]
        else:
            content[place:place] = data.draw(st.binary(max_size=5))
        if not content:
            break
    path = Path(tmp_path_factory.getbasetemp()) / f"fuzz_R{kind}"
    path.write_bytes(bytes(content))
    with contextlib.suppress(InputError):
        weights = read_weights(path, (2, 3))
        assert weights.shape == (2, 3)
        assert np.isfinite(weights).all()
