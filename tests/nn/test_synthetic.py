"""Stores of generated pages."""

import numpy as np
import pytest

from docbin import synth
from docbin.errors import UsageError
from docbin.nn.data.store import TileStore
from docbin.nn.data.synthetic import build_synthetic_store, synthetic_pages


def test_a_store_of_generated_pages(tmp_path):
    kept = {"size": (256, 200), "tile": 128, "stride": 128, "fonts": []}
    store = build_synthetic_store(5, tmp_path / "s", seed=2, **kept)
    assert store.sets == ("synthetic",)
    assert [page.source["seed"] for page in store.pages] == list(range(2_000_000, 2_000_005))
    assert store.pages[0].source["fonts"][0] in synth.FACES
    for index in range(len(store)):
        page, top, left = store.origin[index]
        image, truth = synth.scan(2_000_000 + int(page), 256, 200, fonts=[])
        area = np.s_[top : top + 128, left : left + 128]
        np.testing.assert_array_equal(store.truth(index), truth[area])
        np.testing.assert_array_equal(store.tiles[index].transpose(1, 2, 0), image[area])
    again = build_synthetic_store(5, tmp_path / "t", seed=2, **kept)
    assert again.path.read_bytes() == store.path.read_bytes()
    other = build_synthetic_store(5, tmp_path / "u", seed=3, **kept)
    assert other.path.read_bytes() != store.path.read_bytes()
    assert len(TileStore.load(tmp_path / "t")) == len(store)


def test_wrong_counts(tmp_path):
    with pytest.raises(UsageError, match="count is 0"):
        build_synthetic_store(0, tmp_path / "s")
    with pytest.raises(UsageError, match="seed is -1"):
        next(synthetic_pages(1, -1))
