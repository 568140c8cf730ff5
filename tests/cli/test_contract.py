"""The output contract of ``docbin clean``, sentence by sentence."""

import json

import numpy as np
import pikepdf
import pytest
from PIL import Image
from program import clean, docbin, letters, printed

import docbin as package

GRAY, TRUTH = letters()


def save(path, pixels=GRAY, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **options)
    return path


def mask(path):
    with Image.open(path) as picture:
        assert picture.mode == "1"
        return ~np.asarray(picture)


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("a.png", "a.bw.png"),
        ("a.jpg", "a.bw.png"),
        ("a.tif", "a.bw.tif"),
        ("a.TIFF", "a.bw.TIFF"),
        ("a.bmp", "a.bw.png"),
        ("a.b.webp", "a.b.bw.png"),
        ("a.pgm", "a.bw.png"),
    ],
)
def test_without_o_the_result_lies_beside_the_input(tmp_path, name, result):
    save(tmp_path / "in" / name)
    run = clean(f"in/{name}", cwd=tmp_path)
    assert printed(run) == [f"in/{result}"]
    assert mask(tmp_path / "in" / result).shape == GRAY.shape
    assert sorted(p.name for p in (tmp_path / "in").iterdir()) == sorted([name, result])


def test_the_result_is_the_text(tmp_path):
    save(tmp_path / "a.png")
    clean("a.png", "-m", "sauvola", cwd=tmp_path)
    assert np.mean(mask(tmp_path / "a.bw.png") != TRUTH) < 0.001


def test_a_tiff_of_several_pages_stays_one(tmp_path):
    pages = [Image.fromarray(GRAY), Image.fromarray(np.ascontiguousarray(GRAY[::-1]))]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:], dpi=(300, 300))
    assert printed(clean("a.tif", cwd=tmp_path)) == ["a.bw.tif"]
    with Image.open(tmp_path / "a.bw.tif") as result:
        assert result.n_frames == 2
        first = ~np.asarray(result)
        assert result.info["dpi"] == (300, 300)
        result.seek(1)
        assert np.array_equal(first, ~np.asarray(result)[::-1])


def test_a_folder_takes_results_under_their_stems(tmp_path):
    save(tmp_path / "a.tif")
    save(tmp_path / "b.jpg")
    run = clean("a.tif", "b.jpg", "-o", "out/", cwd=tmp_path)
    assert printed(run) == ["out/a.tif", "out/b.png"]
    assert mask(tmp_path / "out/b.png").shape == GRAY.shape


def test_a_folder_as_input(tmp_path):
    save(tmp_path / "in/IMG_10.png")
    save(tmp_path / "in/IMG_2.jpg")
    save(tmp_path / "in/old.bw.png")
    save(tmp_path / "in/.hidden.png")
    (tmp_path / "in/notes.txt").write_text("no picture")
    run = clean("in", cwd=tmp_path)
    assert printed(run) == ["in/IMG_2.bw.png", "in/IMG_10.bw.png"]


def test_two_inputs_of_one_result_are_refused_before_any_work(tmp_path):
    save(tmp_path / "a.tif")
    save(tmp_path / "a.jpg")
    run = clean("a.tif", "a.jpg", "-o", "out/", cwd=tmp_path, code=2)
    assert "'a.tif' and 'a.jpg'" in run.stderr
    assert not (tmp_path / "out").exists()


def test_results_that_differ_in_case_only_are_refused(tmp_path):
    save(tmp_path / "Scan.png")
    save(tmp_path / "SCAN.jpg")
    run = clean("Scan.png", "SCAN.jpg", cwd=tmp_path, code=2)
    assert "'Scan.png' and 'SCAN.jpg'" in run.stderr
    assert len(list(tmp_path.iterdir())) == 2


def test_o_pdf_combines_in_natural_order_on_paper(tmp_path):
    save(tmp_path / "IMG_10.jpg", GRAY[:, :200])
    save(tmp_path / "IMG_2.jpg", GRAY[:, :160])
    run = clean("IMG_10.jpg", "IMG_2.jpg", "-o", "l.pdf", "--paper", "a4", cwd=tmp_path)
    assert printed(run) == ["l.pdf"]
    with pikepdf.open(tmp_path / "l.pdf") as pdf:
        widths = [int(page.Resources.XObject.Page.Width) for page in pdf.pages]
        assert widths == [160, 200]
        for page in pdf.pages:
            assert np.allclose(
                [float(v) for v in page.MediaBox], [0, 0, 595.276, 841.89], atol=0.01
            )


def test_o_tif_combines(tmp_path):
    for name in ("p1.png", "p2.png", "p3.png"):
        save(tmp_path / name)
    clean("p3.png", "p1.png", "p2.png", "-o", "all.tif", cwd=tmp_path)
    with Image.open(tmp_path / "all.tif") as result:
        assert result.n_frames == 3


@pytest.mark.parametrize(("dpi", "kept"), [(300, 300), (72, None), (96, None), (None, None)])
def test_densities_of_cameras_count_as_unknown(tmp_path, dpi, kept):
    save(tmp_path / "a.png", **({"dpi": (dpi, dpi)} if dpi else {}))
    run = clean("a.png", "--json", cwd=tmp_path)
    page = json.loads(run.stdout)["results"][0]["pages"][0]
    with Image.open(tmp_path / "a.bw.png") as result:
        density = result.info.get("dpi")
    if kept is None:
        assert page["dpi"] is None
        assert density is None
    else:
        assert np.allclose(page["dpi"], kept)
        assert np.allclose(density, kept, atol=0.1)


def test_dpi_is_what_one_says(tmp_path):
    save(tmp_path / "a.png", dpi=(300, 300))
    clean("a.png", "--dpi", "400", cwd=tmp_path)
    with Image.open(tmp_path / "a.bw.png") as result:
        assert np.allclose(result.info["dpi"], 400, atol=0.1)


def test_paper_gives_pages_a_resolution(tmp_path):
    save(tmp_path / "a.png", GRAY[:, :200])
    clean("a.png", "--paper", "letter", cwd=tmp_path)
    with Image.open(tmp_path / "a.bw.png") as result:
        assert 200 / result.info["dpi"][0] == pytest.approx(8.5, rel=0.01)


def test_one_bit_pages_pass_through(tmp_path):
    Image.fromarray(~TRUTH).save(tmp_path / "a.png")
    run = clean("a.png", "--json", cwd=tmp_path)
    assert json.loads(run.stdout)["results"][0]["pages"][0]["method"] == "untouched"
    assert np.array_equal(mask(tmp_path / "a.bw.png"), TRUTH)


def test_existing_results_stay_without_force(tmp_path):
    save(tmp_path / "a.png")
    (tmp_path / "a.bw.png").write_text("mine")
    run = clean("a.png", cwd=tmp_path, code=5)
    assert "--force" in run.stderr
    assert (tmp_path / "a.bw.png").read_text() == "mine"
    clean("a.png", "--force", cwd=tmp_path)
    assert mask(tmp_path / "a.bw.png").any()


def test_a_bad_page_does_not_stop_the_others(tmp_path):
    save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "b.png").write_bytes(data[: len(data) // 2])
    save(tmp_path / "c.png")
    run = clean("a.png", "b.png", "c.png", cwd=tmp_path, code=1)
    assert printed(run) == ["a.bw.png", "c.bw.png"]
    assert "'b.png'" in run.stderr
    assert not (tmp_path / "b.bw.png").exists()
    assert not list(tmp_path.glob("*.tmp"))


def test_a_document_with_a_bad_page_is_not_written(tmp_path):
    save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes()[:2000])
    run = clean("a.png", "b.png", "-o", "l.tif", cwd=tmp_path, code=3)
    assert "'b.png'" in run.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.png", "b.png"]


def test_several_pages_and_a_format_of_one(tmp_path):
    pages = [Image.fromarray(GRAY)] * 2
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    run = clean("a.tif", "--format", "png", cwd=tmp_path)
    assert printed(run) == ["a.bw-1.png", "a.bw-2.png"]


def test_pipes(tmp_path):
    save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    run = clean("-", "-m", "otsu", stdin=data)
    assert run.stdout.startswith(b"P4\n320 240\n")
    assert len(run.stdout) == 11 + 40 * 240
    run = clean("-", "-o", "-", "--format", "png", stdin=data)
    assert run.stdout.startswith(b"\x89PNG")


def test_auto_says_what_it_chose(tmp_path):
    save(tmp_path / "a.png")
    run = docbin("clean", "a.png", "-m", "auto", "--json", cwd=tmp_path)
    page = json.loads(run.stdout)["results"][0]["pages"][0]
    assert page["automatic"]
    names = {name: getattr(package.methods, name) for name in package.methods.__all__}
    chosen = eval(page["method"], names)
    assert np.array_equal(mask(tmp_path / "a.bw.png"), chosen(GRAY))
    assert np.mean(mask(tmp_path / "a.bw.png") != TRUTH) < 0.002
    run = docbin("clean", "a.png", "-m", "auto", "--force", cwd=tmp_path)
    assert run.stderr == f"'a.png': auto chose {page['method']}\n"
    run = docbin("clean", "a.png", "-m", "auto", "-q", "--force", cwd=tmp_path)
    assert run.stdout == b""
    assert run.stderr == ""


def test_previews(tmp_path):
    save(tmp_path / "a.png")
    run = clean("a.png", "--preview", cwd=tmp_path)
    assert printed(run) == ["a.bw.png", "a.bw.preview.png"]
    with Image.open(tmp_path / "a.bw.preview.png") as picture:
        assert picture.size == (2 * 320 + 16, 240)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-o", "x.pdf"], True),
        (["-o", "x.pdf", "--paper", "a4"], False),
        (["-o", "x.pdf", "--dpi", "200"], False),
        (["--despeckle"], True),
        (["--remove-seals"], True),
        (["-m", "isauvola", "--set", "window=2mm"], True),
        (["-m", "isauvola", "--set", "window=31"], False),
        ([], False),
    ],
)
def test_an_assumed_resolution_is_said(tmp_path, options, said):
    save(tmp_path / "a.jpg", dpi=(72, 72))
    run = clean("a.jpg", *options, cwd=tmp_path)
    assert ("300 dpi is assumed" in run.stderr) == said


def test_lengths_on_paper_follow_the_resolution(tmp_path):
    save(tmp_path / "a.png", dpi=(600, 600))
    run = clean("a.png", "-m", "isauvola", "--set", "window=2mm", "--json", cwd=tmp_path)
    assert "window=49" in json.loads(run.stdout)["results"][0]["pages"][0]["method"]
