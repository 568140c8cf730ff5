"""``docbin score`` of methods and results on data sets."""

import numpy as np
import pytest
from PIL import Image
from program import docbin, letters, save_mask, strict

GRAY, TRUTH = letters()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCBIN_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def data(tmp_path):
    for name in ("a", "b"):
        page = tmp_path / "set" / "img" / f"{name}.png"
        page.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(GRAY).save(page)
        save_mask(tmp_path / "set" / "gt" / f"{name}.png", TRUTH)
    return tmp_path


def test_methods_on_data(data):
    run = docbin(
        "score", "-m", "otsu", "-m", "sauvola", "--data", "set", "--json", "--rank", cwd=data
    )
    told = strict(run)
    assert [row["name"] for row in told["rows"]] == ["otsu", "sauvola"]
    assert all(row["means"]["fm"] > 99 for row in told["rows"])
    assert len(told["ranking"]) == 2


def test_parameters_and_jobs(data):
    runs = [
        docbin(
            "score",
            "-m",
            "sauvola",
            "--set",
            "k=0.4",
            "--data",
            "set",
            "--csv",
            "-j",
            jobs,
            cwd=data,
        )
        for jobs in ("1", "3")
    ]
    assert runs[0].stdout == runs[1].stdout
    assert runs[0].stdout.decode().splitlines()[1].startswith("sauvola k=0.4,a,")


def test_auto_can_be_scored(data):
    told = strict(
        docbin("score", "-m", "auto", "--data", "set", "--no-weights", "--json", cwd=data)
    )
    assert told["rows"][0]["means"]["fm"] > 99
    assert told["rows"][0]["means"]["pfm_weighted"] is None
    assert "left out" in told["rows"][0]["reasons"]["pfm_weighted"]


def test_means_by_set_and_splits(tmp_path):
    lines = ["dataset,split,name,image,truth"]
    for name, split in (("s/a", "train"), ("s/b", "dev"), ("t/c", "dev")):
        save_mask(tmp_path / "d" / f"{name}.png", TRUTH, "L")
        lines.append(f"{name[0]},{split},{name[2]},{name}.png,{name}.png")
    (tmp_path / "d" / "INDEX.csv").write_text("\n".join(lines))
    run = docbin("score", "-m", "otsu", "--data", "d", cwd=tmp_path)
    assert "means by set" in run.stdout.decode()
    assert "mean of the sets" in run.stdout.decode()
    told = strict(
        docbin("score", "-m", "otsu", "--data", "d", "--split", "dev", "--json", cwd=tmp_path)
    )
    assert [item["name"] for item in told["rows"][0]["sets"]] == ["s", "t"]
    told = strict(
        docbin("score", "-m", "otsu", "--data", "d", "--only", "s", "--json", cwd=tmp_path)
    )
    assert told["rows"][0]["pages_scored"] == 2
    run = docbin("score", "-m", "otsu", "--data", "d", "--split", "tset", cwd=tmp_path, code=2)
    assert "Its splits: train, dev" in run.stderr


def test_results_against_a_data_set(tmp_path):
    lines = ["dataset,split,name,image,truth"]
    for name in ("s/a", "t/b"):
        save_mask(tmp_path / "d" / f"{name}.png", TRUTH, "L")
        save_mask(tmp_path / "mine" / f"{name}.bw.png", np.roll(TRUTH, 1, axis=1))
        lines.append(f"{name[0]},dev,{name[2]},{name}.png,{name}.png")
    (tmp_path / "d" / "INDEX.csv").write_text("\n".join(lines))
    told = strict(docbin("score", "mine", "d", "--split", "dev", "--json", cwd=tmp_path))
    assert [item["name"] for item in told["rows"][0]["sets"]] == ["s", "t"]
    assert told["rows"][0]["pages_scored"] == 2


def test_a_data_set_that_is_not_here(tmp_path):
    run = docbin(
        "score",
        "-m",
        "otsu",
        "--data",
        "dibco2013",
        cwd=tmp_path,
        code=3,
        env={"DOCBIN_DATA": str(tmp_path / "store")},
    )
    assert "docbin data add dibco2013" in run.stderr


def test_the_means_of_otsu_on_a_real_set(real_data, tmp_path):
    folder = real_data / "binarization" / "hdibco2014"
    told = strict(docbin("score", "-m", "otsu", "--data", folder, "--json", cwd=tmp_path))
    means = told["rows"][0]["means"]
    found = [round(means[name], 2) for name in ("fm", "pfm_skeleton", "psnr", "drd")]
    assert found == [91.62, 95.69, 18.72, 2.65]


def test_truths_beside_their_images(tmp_path):
    for name in ("a", "b"):
        Image.fromarray(GRAY).save(tmp_path / f"{name}.png")
        save_mask(tmp_path / f"{name}_GT.tiff", TRUTH)
    told = strict(docbin("score", "-m", "otsu", "--data", ".", "--json", cwd=tmp_path))
    assert [page["page"] for page in told["rows"][0]["pages"]] == ["a", "b"]
