"""Tile stores: what went in comes out; damage and bad input are named."""

import json

import numpy as np
import pytest
from PIL import Image
from truthed import data_set

from docbin.errors import InputError, OutputError, UsageError
from docbin.evaluate import Dataset
from docbin.evaluate.adding import sha256
from docbin.nn.data.pages import TruthedPage, read_truthed
from docbin.nn.data.store import TileStore, build_store, write_store
from docbin.nn.data.tiles import cut
from docbin.ops.patches import starts


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return Dataset.open(data_set(tmp_path_factory.mktemp("pages"), {"a": 1, "b": 4}))


@pytest.fixture(scope="module")
def store(data, tmp_path_factory):
    return build_store(data, tmp_path_factory.mktemp("store") / "x.tiles", tile=128, stride=64)


def test_every_tile_is_its_part_of_the_page(data, store):
    again = TileStore.load(store.path)
    assert again.pages == store.pages
    assert again.settings == {"tile": 128, "stride": 64, "seed": 0, "blank": 0.3}
    pages = [read_truthed(sample) for sample in data]
    for index in range(len(again)):
        page, top, left = again.origin[index]
        image, truth = pages[page]
        area = np.s_[top : top + 128, left : left + 128]
        np.testing.assert_array_equal(again.tiles[index].transpose(1, 2, 0), image[area])
        np.testing.assert_array_equal(again.truth(index), truth[area])
        assert again.set_of(index) == ("a" if page == 0 else "b")


def test_provenance(data, store):
    for page, sample in zip(store.pages, data, strict=True):
        assert page.name == sample.name
        assert page.source == {"image": sha256(sample.image), "truth": sha256(sample.truth)}


def test_tiles_cover_the_page():
    for length in (448, 449, 700, 895, 896, 2000):
        places = starts(length, 448, 224)
        covered = np.zeros(length, int)
        for place in places:
            covered[place : place + 448] += 1
        assert covered.min() >= 1
        assert max(np.diff(places), default=0) <= 224


def test_small_pages_are_mirrored_and_blank_tiles_left_out():
    rng = np.random.default_rng(1)
    image = rng.integers(0, 256, (40, 70, 3), dtype=np.uint8)
    truth = rng.random((40, 70)) < 0.3
    only = next(cut(image, truth, rng, tile=64, stride=64, blank=1.0))
    np.testing.assert_array_equal(only.truth[40:], truth[:15:-1, :64])
    np.testing.assert_array_equal(only.pixels[:, 40:], image[:15:-1, :64].transpose(2, 0, 1))
    white = np.full((512, 512, 3), 255, np.uint8)
    blank = np.zeros((512, 512), bool)
    kept = [
        len(list(cut(white, blank, np.random.default_rng(0), tile=32, stride=32, blank=share)))
        for share in (0.0, 0.3, 1.0)
    ]
    assert kept[0] == 0
    assert 50 < kept[1] < 105
    assert kept[2] == 256
    white[::8, :256] = 200  # writing of the back, say: no ink, and yet no blank paper
    kept = list(cut(white, blank, np.random.default_rng(0), tile=32, stride=32, blank=0.0))
    assert sorted({item.place[1] for item in kept}) == list(range(0, 256, 32))


def test_tiles_know_how_strongly_their_page_is_written_on(tmp_path):
    pages = []
    for ink in (180, 20):
        image = np.full((256, 128, 3), 210, np.uint8)
        truth = np.zeros((256, 128), bool)
        truth[40:120:8, 20:100] = True
        image[truth] = ink
        pages.append(TruthedPage("set", str(ink), image, truth, {}))
    store = write_store(pages, tmp_path / "x.tiles", tile=128, stride=128, blank=1.0)
    page = store.origin[:, 0]
    levels = [set(store.level[page == index].tolist()) for index in range(2)]
    assert [len(each) for each in levels] == [1, 1]
    assert levels[1].pop() > 20 * levels[0].pop() > 0


def test_one_seed_one_file(data, store, tmp_path):
    again = build_store(data, tmp_path / "y.tiles", tile=128, stride=64)
    assert again.path.read_bytes() == store.path.read_bytes()


def test_shares(store):
    of_tile = np.array([store.set_of(index) for index in range(len(store))])
    counts = {name: (of_tile == name).sum() for name in "ab"}
    share = store.shares()
    assert share.sum() == pytest.approx(1)
    total = {name: share[of_tile == name].sum() for name in "ab"}
    assert total["b"] / total["a"] == pytest.approx((counts["b"] / counts["a"]) ** 0.5)
    assert store.shares({"b": 0})[of_tile == "b"].max() == 0
    with pytest.raises(UsageError, match="no set 'c'"):
        store.shares({"c": 1})
    with pytest.raises(UsageError, match="weight of a is -1"):
        store.shares({"a": -1})
    with pytest.raises(UsageError, match="all data sets have the weight 0"):
        store.shares({"a": 0, "b": 0})


def test_an_existing_file_is_kept(data, store):
    with pytest.raises(OutputError, match="exists"):
        build_store(data, store.path)
    before = store.path.read_bytes()

    def pages():
        image, truth = read_truthed(data.samples[0])
        yield TruthedPage("a", "1", image, truth, {})
        raise InputError("the second page is broken")

    with pytest.raises(InputError, match="second page"):
        write_store(pages(), store.path, tile=128, stride=64, force=True)
    assert store.path.read_bytes() == before
    assert [path.name for path in store.path.parent.iterdir()] == ["x.tiles"]


def test_bad_pages(tmp_path):
    folder = data_set(tmp_path, {"a": 2})
    data = Dataset.open(folder)
    with pytest.raises(InputError, match="empty"):
        build_store([data.only()], tmp_path / "s")
    with pytest.raises(InputError, match="empty"):
        build_store([], tmp_path / "s")
    Image.new("1", (299, 260)).save(folder / "a/gt/1.png")
    with pytest.raises(InputError, match=r"300 × 260.*299 × 260") as trouble:
        build_store(data, tmp_path / "s")
    assert "a/img/1.png" in str(trouble.value)
    (folder / "a/gt/1.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    with pytest.raises(InputError, match=r"a/gt/1\.png"):
        build_store(data, tmp_path / "s")
    (folder / "a/gt/1.png").unlink()
    with pytest.raises(InputError, match="there is no file"):
        Dataset.open(folder)
    assert not (tmp_path / "s").exists()


def test_wrong_settings(data, tmp_path):
    for wrong in ({"tile": 100}, {"tile": 8}, {"stride": 0}, {"stride": 449}, {"blank": 2}):
        with pytest.raises(UsageError, match=next(iter(wrong))):
            build_store(data, tmp_path / "s", **wrong)
    with pytest.raises(OutputError, match="cannot be written"):
        build_store(data, tmp_path / "no" / "folder" / "s", tile=128, stride=64)


def test_damaged_files(store, tmp_path):
    whole = store.path.read_bytes()
    file = tmp_path / "damaged"
    length = int.from_bytes(whole[:8], "little")
    header = json.loads(whole[8 : 8 + length])

    def changed(**entries):
        text = json.dumps(header | entries).encode()
        return len(text).to_bytes(8, "little") + text + whole[8 + length :]

    cases = {
        b"": "longer than the file",
        whole[:100]: "longer than the file",
        whole[:-1]: "cut short",
        b"\xff" * 40: "longer than the file",
        b"\x02\0\0\0\0\0\0\0[]": "no tile store",
        b"\x02\0\0\0\0\0\0\0{}": "no tile store of version",
        changed(tiles=header["tiles"] | {"dtype": "F32"}): "no tile store",
        changed(tiles=header["tiles"] | {"shape": [-1, 3, 128, 128]}): "does not fit",
        changed(__metadata__=header["__metadata__"] | {"version": "9"}): "version 2",
        changed(__metadata__=header["__metadata__"] | {"pages": "[]"}): "do not fit",
        changed(truth=header["origin"]): "do not fit",
    }
    for content, message in cases.items():
        file.write_bytes(content)
        with pytest.raises(InputError, match=message):
            TileStore.load(file)
    with pytest.raises(InputError, match="cannot be read"):
        TileStore.load(tmp_path / "nothing")


def test_real_training_pages(real_data, tmp_path):
    data = Dataset.open(real_data / "binarization", split="train").only("dibco2009")
    store = build_store(data, tmp_path / "real")
    assert store.sets == ("dibco2009",)
    assert 40 < len(store) < 200
    ink = np.unpackbits(store.packed, axis=2).mean()
    assert 0.03 < ink < 0.3
    dark = np.mean([store.tiles[i][:, store.truth(i)].mean() for i in range(0, len(store), 5)
                    if store.truth(i).any()])  # fmt: skip
    assert dark < store.tiles[::5].mean() - 40
