"""Label maps by hand: how far polygons shrink, what the ring holds, what is told of the rest."""

import numpy as np
import pytest

from docbin.errors import InputError, UsageError
from docbin.evaluate.labels.label import Label
from docbin.regions import TextRegion

pytest.importorskip("torch", reason="torch is not installed (extra [train])")
pytest.importorskip("shapely", reason="shapely is not installed (extra [detect])")

from docbin.nn.data import text_labels as labels
from docbin.nn.data.text_pages import TextSource, kinds_of
from docbin.nn.data.text_store import (
    TextPage,
    TextStore,
    resized,
    write_text_store,
)

SQUARE = [(50, 50), (150, 50), (150, 150), (50, 150)]


def label(points, care=True, kind="text"):
    return Label(TextRegion(np.array(points, float), kind=kind), care=care)


def maps(*given, shape=(200, 200), kinds=None):
    drawn = labels.draw(given, shape, kinds)
    return drawn, *labels.decode(drawn.codes)


def test_a_square_is_shrunk_by_the_published_distance():
    """A = 100², L = 400: D = 10000 · (1 − 0.16) / 400 = 21."""
    assert labels.offset_distance(np.array(SQUARE, float)) == pytest.approx(21)
    _, shrunk, *_ = maps(label(SQUARE))
    rows, columns = np.nonzero(shrunk)
    # The shrunk square is 71 … 129: the pixels whose centres are 71.5 … 128.5, and its rim.
    assert (rows.min(), columns.min()) == (71, 71)
    assert {rows.max(), columns.max()} <= {128, 129}


def test_the_ring_has_the_published_thresholds():
    _, _, threshold, ring, ignored = maps(label(SQUARE))
    assert not ignored.any()
    # Pixel (100, 50) is half a pixel inside the outline: 0.3 + 0.4 (1 − 0.5 / 21).
    step = 0.4 / 62 / 2 + 1e-6
    assert threshold[100, 50] == pytest.approx(0.3 + 0.4 * (1 - 0.5 / 21), abs=step)
    assert threshold[100, 49] == pytest.approx(0.3 + 0.4 * (1 - 0.5 / 21), abs=step)
    # Ten and a half pixels in, and ten and a half out.
    assert threshold[100, 60] == pytest.approx(0.5, abs=step)
    assert threshold[100, 39] == pytest.approx(0.5, abs=step)
    # The middle counts, and is at the lowest; far outside nothing counts.
    assert ring[100, 100]
    assert threshold[100, 100] == pytest.approx(0.3)
    assert ring[100, 30]
    assert not ring[100, 27]
    # A corner of the grown square is round.
    assert not ring[50 - 19, 50 - 19]


def test_of_two_rings_the_higher_threshold_counts():
    near = [(x + 105, y) for x, y in SQUARE]
    _, _, threshold, *_ = maps(label(SQUARE), label(near), shape=(200, 320))
    assert threshold[100, 152] == pytest.approx(0.3 + 0.4 * (1 - 2.5 / 21), abs=0.005)
    assert threshold[100, 154] == pytest.approx(0.3 + 0.4 * (1 - 0.5 / 21), abs=0.005)


def test_what_cannot_be_learned_is_ignored_and_told():
    thin = [(10, 10), (60, 10), (60, 14), (10, 14)]
    outside = [(300, 10), (360, 10), (360, 40), (300, 40)]
    good = [(10, 160), (90, 160), (90, 190), (10, 190)]
    given = (label(SQUARE, care=False), label(thin), label(outside), label(good))
    drawn, shrunk, _, _, ignored = maps(*given)
    assert drawn.reasons == ("don't-care", "thinner than 5 pixels", "outside the image")
    assert len(drawn.text) == 1
    assert ignored[100, 100]
    assert ignored[12, 30]
    assert shrunk.sum() > 0
    assert not shrunk[:150].any()


def test_needles_do_not_vanish():
    """A star of sixteen needles of 60 pixels, half a pixel thick: its middle is left."""
    angles = np.arange(32) * np.pi / 16
    radius = np.where(np.arange(32) % 2, 60.0, 3.0)
    star = np.column_stack([100 + radius * np.cos(angles), 100 + radius * np.sin(angles)])
    drawn, shrunk, _, ring, _ = maps(label(star))
    assert (drawn.reasons, len(drawn.text)) == ((), 1)
    assert shrunk[100, 100]
    assert ring[100, 100]


def test_two_blocks_joined_by_a_thread_fall_apart():
    blocks = [(10, 50), (60, 50), (60, 74), (110, 74), (110, 50), (160, 50), (160, 100), (110, 100),
              (110, 76), (60, 76), (60, 100), (10, 100)]  # fmt: skip
    drawn, shrunk, *_ = maps(label(blocks))
    assert (drawn.reasons, len(drawn.text)) == ((), 1)
    assert shrunk[75, 35]
    assert shrunk[75, 135]
    assert not shrunk[75, 85]


def test_kinds_are_text_background_or_ignored():
    kinds = labels.Kinds(learned=("line",), background=("page",))
    whole = [(0, 0), (200, 0), (200, 200), (0, 200)]
    seal = [(10, 10), (40, 10), (40, 40), (10, 40)]
    given = (label(whole, kind="page"), label(seal, kind="stamp"), label(SQUARE, kind="line"))
    drawn, shrunk, _, _, ignored = maps(*given, kinds=kinds)
    assert drawn.reasons == ("kind page is background", "kind stamp is ignored")
    assert ignored[20, 20]
    assert not ignored[180, 180]
    assert shrunk[100, 100]


def page(seed=0, size=(120, 240)):
    image = np.random.default_rng(seed).integers(0, 255, (*size, 3), np.uint8)
    text = label([(20, 20), (200, 20), (200, 60), (20, 60)])
    return TextPage("drawn", str(seed), image, (text, label(SQUARE, care=False)), {"seed": seed})


def test_a_store_keeps_images_maps_and_the_report(tmp_path):
    store = write_text_store([page(0), page(1, (200, 100))], tmp_path / "x.text", longest=240)
    again = TextStore.load(store.path)
    assert again.sets == ("drawn",)
    assert again.report == {"drawn": {"learned": 2, "don't-care": 2}}
    for index, its in enumerate((page(0), page(1, (200, 100)))):
        pixels = again.page(index)
        assert np.array_equal(pixels[..., :3], its.image)
        assert np.array_equal(pixels[..., 3], labels.draw(its.labels, its.image.shape[:2]).codes)
    assert again.pages[0].boxes.tolist() == [[20, 20, 180, 40]]


def test_large_images_are_made_smaller_with_their_labels():
    image, (first, _) = resized(page().image, page().labels, 120)
    assert image.shape == (60, 120, 3)
    assert first.region.polygon.tolist() == [[10, 10], [100, 10], [100, 30], [10, 30]]


def test_a_damaged_store_is_refused(tmp_path):
    store = write_text_store([page()], tmp_path / "x.text", longest=240)
    data = store.path.read_bytes()
    for bad in (data[:-100], b"", b"\xff" * 30, data.replace(b"docbin-text", b"docbin-next", 1)):
        (tmp_path / "bad.text").write_bytes(bad)
        with pytest.raises(InputError):
            TextStore.load(tmp_path / "bad.text")
    with pytest.raises(InputError, match="no images"):
        write_text_store([], tmp_path / "none.text")


@pytest.fixture
def folder(tmp_path):
    """Return a folder in ICDAR 2015's layout."""
    from PIL import Image

    for part in ("gt", "images"):
        (tmp_path / part).mkdir()
    for name in ("a", "b"):
        Image.fromarray(page().image).save(tmp_path / "images" / f"{name}.png")
        lines = (
            "20,20,200,20,200,60,20,60,word\n9,9,9,9,9,9,9,9,none\n30,70,60,70,60,90,30,90,###\n"
        )
        (tmp_path / "gt" / f"gt_{name}.txt").write_text(lines)
    return tmp_path


def test_folders_of_labels_are_read(folder):
    source = TextSource.parse(f"icdar2015:{folder}")
    first, second = source.pages()
    assert (first.set, first.name, second.name) == ("icdar2015", "a", "b")
    assert [its.care for its in first.labels] == [True, False]
    assert "fewer than three" in first.source["problems"][0]
    assert [its.name for its in source.pages(without={"a"})] == ["b"]
    apart = TextSource.parse(f"icdar2015:{folder / 'gt'}:{folder / 'images'}")
    assert [its.name for its in apart.pages()] == ["a", "b"]


def test_what_a_detector_of_seals_learns(tmp_path):
    image = page().image
    seal = Label(TextRegion([(60, 50), (90, 50), (90, 80), (60, 80)], kind="5_stamp"))
    line = Label(TextRegion(SQUARE, kind="2_handwritten"))
    for kind, learned, codes in (("seal", seal, (True, False)), ("text", line, (False, True))):
        its = TextPage("ndl-docl", "a", image, (seal, line), {}, kinds_of("ndl-docl", kind))
        store = write_text_store([its], tmp_path / f"{kind}.text", kind=kind, longest=240)
        assert TextStore.load(store.path).kind == kind
        shrunk, _, _, ignored = labels.decode(store.page(0)[..., 3])
        x, y = learned.region.polygon.mean(0).astype(int)
        assert shrunk[y, x]
        assert store.report["ndl-docl"]["learned"] == 1
        assert (bool(shrunk[65, 75]), bool(ignored.any())) == (codes[0], codes[1])
    photo = TextPage("icdar2015", "b", image, page().labels, {}, kinds_of("icdar2015", "seal"))
    assert not labels.draw(photo.labels, image.shape[:2], photo.kinds).codes.any()


def test_what_is_wrong_with_folders_is_said(folder):
    for text in ("icdar2015", "unknown:x", str(folder)):
        with pytest.raises(UsageError, match="FORMAT:DIR"):
            TextSource.parse(text)
    (folder / "images" / "b.png").unlink()
    with pytest.raises(InputError, match="no image for the labels of 'b'"):
        list(TextSource.parse(f"icdar2015:{folder}").pages())
    with pytest.raises(InputError, match="no folder"):
        list(TextSource.parse(f"icdar2015:{folder / 'gt'}:{folder / 'none'}").pages())
