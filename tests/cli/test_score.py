"""``docbin score`` as an installed program."""

import csv
import io

import numpy as np
import pytest
from PIL import Image
from program import docbin, letters, printed, save_mask, strict

GRAY, TRUTH = letters()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCBIN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "weights"


def shifted(by):
    return np.roll(TRUTH, by, axis=1)


@pytest.fixture
def folders(tmp_path):
    for number in (1, 2, 3):
        save_mask(tmp_path / "truth" / f"H0{number}_gt.bmp", np.roll(TRUTH, number, axis=0))
        save_mask(tmp_path / "good" / f"H{number}.png", np.roll(TRUTH, number, axis=0))
        save_mask(
            tmp_path / "poor" / f"h0{number}.bw.tif", np.roll(shifted(number), number, axis=0)
        )
    save_mask(tmp_path / "good" / "H3.png", np.roll(shifted(1), 3, axis=0))
    return tmp_path


def test_one_file(tmp_path):
    save_mask(tmp_path / "result.png", shifted(1))
    save_mask(tmp_path / "truth.png", TRUTH)
    lines = printed(docbin("score", "result.png", "truth.png", cwd=tmp_path))
    assert lines[0].strip() == "result.png"
    assert lines[2].split() == ["page", "FM", "pFM", "skel.", "F_ps", "PSNR", "DRD", "Avg"]
    assert lines[4].split()[0] == "truth"
    assert len(lines[4].split()) == 7


def test_a_perfect_result(tmp_path):
    save_mask(tmp_path / "r.png", TRUTH)
    run = docbin("score", "r.png", "r.png", cwd=tmp_path)
    assert "inf" in run.stdout.decode()
    assert "1 of 1 PSNRs are infinite" in run.stdout.decode()
    told = strict(docbin("score", "r.png", "r.png", "--json", cwd=tmp_path))
    page = told["rows"][0]["pages"][0]
    assert page["fm"] == page["pfm_weighted"] == 100
    assert page["psnr"] is page["avg_score"] is None
    assert "infinite" in page["reasons"]["psnr"]
    assert told["rows"][0]["infinite_psnr"] == 1
    assert "infinite" in told["rows"][0]["reasons"]["psnr"]


def test_folders_ranked_and_compared(folders):
    run = docbin("score", "poor", "good/", "truth", "--rank", "--against", "poor", cwd=folders)
    text = run.stdout.decode()
    lines = printed(run)
    first = next(i for i, line in enumerate(lines) if line.startswith("sums of ranks"))
    assert [line.split()[:3] for line in lines[first + 4 : first + 6]] == [
        ["1", "good", "12"],
        ["2", "poor", "24"],
    ]
    assert "good less poor" in text
    assert "Wilcoxon p" in text
    assert "good: 2 of 3 PSNRs are infinite" in text
    assert run.stderr == ""


def test_json_of_several_rows(folders):
    run = docbin(
        "score", "poor", "good", "truth", "--rank", "--against", "good", "--json", cwd=folders
    )
    told = strict(run)
    assert [row["name"] for row in told["rows"]] == ["poor", "good"]
    assert [page["page"] for page in told["rows"][0]["pages"]] == ["H01", "H02", "H03"]
    assert [item["name"] for item in told["ranking"]] == ["good", "poor"]
    gap = told["differences"]["poor"]["fm"]
    assert gap["mean"] < 0
    assert gap["interval"][0] <= gap["mean"] <= gap["interval"][1]
    assert gap["pages"] == 3
    assert 0 < gap["p"] <= 1
    # On no page do both rows have a finite PSNR but on the third.
    assert told["differences"]["poor"]["psnr"]["pages"] == 1


def test_csv_has_every_metric_of_every_page(folders):
    run = docbin("score", "poor", "good", "truth", "--csv", cwd=folders)
    rows = list(csv.DictReader(io.StringIO(run.stdout.decode())))
    assert [(row["row"], row["page"]) for row in rows][:2] == [("poor", "H01"), ("poor", "H02")]
    assert len(rows) == 6
    assert float(rows[0]["fm"]) < 100
    assert rows[3]["psnr"] == "inf"


def test_latex(folders):
    (folders / "poor").rename(folders / "po_or")
    run = docbin("score", "po_or", "good", "truth", "--latex", "--no-weights", cwd=folders)
    lines = printed(run)
    assert r"\begin{tabular}{lrrrrrr}" in lines
    assert next(line for line in lines if line.startswith("po")).startswith(r"po\_or & ")
    assert r"\textbf{" in next(line for line in lines if line.startswith("good"))


def test_a_missing_page_is_a_named_gap(folders):
    (folders / "poor" / "h02.bw.tif").unlink()
    run = docbin("score", "poor", "good", "truth", "--rank", cwd=folders, code=1)
    assert "page 'H02': poor has no result of it" in run.stderr
    assert "poor: no result of H02" in run.stdout.decode()
    assert "not ranked, since some row has no result: H02" in run.stdout.decode()
    told = strict(docbin("score", "poor", "truth", "--json", cwd=folders, code=1))
    assert told["rows"][0]["gaps"] == ["H02"]
    assert told["rows"][0]["pages"][1] == {"page": "H02", "gap": "poor has no result of it"}
    assert told["rows"][0]["pages_scored"] == 2


def test_a_negative_needs_invert(tmp_path):
    save_mask(tmp_path / "r.png", ~shifted(1))
    save_mask(tmp_path / "t.png", TRUTH)
    assert "--invert" in docbin("score", "r.png", "t.png", cwd=tmp_path, code=3).stderr
    told = strict(docbin("score", "r.png", "t.png", "--invert", "--json", cwd=tmp_path))
    save_mask(tmp_path / "r.png", shifted(1))
    plain = strict(docbin("score", "r.png", "t.png", "--json", cwd=tmp_path))
    assert told["rows"] == plain["rows"]


def test_gray_needs_a_threshold(tmp_path):
    Image.fromarray(GRAY).save(tmp_path / "r.png")
    save_mask(tmp_path / "t.png", TRUTH)
    run = docbin("score", "r.png", "t.png", cwd=tmp_path, code=3)
    assert "'r.png' is not black and white" in run.stderr
    assert "--threshold" in run.stderr
    told = strict(docbin("score", "r.png", "t.png", "--threshold", "127", "--json", cwd=tmp_path))
    assert told["rows"][0]["means"]["fm"] == 100


def test_weight_maps_are_kept_and_can_be_given(folders, cache):
    docbin("score", "good", "truth", cwd=folders)
    assert len(list(cache.iterdir())) == 3
    maps = folders / "maps"
    maps.mkdir()
    for number in (1, 2, 3):
        for side in "RP":
            np.savetxt(maps / f"H0{number}_GT_{side}Weights.dat", np.ones(TRUTH.shape), fmt="%g")
    told = strict(docbin("score", "poor", "truth", "--weights", "maps", "--json", cwd=folders))
    page = told["rows"][0]["pages"][0]
    assert page["pfm_weighted"] == pytest.approx(page["fm"])
    (maps / "H02_GT_PWeights.dat").unlink()
    run = docbin("score", "poor", "truth", "--weights", "maps", cwd=folders, code=3)
    assert "no weights P of page 'H02'" in run.stderr


def test_the_cache_can_be_switched_off(folders, cache, monkeypatch):
    monkeypatch.setenv("DOCBIN_CACHE", "off")
    docbin("score", "good", "truth", cwd=folders)
    assert not cache.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "docbin score RESULT TRUTH"),
        (["good"], "docbin score RESULT TRUTH"),
        (["-m", "otsu"], "--data"),
        (["-m", "otsu", "--data", "truth", "good"], "no other paths"),
        (["-m", "otsoo", "--data", "truth"], "otsu"),
        (["-m", "sauvola", "--set", "kk=1", "--data", "truth"], "Did you mean 'k'"),
        (["-m", "otsu", "-m", "sauvola", "--set", "k=1", "--data", "truth"], "single --method"),
        (["-m", "otsu", "-m", "otsu", "--data", "."], "given twice"),
        (["good", "truth", "--set", "k=1"], "--method"),
        (["good", "truth", "--split", "dev"], "no splits"),
        (["good", "truth", "--rank"], "several rows"),
        (["good", "poor", "truth", "--against", "god"], "Did you mean 'good'"),
        (["good", "good", "truth"], "given twice"),
        (["good", "truth", "--weights", "w", "--no-weights"], "not both"),
        (["-m", "otsu", "--data", "dibco2103"], "dibco2013"),
    ],
)
def test_wrong_usage(folders, arguments, words):
    for name in ("img", "gt"):
        save_mask(folders / name / "a.png", TRUTH, "L")
    assert words in docbin("score", *arguments, cwd=folders, code=2).stderr


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("none.png", "no such file"),
        ("none/", "no such file or folder"),
        ("empty.png", "empty.png"),
        ("cut.png", "cut.png"),
        ("small.png", "320 x 240"),
        ("text.txt", "text.txt"),
    ],
)
def test_bad_results(tmp_path, result, words):
    whole = save_mask(tmp_path / "t.png", TRUTH).read_bytes()
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    save_mask(tmp_path / "small.png", TRUTH[1:])
    (tmp_path / "text.txt").write_text("no picture")
    assert words in docbin("score", result, "t.png", cwd=tmp_path, code=3).stderr


def test_names_that_are_no_utf8(tmp_path):
    strange = tmp_path / "caf\udce9\n"
    for name in ("a.png", "b\udcff.png"):
        save_mask(strange / name, TRUTH)
        save_mask(tmp_path / "t" / name, TRUTH)
    env = {"PYTHONIOENCODING": "utf-8:strict"}
    assert printed(docbin("score", strange, "t", env=env, cwd=tmp_path))[0].strip() == r"caf\xe9\n"
    told = strict(docbin("score", strange, "t", "--json", env=env, cwd=tmp_path))
    assert [page["page"] for page in told["rows"][0]["pages"]] == ["a", r"b\xff"]
    run = docbin("score", strange, "t", "--csv", env=env, cwd=tmp_path)
    assert len(printed(run)) == 3
