"""Samples through albumentations: the same whatever the workers."""

import pickle

import numpy as np
import pytest

from docbin.errors import UsageError
from docbin.nn.data.pages import TruthedPage
from docbin.nn.data.store import write_store

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")
pytest.importorskip("albumentations", reason="albumentations is not installed (extra [train])")

from docbin.nn.data.loader import Samples, loader  # noqa: E402


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    rng = np.random.default_rng(1)
    truth = np.kron(rng.random((16, 16)) < 0.3, np.ones((16, 16))).astype(bool)
    image = np.where(truth[..., None], (40, 30, 20), (220, 210, 190)).astype(np.uint8)
    page = TruthedPage("a", "1", image, truth, {})
    return write_store([page], tmp_path_factory.mktemp("s") / "x", tile=128, stride=64)


def test_shapes_ranges_and_truth(store):
    samples = Samples(store, 64, length=30, seed=1)
    assert len(samples) == 30
    fits = []
    for image, truth in samples:
        assert image.shape == (3, 64, 64)
        assert truth.shape == (1, 64, 64)
        assert image.dtype == truth.dtype == torch.float32
        assert 0 <= image.min() <= image.max() <= 1
        assert set(truth.unique().tolist()) <= {0.0, 1.0}
        gray = image.mean(0)
        if 0.1 < truth.mean() < 0.9:
            ink, paper = gray[truth[0] > 0], gray[truth[0] == 0]
            fits.append(bool(ink.median() < paper.median()))
    assert len(fits) > 10
    assert np.mean(fits) > 0.9


def test_a_sample_depends_on_seed_epoch_and_number_alone(store):
    one, two = (Samples(store, 64, length=8, seed=3) for _ in range(2))
    expected = [one[index][0] for index in range(8)]
    for index in (5, 2, 7):
        assert torch.equal(two[index][0], expected[index])
    two.epoch = 1
    assert not torch.equal(two[5][0], expected[5])
    assert not torch.equal(Samples(store, 64, seed=4)[5][0], expected[5])


def test_workers_change_nothing(store):
    batches = [list(loader(store, 48, batch=3, workers=count, length=7)) for count in (0, 2)]
    assert [len(image) for image, _ in batches[0]] == [3, 3, 1]
    for (image, truth), (its, mask) in zip(*batches, strict=True):
        assert torch.equal(image, its)
        assert torch.equal(truth, mask)


def test_the_store_does_not_travel(store):
    samples = Samples(store, 64)
    sent = pickle.dumps(samples)
    assert len(sent) < 100_000
    again = pickle.loads(sent)
    assert torch.equal(again[3][0], samples[3][0])


def test_wrong_arguments(store):
    with pytest.raises(UsageError, match="size is 300"):
        loader(store, 300)
    with pytest.raises(UsageError, match="workers is -1"):
        loader(store, 64, workers=-1)
    with pytest.raises(UsageError, match="no set 'b'"):
        loader(store, 64, weights={"b": 1})
    with pytest.raises(IndexError):
        Samples(store, 64, length=2)[2]
