"""Scoring runs, ranking and statistics."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PIL import Image

from docbin.errors import InputError, UsageError
from docbin.evaluate import Dataset, score
from docbin.evaluate.matching import match, open_truth
from docbin.evaluate.pairing import image_files, key, pair
from docbin.evaluate.ranking import places, rank
from docbin.evaluate.results import read_result, refuse_inverted
from docbin.evaluate.run import (
    METRICS,
    PageScore,
    Row,
    no_weights,
    score_files,
    score_method,
)
from docbin.evaluate.statistics import difference, interval


def bars(shift=0):
    truth = np.zeros((40, 60), bool)
    truth[5 + shift : 9 + shift, 5:50] = truth[20:23, 10:40] = True
    return truth


def save(path, mask, mode="1"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.where(mask, 0, 255).astype(np.uint8)).convert(mode).save(path)
    return path


def pages(tmp_path, count=3):
    for number in range(1, count + 1):
        save(tmp_path / "img" / f"p{number}.png", bars(number), "L")
        save(tmp_path / "gt" / f"p{number}.png", bars(number))
    return Dataset.open(tmp_path)


def test_any_callable_is_scored(tmp_path):
    told = []
    row = score_method("half", lambda pixels: pixels < 128, pages(tmp_path), told=told.append)
    assert [page.name for page in row.pages] == ["p1", "p2", "p3"]
    assert row.mean("fm") == row.mean("pfm_weighted") == 100
    assert row.perfect == 3
    assert row.mean("psnr") is None
    assert sorted(told) == [1, 2, 3]


def test_the_order_and_the_scores_do_not_depend_on_jobs(tmp_path):
    data = pages(tmp_path, 5)
    rows = [
        score_method("roll", lambda pixels: np.roll(pixels, 1, 1) < 128, data, jobs=jobs)
        for jobs in (1, 4)
    ]
    assert rows[0] == rows[1]


def test_a_callable_that_returns_no_mask_is_refused(tmp_path):
    with pytest.raises(InputError, match="bool"):
        score_method("gray", lambda pixels: pixels, pages(tmp_path), weights=no_weights)


def test_windows_on_paper_get_the_resolution(tmp_path):
    Image.fromarray(np.full((30, 40), 255, np.uint8)).save(tmp_path / "a.png", dpi=(254, 254))
    save(tmp_path / "gt" / "a.png", np.zeros((30, 40), bool))
    (tmp_path / "img").mkdir()
    (tmp_path / "a.png").rename(tmp_path / "img" / "a.png")
    seen = []

    class Ruler:
        def at(self, dpi):
            seen.append(round(dpi))
            return self

        def __call__(self, pixels):
            return pixels < 128

    score_method("ruler", Ruler(), Dataset.open(tmp_path), jobs=1)
    assert seen == [254]


def test_files_by_name_with_a_gap(tmp_path):
    for name in ("H01_gt.bmp", "HW2_GT.tiff", "h03.png"):
        save(tmp_path / "truth" / name, bars())
    save(tmp_path / "mine" / "H1.png", bars())
    save(tmp_path / "mine" / "hw02.bw.tif", bars(1))
    row = score_files("mine", match(tmp_path / "mine", tmp_path / "truth"))
    assert [page.name for page in row.pages] == ["H01", "h03", "HW2"]
    assert [page.name for page in row.gaps] == ["h03"]
    assert row.gaps[0].reason == "mine has no result of it"
    assert row.mean("fm") == pytest.approx((100 + score(bars(1), bars()).fm) / 2)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("H01_gt.bmp", "H01.png"),
        ("HW1_GT.tiff", "hw01_bin.png"),
        ("PR06_estGT.png", "PR6.bmp"),
        ("page-gt.png", "page.bw.tif"),
        ("2_mask.png", "0002.jpg"),
    ],
)
def test_names_of_one_page(tmp_path, one, other):
    assert key(tmp_path / one) == key(tmp_path / other)


def test_two_files_of_one_page_are_refused(tmp_path):
    for name in ("H1.png", "H01.bmp"):
        save(tmp_path / "r" / name, bars())
    with pytest.raises(InputError, match="same page"):
        pair(image_files(tmp_path / "r"), [])


def test_nothing_in_common(tmp_path):
    save(tmp_path / "a" / "x.png", bars())
    save(tmp_path / "b" / "y.png", bars())
    with pytest.raises(InputError, match="has the name of a page"):
        match(tmp_path / "a", tmp_path / "b")
    with pytest.raises(InputError, match="both be files or both be folders"):
        match(tmp_path / "a" / "x.png", tmp_path / "b")


def test_results_of_a_data_set_with_several_sets(tmp_path):
    lines = ["dataset,split,name,image,truth"]
    for name, split in (("s/H01", "train"), ("t/H01", "dev"), ("t/H02", "dev")):
        folder, stem = name.split("/")
        save(tmp_path / "d" / f"{name}.png", bars())
        lines.append(f"{folder},{split},{stem},{name}.png,{name}.png")
    (tmp_path / "d" / "INDEX.csv").write_text("\n".join(lines))
    mine = tmp_path / "mine"
    save(mine / "s" / "H1.bw.png", bars())
    save(mine / "t_h01.png", bars())
    save(mine / "H02.png", bars())  # of which set?
    items = match(mine, open_truth(tmp_path / "d"))
    found = {name: result and result.name for name, result, _ in items}
    assert found == {"s/H01": "H1.bw.png", "t/H01": "t_h01.png", "t/H02": None}
    items = match(mine, open_truth(tmp_path / "d", split="dev", only=["t"]))
    assert [result and result.name for _, result, _ in items] == ["t_h01.png", "H02.png"]
    with pytest.raises(UsageError, match="no splits"):
        open_truth(mine, split="dev")
    with pytest.raises(InputError, match="no folder"):
        match(mine / "H02.png", open_truth(tmp_path / "d"))


def test_results_are_black_and_white(tmp_path):
    gray = np.linspace(0, 255, 600).astype(np.uint8).reshape(20, 30)
    Image.fromarray(gray).save(tmp_path / "gray.png")
    with pytest.raises(InputError, match="--threshold 127"):
        read_result(tmp_path / "gray.png")
    assert np.array_equal(read_result(tmp_path / "gray.png", threshold=99), gray <= 99)
    assert np.array_equal(read_result(tmp_path / "gray.png", threshold=99, invert=True), gray > 99)
    two = np.where(bars(), 100, 200).astype(np.uint8)
    Image.fromarray(two).save(tmp_path / "two.png")
    with pytest.raises(InputError, match="gray values 100, 200"):
        read_result(tmp_path / "two.png")


@pytest.mark.parametrize("high", [1, 255])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_results_of_two_values(tmp_path, high, mode):
    picture = Image.fromarray(np.where(bars(), 0, high).astype(np.uint8)).convert(mode)
    picture.save(tmp_path / "a.png")
    assert np.array_equal(read_result(tmp_path / "a.png"), bars())


def test_negatives_are_refused_and_noise_is_not(tmp_path):
    path = tmp_path / "a.png"
    with pytest.raises(InputError, match="--invert"):
        refuse_inverted(path, ~bars(), bars())
    noise = np.random.default_rng(0).random((40, 60)) < 0.7
    refuse_inverted(path, noise | bars(), bars())
    refuse_inverted(path, np.ones((40, 60), bool), bars())


def test_a_wrong_size_names_the_file(tmp_path):
    save(tmp_path / "a.png", bars()[:-1])
    save(tmp_path / "t.png", bars())
    with pytest.raises(InputError, match=r"a\.png.*60 x 39.*60 x 40"):
        score_files("a", match(tmp_path / "a.png", tmp_path / "t.png"))


def row_of(name, *pairs):
    return Row(name, tuple(PageScore(page, score(mask, bars())) for page, mask in pairs))


def test_infinite_values_are_not_averaged():
    row = row_of("a", ("s/1", bars()), ("s/2", bars(1)), ("t/3", bars(2)))
    worse = [score(bars(shift), bars()).psnr for shift in (1, 2)]
    assert row.perfect == 1
    assert row.mean("psnr") == pytest.approx(sum(worse) / 2)
    assert row.sets == ("s", "t")
    assert row.only("t").mean("fm") == score(bars(2), bars()).fm


def test_every_metric_has_a_mean():
    row = row_of("a", ("1", bars(1)))
    assert all(math.isfinite(row.mean(metric)) for metric in METRICS)


def test_places_share_their_mean():
    assert places([3, 1, 3, 2], larger=True) == [1.5, 4, 1.5, 3]
    assert places([3, 1, 3, 2], larger=False) == [3.5, 1, 3.5, 2]
    assert places([math.inf, math.inf], larger=True) == [1.5, 1.5]


def test_ranks_are_added_up_over_pages_and_metrics():
    good = [score(bars(), bars()), score(bars(1), bars())]
    bad = [score(bars(1), bars()), score(bars(2), bars())]
    first, second = rank({"bad": bad, "good": good})
    assert (first.name, first.total) == ("good", 2 * 4)
    assert (second.name, second.total) == ("bad", 2 * 4 * 2)


def test_interval_of_a_mean():
    values = np.random.default_rng(4).normal(80, 5, 60)
    low, high = interval(values)
    spread = 1.96 * values.std(ddof=1) / math.sqrt(values.size)
    assert low == pytest.approx(values.mean() - spread, abs=0.2)
    assert high == pytest.approx(values.mean() + spread, abs=0.2)
    assert interval(values) == interval(values)
    assert interval(values, seed=1) != interval(values)
    with pytest.raises(UsageError):
        interval(values, level=1)


def test_differences_by_hand():
    gap = difference([3, 4, 5, 6, 7, 8], [1, 1, 1, 1, 1, 1])
    assert gap.mean == 4.5
    assert gap.pages == 6
    assert gap.p == pytest.approx(2 / 2**6)  # all six ranks on one side
    assert gap.interval.low > 0
    same = difference([1, 2], [1, 2])
    assert (same.mean, same.p, same.interval) == (0, None, (0, 0))
