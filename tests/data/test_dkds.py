"""DKDS track 2 from generated pages in the published layout: added, split, read and scored."""

import json
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image
from program import docbin, printed

from docbin.evaluate import Dataset
from docbin.io import read_mask, read_pages
from docbin.steps import RemoveSeals
from docbin.synth.seals import SEALS, sealed

SETS = {"Testset-E": "test_e", "Testset-D": "test_d", "Testset-R": "test_r"}


def downloaded(folder):
    """Write two pages of each set as the data set has them; return their pages by stored name."""
    pages = {}
    for number, name in enumerate(SETS):
        for kind in ("images", "masks"):
            (folder / name / kind).mkdir(parents=True)
        for index in range(2):
            page = sealed(10 * number + index, SEALS["development-leaves"], 300, 340, fonts=[])
            stem = f"{name}/{{}}/200003076_0000{index}_1"
            Image.fromarray(page.image).save(folder / f"{stem.format('images')}.png")
            # Their masks are gray: ink is dark, edges may be soft.
            gray = np.where(page.truth, 12, 247).astype(np.uint8)
            Image.fromarray(gray).save(folder / f"{stem.format('masks')}.png")
            pages[f"{name}_200003076_0000{index}_1"] = page
    return pages


def test_dkds_is_added_split_and_scored(tmp_path):
    pages = downloaded(tmp_path / "DKDS")
    env = {"DOCBIN_DATA": str(tmp_path / "store")}
    run = docbin("data", "add", "dkds", tmp_path / "DKDS", env=env)
    stored = printed(run)[0]
    assert len(Dataset.open(stored)) == len(pages)
    for folder, split in SETS.items():
        data = Dataset.open(stored, split=split)
        names = [sample.name.rpartition("/")[2] for sample in data]
        assert names == [name for name in pages if name.startswith(folder)]
        for name, sample in zip(names, data, strict=True):
            image = next(iter(read_pages(sample.image))).pixels
            np.testing.assert_array_equal(image, pages[name].image)
            np.testing.assert_array_equal(read_mask(sample.truth), pages[name].truth)
    for method in ("sauvola", "kmeans"):
        run = docbin("score", "-m", method, "--data", "dkds", "--split", "test_r", "--no-weights",
                     "--json", env=env)  # fmt: skip
        told = json.loads(run.stdout)
        assert "Testset-R_200003076_00000_1" in run.stdout.decode()
        assert "Testset-E" not in json.dumps(told)


def test_dkds_is_scored_without_its_seals(tmp_path):
    """As a user does it: clean the pages with and without the step, and score both folders."""
    downloaded(tmp_path / "DKDS")
    env = {"DOCBIN_DATA": str(tmp_path / "store")}
    stored = printed(docbin("data", "add", "dkds", tmp_path / "DKDS", env=env))[0]
    for name, step in (("as-they-are", []), ("removed", ["--remove-seals"])):
        for sample in Dataset.open(stored, split="test_e"):
            target = tmp_path / name / f"{Path(sample.name).name}.png"
            target.parent.mkdir(exist_ok=True)
            docbin("clean", sample.image, "-m", "sauvola", *step, "-o", target, "--dpi", "150")
    run = docbin("score", tmp_path / "as-they-are", tmp_path / "removed", "dkds", "--split",
                 "test_e", "--no-weights", "--json", env=env)  # fmt: skip
    rows = {row["name"]: row for row in json.loads(run.stdout)["rows"]}
    before, after = (rows[name]["means"]["fm"] for name in ("as-they-are", "removed"))
    assert before < after


def test_dkds_as_an_archive(tmp_path):
    downloaded(tmp_path / "DKDS")
    with zipfile.ZipFile(tmp_path / "DKDS.zip", "w") as archive:
        for path in sorted((tmp_path / "DKDS").rglob("*.png")):
            archive.write(path, path.relative_to(tmp_path))
    env = {"DOCBIN_DATA": str(tmp_path / "store")}
    run = docbin("data", "add", "dkds", tmp_path / "DKDS.zip", env=env)
    data = Dataset.open(printed(run)[0], split="test_d")
    assert len(data) == 2
    for sample in data:
        cleaned = RemoveSeals().prepare(next(iter(read_pages(sample.image))).pixels)
        assert cleaned.shape[:2] == read_mask(sample.truth).shape
