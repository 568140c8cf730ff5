"""Photos with text: configurations that share nothing, labels and masks that fit the pixels."""

import dataclasses
import functools
import re

import cv2
import numpy as np
import pytest
from PIL import Image

from docbin import synth
from docbin.errors import InputError, UsageError
from docbin.evaluate.labels.reading import read_labels
from docbin.ops.polygon import area, filled, is_simple
from docbin.synth.faces import FACES, face
from docbin.synth.scene_backdrops import name_of, photographs
from docbin.synth.scene_folder import write_scenes
from docbin.synth.scene_lettering import lettered
from docbin.synth.scene_places import Curve, any_curve
from docbin.synth.scene_ranges import DEVELOPMENT, SPAN, TEST, TRAINING
from docbin.synth.scene_textures import TEXTURES
from docbin.synth.scene_words import SCENE_WRITINGS, lines_of
from docbin.synth.scenes import SCENES, scene, stream

SMALL = (320, 240)


def fresh(index, ranges=TEST):
    """Return a small photo of textures and built-in faces, on every machine."""
    return scene(index, ranges, *SMALL, fonts=[], photos=[])


@functools.cache
def made(index, ranges=TEST):
    """Return the same, made once."""
    return fresh(index, ranges)


def alternatives(pattern):
    return {name.replace(".*", "A").replace("-.", "-A") for name in re.split(r"[|]", pattern)}


def test_test_shares_no_font_photo_texture_or_seed():
    for other in (DEVELOPMENT, TRAINING):
        assert abs(TEST.first - other.first) >= SPAN
        assert not set(TEST.textures) & set(other.textures)
        assert not set(TEST.faces) & set(other.faces)
        assert not alternatives(TEST.photos) & alternatives(other.photos)
    assert abs(DEVELOPMENT.first - TRAINING.first) >= SPAN
    assert set(DEVELOPMENT.textures) | set(TEST.textures) == set(TEXTURES)


def test_no_installed_font_or_photo_is_in_both():
    for file in synth.font_files():
        uses = [bool(re.fullmatch(ranges.fonts, file.stem)) for ranges in (DEVELOPMENT, TEST)]
        assert uses != [True, True], file
    for file in photographs():
        uses = [bool(re.fullmatch(ranges.photos, name_of(file))) for ranges in (DEVELOPMENT, TEST)]
        assert uses != [True, True], file


def test_no_thin_font_writes():
    for ranges, family in ((DEVELOPMENT, "Lato"), (TEST, "Roboto")):
        assert re.fullmatch(ranges.fonts, f"{family}-Bold")
        assert not re.fullmatch(ranges.fonts, f"{family}-Thin")


def test_ranges_of_development_and_test_are_the_same():
    held_out = {"name", "first", "fonts", "photos", "textures", "faces"}
    for field in dataclasses.fields(TEST):
        if field.name not in held_out:
            assert getattr(TEST, field.name) == getattr(DEVELOPMENT, field.name)


@pytest.mark.parametrize("ranges", SCENES.values(), ids=SCENES)
def test_one_index_one_photo(ranges):
    first, again = made(3, ranges), fresh(3, ranges)
    np.testing.assert_array_equal(first.image, again.image)
    np.testing.assert_array_equal(first.truth, again.truth)
    for one, other in zip(first.words, again.words, strict=True):
        np.testing.assert_array_equal(one.region.polygon, other.region.polygon)
        assert (one.text, one.care) == (other.text, other.care)
    assert (made(4, ranges).image != first.image).any()


def test_ink_is_in_polygons_and_polygons_in_the_photo():
    found = 0
    for index in range(8):
        photo = made(index)
        assert photo.image.shape == (240, 320, 3)
        assert photo.image.dtype == np.uint8
        assert photo.truth.dtype == np.bool_
        covered = np.zeros(photo.truth.shape, bool)
        for label in photo.words:
            polygon = label.region.polygon
            assert is_simple(polygon)
            assert (polygon >= 0).all()
            assert (polygon <= SMALL).all()
            window, inside = filled(polygon, photo.truth.shape)
            covered[window] |= inside
            assert label.text
            if label.care:
                found += 1
                share = (photo.truth[window] & inside).sum() / area(polygon)
                assert 0.02 < share < 0.95
        spilled = photo.truth & ~cv2.dilate(covered.view(np.uint8), np.ones((3, 3))).astype(bool)
        assert spilled.sum() <= 0.01 * max(1, photo.truth.sum())
    assert found > 20


def test_lines_hold_their_words():
    for index in range(6):
        photo = made(index)
        words = " ".join(label.text for label in photo.words).split()
        assert " ".join(label.text for label in photo.lines).split() == words
        for line in photo.lines:
            left, top = line.region.polygon.min(axis=0)
            assert (left, top) >= (0, 0)


def test_ink_differs_from_what_is_around_it():
    apart = []
    for index in range(8):
        photo = made(index)
        for label in photo.words:
            if label.care:
                window, inside = filled(label.region.polygon, photo.truth.shape)
                ink, pixels = photo.truth[window] & inside, photo.image[window].astype(float)
                apart.append(
                    np.abs(pixels[ink].mean(axis=0) - pixels[inside & ~ink].mean(axis=0)).max()
                )
    assert min(apart) > 5
    assert np.median(apart) > 25


def test_both_polarities_and_curves_occur():
    light, corners = [], set()
    for index in range(8):
        photo = made(index)
        gray = photo.image.mean(axis=2)
        for label in photo.lines:
            corners.add(len(label.region.polygon))
            if label.care:
                window, inside = filled(label.region.polygon, photo.truth.shape)
                ink = photo.truth[window] & inside
                light.append(gray[window][ink].mean() > gray[window][inside & ~ink].mean())
    assert corners == {4, 14}
    assert 0.2 < np.mean(light) < 0.8


def test_nothing_can_be_read_where_letters_are_too_small_or_hidden():
    for changed in ({"smallest": 1e4}, {"faint": 300.0}, {"blurred": 0.0}, {"hidden": 0.0}):
        assert any(label.care for label in made(3).words)
        photo = made(3, dataclasses.replace(TEST, **changed))
        assert photo.words
        assert not any(label.care for label in photo.words), changed


def test_things_in_front_hide_ink():
    often = dataclasses.replace(TEST, occlusion=1.0)
    never = dataclasses.replace(TEST, occlusion=0.0)
    hidden = [(made(i, never).truth & ~made(i, often).truth).sum() for i in range(5)]
    shown = [(made(i, often).truth & ~made(i, never).truth).sum() for i in range(5)]
    assert sum(hidden) > 0
    assert sum(shown) == 0


@pytest.mark.parametrize("seed", range(6))
def test_curves_bend_back(seed):
    rng = np.random.default_rng(seed)
    curve = any_curve(rng, 300.0, 40.0)
    points = rng.random((50, 2)) * (300, 40)
    np.testing.assert_allclose(curve.flat(curve.bent(points)), points, atol=1e-6)
    assert not curve.straight
    assert Curve(300.0, 40.0).bent(points) is points


def test_an_arc_keeps_lengths_along_its_middle():
    curve = Curve(300.0, 40.0, angle=1.2)
    xs = np.linspace(0, 300, 2001)
    bent = curve.bent(np.stack([xs, np.full_like(xs, 20.0)], axis=1))
    length = np.hypot(*np.diff(bent, axis=0).T).sum()
    assert length == pytest.approx(300, rel=1e-4)
    assert bent[1000, 1] == pytest.approx(20)
    assert bent[0, 1] > 20  # bulges up: the ends hang down


def test_lettering_boxes_words():
    text = lettered([["ab", "c"], ["d"]], FACES["plain"], 40.0, lead=1.3)
    assert [(word.text, word.line) for word in text.words] == [("ab", 0), ("c", 0), ("d", 1)]
    for word in text.words:
        left, top, right, bottom = (int(v) for v in word.box)
        part = text.cover[top:bottom, left:right] > 96
        assert part.any(axis=0)[[0, -1]].all()
        assert part.any(axis=1)[[0, -1]].all()
    assert text.words[0].box[2] < text.words[1].box[0]
    assert text.words[0].box[3] < text.words[2].box[1]
    back = lettered([["ab", "c"]], FACES["plain"], 40.0, lead=1.3, leftward=True)
    assert [word.text for word in back.words] == ["ab", "c"]
    assert back.words[0].box[0] > back.words[1].box[2]
    down = lettered([["ab"], ["c"]], FACES["plain"], 40.0, lead=1.3, upright=True)
    (left, top, right, bottom), other = down.words[0].box, down.words[1].box
    assert bottom - top > 1.5 * (right - left)
    assert other[2] < left
    assert lettered([[" "]], FACES["plain"], 40.0, lead=1.3) is None


def test_scripts_have_letters():
    rng = np.random.default_rng(0)
    letters = {
        "chinese": "[一-鿿]", "traditional": "[一-鿿]", "korean": "[가-힣]",
        "japanese sign": "[ァ-ヶ一-鿿]", "greek": "[Ͱ-Ͽἀ-῿]", "cyrillic": "[Ѐ-ӿ]",
        "arabic": "[ء-ي]", "devanagari": "[ऀ-ॿ]", "signs": "[A-Za-z]",
    }  # fmt: skip
    assert {writing.script for writing in SCENE_WRITINGS} == set(letters)
    for script, pattern in letters.items():
        text = "".join(word for line in lines_of(rng, script, 40) for word in line)
        assert len(re.findall(pattern, text)) > 0.4 * len(text), script


def test_streams_go_on():
    photos = stream(TRAINING, *SMALL, seed=5, fonts=[], photos=[])
    for index in (5, 6):
        np.testing.assert_array_equal(next(photos).image, made(index, TRAINING).image)


def test_photographs_of_a_folder(tmp_path):
    folder = tmp_path / "Kite/contents/images"
    folder.mkdir(parents=True)
    pixels = np.random.default_rng(1).integers(0, 256, (50, 1300, 3), np.uint8)
    for name in ("1300x50.png", "screenshot.png", "note.txt"):
        Image.fromarray(pixels).save(folder / name, format="PNG")
    assert photographs([tmp_path]) == [folder / "1300x50.png"]
    always = dataclasses.replace(DEVELOPMENT, photograph=1.0)
    photo = scene(0, always, *SMALL, fonts=[], photos=photographs([tmp_path]))
    assert photo.backdrop == "Kite"
    (folder / "1300x50.png").write_bytes(b"")
    other = tmp_path / "Wood.png"
    other.write_bytes(b"no picture")
    with pytest.raises(InputError, match="Wood"):
        scene(0, always, *SMALL, fonts=[], photos=[other])


def test_a_folder_can_be_read(tmp_path):
    write_scenes(tmp_path / "a", TEST, 4, 7, size=SMALL, fonts=[], photos=[])
    words = read_labels(tmp_path / "a/labels/words", "icdar2015")
    lines = read_labels(tmp_path / "a/labels/lines", "total-text")
    assert not words.problems
    assert not lines.problems
    for index, of_words, of_lines in zip(range(7, 11), words.pages, lines.pages, strict=True):
        photo = made(index)
        assert of_words.name == of_lines.name == f"{index:08}"
        for labels, truth in ((of_words.labels, photo.words), (of_lines.labels, photo.lines)):
            assert [label.care for label in labels] == [label.care for label in truth]
            for label, true in zip(labels, truth, strict=True):
                assert label.text == (true.text if true.care else label.text)
                if len(true.region.polygon) == len(label.region.polygon):
                    np.testing.assert_allclose(
                        label.region.polygon, true.region.polygon, atol=0.501
                    )


def test_wrong_photos_are_refused():
    for index, size in ((-1, SMALL), (SPAN, SMALL), (0, (20, 300)), (0, (300, 30000))):
        with pytest.raises(UsageError):
            scene(index, TEST, *size, fonts=[], photos=[])


def test_fonts_of_collections_are_found(tmp_path):
    for name in ("a.ttf", "b.otf", "c.ttc", "d.woff"):
        (tmp_path / name).write_bytes(b"")
    assert [path.name for path in synth.font_files(tmp_path)] == ["a.ttf", "b.otf", "c.ttc"]
    with pytest.raises(InputError, match=r"a\.ttf"):
        face(tmp_path / "a.ttf").length("a", 20)
