"""The packages that people install: what is in them, and what works with numpy alone."""

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import packages
import pytest
from packages import CHECKOUT, ROOT, quiet
from program import letters

import docbin

pytestmark = pytest.mark.skipif(
    not CHECKOUT, reason="docbin is installed from a wheel: there is no checkout to build from"
)
GRAY, _ = letters(90, 120)
# A program run in an environment with docbin and numpy alone.
CLEAN = """
import sys, numpy, docbin
gray = numpy.load(sys.argv[1])
masks = [docbin.binarize(gray, name) for name in ("sauvola", "otsu")]
numpy.save(sys.argv[2], masks)
print(docbin.__file__)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return packages.build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def bare(wheel, tmp_path_factory):
    """Return the Python of an environment with docbin and numpy, and nothing else."""
    python, target = packages.new_environment(tmp_path_factory.mktemp("bare"), "numpy")
    packages.install(python, wheel)
    return python, target


def test_contents_of_the_wheel(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        scripts = archive.read(
            next(name for name in names if name.endswith("entry_points.txt"))
        ).decode()
        metadata = archive.read(
            next(name for name in names if name.endswith(".dist-info/METADATA"))
        ).decode()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"docbin", f"docbin-{docbin.__version__}.dist-info"}
    assert "docbin = docbin.cli:main" in scripts
    assert "License-Expression: Apache-2.0" in metadata
    for shipped in ("weights", "datasets"):
        here = {f"docbin/{shipped}/{path.name}" for path in (ROOT / shipped).iterdir()}
        assert here <= set(names)
    assert "ocrd-docbin-binarize = docbin.commands.ocrd:main" in scripts
    assert {"docbin/py.typed", "docbin/ocrd-tool.json"} <= set(names)
    web = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docbin/report/web").iterdir()}
    assert len(web) >= 8
    assert web <= set(names)
    assert sum(name.startswith("docbin/kernels/_kernels.") for name in names) == 1
    for unwanted in (".hpp", ".cpp", "CMakeLists.txt", ".pyc"):
        assert not [name for name in names if name.endswith(unwanted)]
    assert not [name for name in names if "test" in Path(name).name]
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docbin").rglob("*.py")}
    assert modules <= set(names)


def test_contents_of_the_source_archive(tmp_path):
    with tarfile.open(packages.build_sdist(tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for wanted in ("pyproject.toml", "README.md", "LICENSE", "cli.py", "docbin/py.typed"):
        assert wanted in names
    kernels = ROOT / "docbin/kernels"
    for path in [
        *kernels.rglob("*.?pp"),
        kernels / "CMakeLists.txt",
        *(ROOT / "datasets").iterdir(),
    ]:
        assert path.relative_to(ROOT).as_posix() in names
    unwanted = (".git/", "build/", ".venv/", ".ci/", "shared/", "dist/")
    assert not [
        name for name in names if name.startswith(unwanted) or name.endswith((".so", ".pyc"))
    ]


def test_numpy_alone_is_enough_for_a_method(bare, tmp_path):
    python, target = bare
    np.save(tmp_path / "gray.npy", GRAY)
    command = [python, "-I", "-c", CLEAN, tmp_path / "gray.npy", tmp_path / "masks.npy"]
    where = quiet(command, cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(target)
    masks = np.load(tmp_path / "masks.npy")
    for mask, name in zip(masks, ("sauvola", "otsu"), strict=True):
        assert np.array_equal(mask, docbin.binarize(GRAY, name))
    assert {path.name for path in target.iterdir() if path.is_dir()} <= {
        *("docbin", f"docbin-{docbin.__version__}.dist-info", "numpy", "numpy.libs", "__pycache__")
    }


@pytest.mark.parametrize(
    ("program", "line"),
    [
        ("next(docbin.read_pages(sys.argv[1]))", "pip install 'Pillow'"),
        ("docbin.dependencies.load('skimage.filters')", "pip install 'scikit-image'"),
    ],
)
def test_what_is_missing_is_named_with_the_line_that_installs_it(bare, tmp_path, program, line):
    from PIL import Image

    Image.fromarray(GRAY).save(tmp_path / "a.jpg")
    code = f"import sys, docbin, docbin.dependencies\ntry: {program}\n"
    code += "except docbin.DocbinError as error: print(error)"
    assert line in quiet([bare[0], "-I", "-c", code, tmp_path / "a.jpg"])


def test_the_program_without_click_says_so(bare):
    python, _ = bare
    for command in ([python, "-I", "-m", "docbin"], [python.with_name("docbin")]):
        run = subprocess.run([*command, "--help"], capture_output=True, text=True, check=False)
        assert run.returncode == 4
        assert run.stderr.endswith("pip install 'click'\n")
        assert "Traceback" not in run.stderr


def test_a_png_is_cleaned_with_click_and_numpy_alone(wheel, tmp_path):
    from PIL import Image

    python, _ = packages.new_environment(tmp_path / "env", "numpy", "click")
    packages.install(python, wheel)
    Image.fromarray(GRAY).save(tmp_path / "a.png")
    Image.fromarray(GRAY).save(tmp_path / "a.jpg")
    program = python.with_name("docbin")
    assert quiet([program, "clean", "a.png"], cwd=tmp_path) == "a.bw.png\n"
    run = subprocess.run(
        [program, "clean", "a.jpg", "--force"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 4
    assert "pip install 'Pillow'" in run.stderr
    facts = json.loads(quiet([program, "info", "--json"], cwd=tmp_path))
    assert facts["kernels"] != "numpy"
    assert Path(facts["datasets"]).parent.name == "docbin"
    assert Path(facts["weights"]).is_dir()
    assert facts["packages"]["Pillow"]["version"] is None


def test_a_typed_client_passes_mypy_against_the_installed_wheel(bare, tmp_path):
    run = checked(bare[0], ROOT / "tests/api/client.py", tmp_path)
    assert run.returncode == 0, run.stdout
    wrong = tmp_path / "wrong.py"
    wrong.write_text("import docbin\ndocbin.binarize(1, 2)\ndocbin.nothing\n")
    run = checked(bare[0], wrong, tmp_path)
    assert run.returncode == 1
    assert "[arg-type]" in run.stdout  # it is docbin's own types that were seen


def checked(python, program, folder):
    """Check a program's types as they are for people who installed docbin."""
    command = [sys.executable, "-m", "mypy", "--strict", "--python-executable", python]
    command += ["--config-file", os.devnull, "--cache-dir", folder / "cache", program]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_an_editable_install_finds_its_resources():
    text = importlib.metadata.distribution("docbin").read_text("direct_url.json") or "{}"
    if not json.loads(text).get("dir_info", {}).get("editable"):
        pytest.skip("docbin is not installed editable here")
    code = (
        "from docbin.resources import directory; print(directory('datasets'), directory('weights'))"
    )
    folder = ROOT.parent
    assert quiet([sys.executable, "-c", code], cwd=folder).split() == [
        str(ROOT / "datasets"),
        str(ROOT / "weights"),
    ]


def test_a_bare_checkout_works_without_an_install(tmp_path):
    skip = shutil.ignore_patterns("*.so", "__pycache__")
    for name in ("docbin", "datasets", "weights"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=skip)
    shutil.copy(ROOT / "cli.py", tmp_path)
    python, _ = packages.new_environment(tmp_path / "env", "numpy", "click")
    environment = {**os.environ, "DOCBIN_REQUIRE_KERNELS": "0"}
    text = quiet([python, "cli.py", "info", "--json"], cwd=tmp_path, env=environment)
    facts = json.loads(text)
    assert facts["datasets"] == str(tmp_path / "datasets")
    assert facts["weights"] == str(tmp_path / "weights")
    assert facts["kernels"].startswith("numpy")
    assert facts["packages"] == {}
