"""``docbin batch --plan``, and the same run from Python."""

import csv
import json

import pytest
from PIL import Image
from program import docbin, letters, printed, strict

from docbin import Recipe, batch

# What differs between two runs of the same thing.
TIMES = ("seconds", "ended", "output_mtime_ns", "decode", "binarize", "encode")


@pytest.fixture
def folder(tmp_path):
    for number in range(6):
        path = tmp_path / "in" / f"box {number % 2}" / f"{number}.{('png', 'tif')[number % 2]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(letters(100 + 20 * number, 160, number)[0]).save(path, dpi=(300, 300))
    return tmp_path


def test_a_plan(folder):
    given = ["batch", "--plan", "in", "out", "-m", "otsu"]
    lines = printed(docbin(*given, "--sheet", "sheet.png", cwd=folder))
    assert lines[0].startswith("png: 3 files, 3 pages, ")
    assert lines[1].startswith("tif: 3 files, 3 pages, ")
    assert [line.partition(":")[0] for line in lines[2:5]] == ["to do", "time", "disk"]
    assert lines[5:] == ["(from 6 files that were tried)", "sheet.png"]
    with Image.open(folder / "sheet.png") as sheet:
        assert sheet.width > 5 * 360
    assert sorted(path.name for path in folder.iterdir()) == ["in", "sheet.png"]
    run = docbin(*given, "--sheet", "sheet.png", cwd=folder, code=5)
    assert "'sheet.png' exists" in run.stderr
    run = docbin("batch", "in", "out", "--sheet", "b.png", cwd=folder, code=2)
    assert "--sheet goes with --plan" in run.stderr


def test_a_plan_of_trouble(folder):
    (folder / "in/bad.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    Image.fromarray(letters(90, 80)[0]).save(folder / "in/box 0/0.jpg")
    plan = strict(
        docbin("batch", "--plan", "--json", "in", "out", "-m", "otsu", cwd=folder, code=1)
    )
    assert (plan["files"], plan["done"], plan["sampled"]) == (8, 0, 7)
    assert [each["path"] for each in plan["unreadable"]] == ["in/bad.png"]
    assert plan["collisions"] == [
        {"target": "box 0/0.png", "sources": ["in/box 0/0.jpg", "in/box 0/0.png"]}
    ]
    assert "would both be written to 'box 0/0.png'" in plan["refused"]
    assert 0 < plan["seconds"]["low"] <= plan["seconds"]["high"]
    run = docbin("batch", "--plan", "in", "out", "-m", "otsu", cwd=folder, code=1)
    lines = printed(run)
    assert "1 input cannot be read or written:" in lines
    assert "  'box 0/0.png' by 'in/box 0/0.jpg', 'in/box 0/0.png'" in lines
    assert not (folder / "out").exists()


def test_python_gives_the_records_of_the_program(folder):
    (folder / "in/bad.png").write_bytes(b"")
    given = ["-m", "sauvola", "--set", "window=2mm", "--despeckle", "--save-recipe", "r.toml"]
    docbin("batch", "in", "program", *given, cwd=folder, code=1)
    records = batch.run(folder / "in", folder / "python", Recipe.load(folder / "r.toml"))
    assert batch.read_records(folder / "python") == records
    tables = []
    for name in ("program", "python"):
        for ending in ("csv", "json"):
            docbin("batch", "--export", f"{name}.{ending}", name, cwd=folder)
        with (folder / f"{name}.csv").open() as file:
            rows = list(csv.DictReader(file))
        full = json.loads((folder / f"{name}.json").read_text())
        assert len(rows) == len(full) == 7
        for row in full:
            row["pages"] = [{k: v for k, v in p.items() if k not in TIMES} for p in row["pages"]]
            row["source"] = row["source"].removeprefix(f"{folder}/")
            row["error"] = row["error"] and row["error"].replace(f"{folder}/", "")
        tables.append([{k: v for k, v in row.items() if k not in TIMES} for row in full])
    assert tables[0] == tables[1]
    assert {row["status"] for row in tables[0]} == {"done", "failed"}
