"""``docbin score --detect`` as an installed program."""

import pytest
from program import docbin, printed, strict

pytest.importorskip("shapely", reason="shapely is not installed: pip install 'docbin[detect]'")

GOOD = "0,0,40,0,40,20,0,20"
OTHER = "60,0,90,0,90,20,60,20"
HIDDEN = "0,50,40,50,40,70,0,70"


@pytest.fixture
def folders(tmp_path):
    for name in ("truth", "found"):
        (tmp_path / name).mkdir()
    truths = f"\ufeff{GOOD},Joint, Venture\r\n{HIDDEN},###\r\n"
    (tmp_path / "truth" / "gt_img_1.txt").write_text(truths, "utf-8")
    (tmp_path / "truth" / "gt_img_2.txt").write_text(f"{GOOD},a\n{OTHER},b\n")
    (tmp_path / "found" / "res_img_1.txt").write_text(f"{GOOD},0.9\n{HIDDEN},0.8\n")
    (tmp_path / "found" / "res_img_2.txt").write_text(f"{OTHER},0.7\n0,90,9,90,9,99,0.6\n")
    return tmp_path


def test_tables(folders):
    lines = printed(docbin("score", "--detect", "found", "truth", cwd=folders))
    assert lines[0].strip() == "regions of text, 2 pages"
    icdar = next(line.split() for line in lines if "ICDAR 2015" in line)
    assert icdar[2:] == ["66.67", "66.67", "66.67", "3", "3"]
    assert any("best F1 at IoU 0.5: 80.00" in line for line in lines)


def test_json(folders):
    told = strict(docbin("score", "--detect", "found/", "truth/", "--json", cwd=folders))
    assert told["pages"] == 2
    assert told["rules"]["icdar2015"]["h"] == pytest.approx(2 / 3)
    assert told["rules"]["icdar2015"]["truths"] == 3
    assert told["ranking"]["kinds"][0]["kind"] == "text"
    assert told["truth"]["dont_care"] == 1
    assert told["reasons"] == {}


def test_without_scores_there_is_no_average_precision(folders):
    (folders / "found" / "res_img_1.txt").write_text(GOOD)
    run = docbin("score", "--detect", "found", "truth", cwd=folders)
    assert "no average precision: 1 detections have no score" in run.stdout.decode()
    told = strict(docbin("score", "--detect", "found", "truth", "--json", cwd=folders))
    assert told["ranking"] is None
    assert "no score" in told["reasons"]["ranking"]


def test_gaps_and_bad_lines_are_told(folders):
    (folders / "found" / "res_img_1.txt").unlink()
    (folders / "found" / "res_img_7.txt").write_text(GOOD)
    (folders / "truth" / "gt_img_2.txt").write_text(f"{GOOD},a\n1,2,3\n")
    (folders / "truth" / "gt_img_3.txt").write_bytes(b"\xff")
    run = docbin("score", "--detect", "found", "truth", cwd=folders, code=1)
    assert "truth: gt_img_2.txt, line 2: eight numbers" in run.stderr
    assert "gt_img_3.txt', line 1: not UTF-8" in run.stderr
    assert "page 'img_1' has no results: scored as nothing found" in run.stderr
    assert "results 'img_7' have no truth" in run.stderr
    assert docbin("score", "--detect", "found", "truth", "-q", cwd=folders, code=1).stderr == ""


def test_tables_of_characters_and_seals(tmp_path):
    head = "label_name,bbox_x,bbox_y,bbox_width,bbox_height,image_name,image_width,image_height"
    rows = "Seal,0,0,9,9,a.jpg,99,99{}\nKuzushiji,20,0,9,9,a.jpg,99,99{}\n"
    (tmp_path / "truth.csv").write_text(f"{head}\n{rows.format('', '')}")
    (tmp_path / "found.csv").write_text(f"{head},score\n{rows.format(',0.5', ',0.25')}")
    both = ["--labels", "dkds", "--found", "dkds", "--json"]
    command = ["score", "--detect", "found.csv", "truth.csv", *both]
    told = strict(docbin(*command, "--by-kind", cwd=tmp_path))
    assert [kind["kind"] for kind in told["ranking"]["kinds"]] == ["Kuzushiji", "Seal"]
    assert told["ranking"]["map50_95"] == 1
    seals = strict(docbin(*command, "--kind", "Seal", cwd=tmp_path))
    assert seals["rules"]["icdar2015"]["truths"] == 1
    wrong = docbin(*command, "--kind", "Sael", cwd=tmp_path, code=2)
    assert "it has: Seal, Kuzushiji" in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--detect", "found"], 2, "docbin score --detect RESULTS TRUTH"),
        (["--detect", "found", "truth", "--rank"], 2, "--rank does not go with --detect"),
        (["--detect", "found", "truth", "--csv"], 2, "--csv does not go with --detect"),
        (["found", "truth", "--labels", "dkds"], 2, "--labels goes with --detect"),
        (["--detect", "found", "truth", "--labels", "icdar15"], 2, "Did you mean 'icdar2015'"),
        (["--detect", "found", "truth", "--labels", "dkds"], 3, "no labels of 'dkds'"),
        (["--detect", "none", "truth"], 3, "there is no such file"),
        (["--detect", "elsewhere", "truth"], 3, "no page of the truth has results"),
    ],
)
def test_what_is_refused(folders, arguments, code, message):
    (folders / "elsewhere").mkdir()
    (folders / "elsewhere" / "x.txt").write_text(GOOD)
    assert message in docbin("score", *arguments, cwd=folders, code=code).stderr
