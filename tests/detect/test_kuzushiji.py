"""Columns and seals: two networks, one list of regions."""

import pytest
from detector_files import text_network, word_photo, words
from text_maps import rectangle

from docbin.detect.db import Db
from docbin.detect.kuzushiji import NONE, Kuzushiji, _within
from docbin.errors import InputError, UsageError
from docbin.regions import SEAL, TEXT, TextRegion
from docbin.synth.seals import SEALS, sealed

USE = {"threshold": 0.1, "unclip": 0.1, "side": 0}


@pytest.fixture
def files(tmp_path):
    """Return two files: what finds columns, and what finds the same words but calls them seals."""
    paths = {}
    for kind in (TEXT, SEAL):
        paths[kind] = tmp_path / f"{kind}.docbin"
        paths[kind].write_bytes(text_network(**USE, kind=kind).to_bytes())
    return {kind: str(path) for kind, path in paths.items()}


def test_regions_are_of_the_kind_that_the_file_says(files):
    for kind, path in files.items():
        found = Db(path)(word_photo())
        assert [region.kind for region in found] == [kind] * len(words())


def test_a_file_may_not_call_them_nothing(tmp_path):
    path = tmp_path / "x.docbin"
    for kind in ("", 3):
        path.write_bytes(text_network(**USE, kind=kind).to_bytes())
        with pytest.raises(InputError, match="kind is"):
            Db(str(path))(word_photo())


def test_writing_in_a_seal_is_the_seal(files):
    found = Kuzushiji(files[TEXT], files[SEAL])(word_photo())
    assert [region.kind for region in found] == [SEAL] * len(words())
    columns = Kuzushiji(files[TEXT], NONE)(word_photo())
    assert [region.kind for region in columns] == [TEXT] * len(words())


def test_writing_beside_a_seal_stays(files, tmp_path):
    """The network of seals is surest of one word; the others stay columns of writing."""
    alone = Db(files[TEXT])(word_photo())
    scores = sorted(region.score for region in alone)
    assert scores[-1] > scores[-2]
    sure = tmp_path / "sure.docbin"
    use = {**USE, "box_threshold": (scores[-1] + scores[-2]) / 2, "kind": SEAL}
    sure.write_bytes(text_network(**use).to_bytes())
    found = Kuzushiji(files[TEXT], str(sure))(word_photo())
    kinds = [SEAL if region.score == scores[-1] else TEXT for region in alone]
    assert [region.kind for region in found] == kinds


def test_docbin_finds_seals_with_its_own_network():
    page = sealed(5, SEALS["development-leaves"], 700, 800)
    detector = Kuzushiji()
    assert detector.seals == "seals"
    found = [region for region in detector(page.image) if region.kind == SEAL]
    assert found
    for region in found:
        low, high = region.polygon.min(0), region.polygon.max(0)
        middle = ((low + high) / 2).round().astype(int)
        window = page.area[middle[1] - 20 : middle[1] + 20, middle[0] - 20 : middle[0] + 20]
        assert window.any()
    assert not any(region.kind == SEAL for region in Kuzushiji(seals=NONE)(page.image))


def test_what_is_within_a_seal():
    seal = TextRegion(rectangle(100, 100, 40, 40), kind=SEAL)
    inside, half, around = (rectangle(x, 100, w, 30) for x, w in ((95, 20), (120, 40), (100, 90)))
    assert _within(TextRegion(inside), seal)
    assert not _within(TextRegion(half), seal)
    assert not _within(TextRegion(around), seal)


def test_wrong_parameters_are_refused():
    for given, said in (
        ({"seals": 3}, "seals is 3"),
        ({"weights": "nowhere.docbin"}, "no file"),
        ({"shape": "round"}, "shape"),
    ):
        with pytest.raises(UsageError, match=said):
            Kuzushiji(**{"seals": NONE, "weights": "detector", **given})
