"""Batches: shapes, ranges, truth that fits, the same for a seed, going on after a stop."""

import dataclasses

import numpy as np
import pytest

from docbin.errors import UsageError
from docbin.nn.data.pages import TruthedPage

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from docbin.nn.data import augment  # noqa: E402
from docbin.nn.data.augment import CHANGES, Augmentation  # noqa: E402
from docbin.nn.data.batches import TileBatches, near_text  # noqa: E402
from docbin.nn.data.draws import Draws  # noqa: E402
from docbin.nn.data.store import write_store  # noqa: E402
from docbin.nn.data.warp import Placement, place, sample  # noqa: E402


def blobs(seed, side=256):
    """Return a page whose ink, and nothing else, is dark: big blobs, so that edges are few."""
    rng = np.random.default_rng(seed)
    coarse = rng.random((side // 16, side // 16)) < 0.25
    truth = np.kron(coarse, np.ones((16, 16))).astype(bool)
    image = np.where(truth[..., None], (40, 30, 20), (220, 210, 190)).astype(np.uint8)
    return TruthedPage(f"set{seed % 2}", str(seed), image, truth, {"seed": seed})


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("store") / "x.tiles"
    return write_store(map(blobs, range(6)), path, tile=128, stride=128)


def equal(first, second):
    return all(torch.equal(one, other) for one, other in zip(first, second, strict=True))


@pytest.mark.parametrize("size", [16, 50, 64, 127, 128])
@pytest.mark.parametrize("count", [1, 2, 7])
def test_shapes_and_ranges(store, size, count):
    always = Augmentation(*(1.0 for _ in Augmentation.__slots__))
    for augmentation in (None, always):
        batches = TileBatches(store, size, seed=count, augmentation=augmentation)
        image, truth, level, tile = batches.batch(count)
        assert image.shape == (count, 3, size, size)
        assert truth.shape == (count, 1, size, size)
        assert image.dtype == truth.dtype == torch.float32
        assert image.isfinite().all()
        assert image.min() >= 0
        assert image.max() <= 1
        assert set(truth.unique().tolist()) <= {0.0, 1.0}
        assert level.shape == (count,)
        assert level.min() > 0
        assert tile.shape == (count,)
        if augmentation is always:
            assert (tile == -1).all()


def test_warped_truth_fits_warped_ink(store):
    """Paper is above 0.7, ink below 0.2: half way, the picture is the truth but at edges."""
    batches = TileBatches(store, 64, seed=3, augmentation=Augmentation.none())
    for _ in range(10):
        image, truth, *_ = batches.batch(8)
        differs = (image.mean(1, keepdim=True) < 0.47) != truth.bool()
        assert differs.float().mean() < 0.01
    assert 0.1 < truth.mean() < 0.5


def test_augmented_truth_still_fits(store):
    """Tone and capture change no truth: ink stays darker than paper."""
    mild = Augmentation(0, 0, stains=0, folds=0, shading=0, coarse=0, fading=0)
    image, truth, *_ = TileBatches(store, 96, seed=5, augmentation=mild).batch(16)
    gray = image.mean(1, keepdim=True)
    for one, its in zip(gray, truth, strict=True):
        if 0.05 < its.mean() < 0.95:
            assert one[its > 0].mean() < one[its == 0].mean() - 0.05


def test_a_window_is_as_good_as_the_tile():
    """Crops from windows, as on the CPU, are those from whole tiles, as on a GPU."""
    draws = Draws(1)
    tiles = draws.uniform((4, 4, 100, 100))
    angle = torch.tensor([0.0, 0.3, 2.0, -1.5])
    matrix = torch.stack([angle.cos(), -angle.sin(), angle.sin(), angle.cos()], 1).view(4, 2, 2)
    placement = Placement(matrix * 1.2, torch.tensor([[50.0, 50], [40, 60], [52, 48], [45.5, 50]]))
    whole = sample(tiles, placement, 30)
    origin = torch.tensor([[20.0, 22], [12, 30], [25, 18], [16, 20]])
    windows = torch.stack(
        [tile[:, int(y) : int(y) + 60, int(x) : int(x) + 60]
         for tile, (x, y) in zip(tiles, origin, strict=True)]
    )  # fmt: skip
    torch.testing.assert_close(sample(windows, placement, 30, origin), whole, atol=1e-4, rtol=0)


def test_the_plain_placement_is_a_slice():
    tile = torch.arange(400, dtype=torch.float32).view(1, 1, 20, 20)
    placement = Placement(torch.eye(2)[None], torch.tensor([[9.0, 12.0]]))
    expected = tile[:, :, 9:15, 6:12]
    torch.testing.assert_close(sample(tile, placement, 6), expected, atol=1e-3, rtol=0)
    turned = Placement(torch.tensor([[[0.0, -1], [1, 0]]]), torch.tensor([[9.0, 12.0]]))
    torch.testing.assert_close(
        sample(tile, turned, 6), expected.rot90(1, (2, 3)), atol=1e-3, rtol=0
    )


def test_one_seed_one_series(store):
    series = [TileBatches(store, 64, seed=seed).batch(4) for seed in (1, 1, 2)]
    assert equal(series[0], series[1])
    assert not equal(series[0], series[2])


def test_a_resumed_run_goes_on_exactly(store, tmp_path):
    batches = TileBatches(store, 64, seed=9)
    for _ in range(3):
        batches.batch(5)
    torch.save(batches.state_dict(), tmp_path / "state.pt")
    expected = [batches.batch(5) for _ in range(4)]
    again = TileBatches(store, 64, seed=1)
    again.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True))
    assert all(equal(again.batch(5), batch) for batch in expected)


@pytest.mark.parametrize("name", CHANGES)
def test_each_augmentation_changes_only_its_samples(store, name):
    batch = TileBatches(store, 64, seed=4, augmentation=Augmentation.none()).batch(12)
    plain, before = batch.image, batch.image.clone()
    only = Augmentation(**{field: 0.5 * (field == name) for field in Augmentation.__slots__})
    draws = Draws(11)
    changed, same, *_ = only.apply(batch, draws)
    assert torch.equal(plain, before)
    assert torch.equal(same, batch.truth)
    different = (changed != plain).flatten(1).any(1)
    assert 0 < different.sum() < 12


def test_the_level_goes_as_the_square_of_contrast(store):
    """Half the contrast is a quarter of the variance; noise on top changes it little."""
    batch = TileBatches(store, 64, seed=4, augmentation=Augmentation.none()).batch(12)
    varied = batch.image.mean(1).flatten(1).std(1) > 0.05
    assert varied.sum() > 6
    only = Augmentation(**dict.fromkeys(Augmentation.__slots__, 0.0) | {"contrast": 1.0})
    pale, _, level, _ = only.apply(batch, Draws(1))
    spread = [image.mean(1).flatten(1).std(1)[varied] for image in (batch.image, pale)]
    expected = (spread[1] / spread[0]).square()
    found = (level / batch.level)[varied]
    torch.testing.assert_close(found, expected, rtol=0.02, atol=0)
    assert found.min() < 0.4
    noisy = Augmentation(**dict.fromkeys(Augmentation.__slots__, 0.0) | {"noise": 1.0})
    kept = noisy.apply(batch, Draws(2)).level / batch.level
    torch.testing.assert_close(kept[varied], torch.ones(int(varied.sum())), rtol=0.1, atol=0)


def test_moved_ink_brings_its_level_and_may_be_missing(store):
    batch = TileBatches(store, 64, seed=4, augmentation=Augmentation.none()).batch(40)
    batch = batch._replace(level=torch.arange(1.0, 41))
    only = Augmentation(**dict.fromkeys(Augmentation.__slots__, 0.0) | {"transplant": 1.0})
    for bare in (0.0, 1.0):
        _, truth, level, tile = dataclasses.replace(only, bare=bare).apply(batch, Draws(1))
        assert (level != batch.level).all()
        light = batch.image.mean((1, 2, 3)).square()  # contrast goes as the paper's light
        found, expected = (sorted((each / light).tolist()) for each in (level, batch.level))
        assert found == pytest.approx(expected, rel=1e-4)
        assert truth.any() == (bare == 0)
        assert (tile == -1).all()


def test_hard_tiles_are_drawn_more_often_but_not_their_set(store):
    none = Augmentation.none()
    batches = TileBatches(store, 32, seed=2, augmentation=none, hard=1.0)
    sets = np.array([store.set_of(index) for index in range(len(store))])
    hard = int(np.flatnonzero(sets == "set1")[0])

    def drawn(count=40):
        found = torch.cat([batches.batch(32).tile for _ in range(count)])
        return found.bincount(minlength=len(store)).numpy() / len(found)

    before = drawn()
    for _ in range(128):
        tile = batches.batch(32).tile
        batches.learned(tile, torch.where(tile == hard, 6.0, 0.1))
    after = drawn()
    assert after[hard] > 3 * before[hard]
    for name in ("set0", "set1"):
        own = sets == name
        assert after[own].sum() == pytest.approx(before[own].sum(), abs=0.06)
    others = (sets == "set1") & (np.arange(len(store)) != hard)
    assert 0 < after[others].mean() < before[others].mean()
    again = TileBatches(store, 32, seed=7, augmentation=none, hard=1.0)
    again.load_state_dict(batches.state_dict())
    assert all(equal(again.batch(5), batches.batch(5)) for _ in range(3))
    plain = TileBatches(store, 32, seed=2, augmentation=none)
    plain.learned(torch.tensor([hard]), torch.tensor([9.0]))
    assert equal(plain.batch(4), TileBatches(store, 32, seed=2, augmentation=none).batch(4))


def test_how_many_get_an_augmentation():
    draws = Draws(0)
    counts = [len(draws.some(10, 0.35)) for _ in range(400)]
    assert np.mean(counts) == pytest.approx(3.5, abs=0.25)
    chosen = torch.cat([draws.some(10, 0.35) for _ in range(400)]).bincount(minlength=10)
    assert chosen.min() > 90
    for count in (2, 3, 8):
        assert (draws.partners(count) != torch.arange(count)).all()


def test_blank_places_are_drawn_again(tmp_path):
    page = blobs(1, 256)
    truth, image = page.truth.copy(), page.image.copy()
    truth[:, 64:], image[:, 64:] = False, 200
    store = write_store([page._replace(truth=truth, image=image)], tmp_path / "x", tile=256)
    assert not near_text(store)[0, :, 15:].any()
    none = Augmentation.none()
    batches = TileBatches(store, 32, seed=1, augmentation=none, scale=(0.9, 1.1))
    found = batches.batch(200).truth.flatten(1).any(1).float().mean()
    # A fifth of the places has ink; with a second draw of every other it is more than a quarter.
    assert 0.22 < found < 0.5


def test_several_stores(store, tmp_path):
    page = blobs(20)
    bright = page._replace(set="bright", image=np.full_like(page.image, 255))
    other = write_store([bright], tmp_path / "y", tile=128, stride=128)
    none = Augmentation.none()
    for mix, low, high in (([1, 0], 0, 0), ([0, 1], 1, 1), ([1, 1], 0.35, 0.65)):
        batches = TileBatches([store, other], 32, seed=2, mix=mix, augmentation=none)
        white = (batches.batch(120)[0].flatten(1).min(1).values > 0.999).float().mean()
        assert low <= white <= high
    weighted = TileBatches([store, other], 32, weights={"bright": 0}, mix=[1, 1])
    assert weighted.batch(2)[0].shape == (2, 3, 32, 32)


def test_mirrored_or_not():
    draws = Draws(3)
    text = torch.ones(200, 4, 4, dtype=torch.bool)
    for share, low, high in ((0.0, 0, 0), (1.0, 1, 1), (0.5, 0.35, 0.65)):
        placement = place(text, 32, 64, draws, mirrored=share)
        flipped = torch.linalg.det(placement.matrix) < 0
        assert low <= flipped.float().mean() <= high
        # The scale is that of a square root of the area, whichever way the crop is turned.
        span = torch.linalg.det(placement.matrix).abs().sqrt()
        assert 0.59 < span.min() < 0.8
        assert 1.3 < span.max() < 1.71


def test_wrong_arguments(store, tmp_path):
    other = write_store([blobs(1)], tmp_path / "y", tile=64, stride=64)
    with pytest.raises(UsageError, match="one size"):
        TileBatches([store, other])
    with pytest.raises(UsageError, match="no tile store"):
        TileBatches([])
    with pytest.raises(UsageError, match="size is 200"):
        TileBatches(store, 200)
    with pytest.raises(UsageError, match="no set 'x'"):
        TileBatches(store, 64, weights={"x": 1})
    with pytest.raises(UsageError, match="mix has 2 numbers for 1 stores"):
        TileBatches(store, 64, mix=[1, 1])
    with pytest.raises(UsageError, match="no tile to draw"):
        TileBatches([store, store], 64, mix=[0, 0])
    with pytest.raises(UsageError, match="noise is 2"):
        augment.Augmentation(noise=2)
