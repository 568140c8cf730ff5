"""The library is safe under fork, spawn and threads, and starts without heavy packages."""

import multiprocessing
import re
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import docbin
from docbin import kernels
from docbin.errors import UsageError


def _page(seed):
    return np.random.default_rng(seed).integers(0, 256, (300, 400)).astype(np.uint8)


def _ink(seed):
    return int(docbin.binarize(_page(seed), "sauvola", threads=2).sum())


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_processes(start):
    alone = [_ink(seed) for seed in range(4)]
    context = multiprocessing.get_context(start)
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        assert list(pool.map(_ink, range(4))) == alone


def _threads():
    return int(re.search(r"Threads:\s+(\d+)", Path("/proc/self/status").read_text())[1])


def _threads_of_two_pages():
    """Return how many threads there are before two pages on four threads, and after each."""
    found = [_threads()]
    for seed in range(2):
        docbin.binarize(np.tile(_page(seed), (4, 1)), "sauvola", threads=4)
        found.append(_threads())
    return found


def _threads_of_pages_and_forks():
    """Return the threads of two pages, those of a fork's two pages, and what is left at last."""
    first = _threads_of_two_pages()
    with multiprocessing.get_context("fork").Pool(1) as pool:
        forked = pool.apply(_threads_of_two_pages)
    until = time.monotonic() + 60
    while _threads() > first[0] and time.monotonic() < until:
        time.sleep(0.1)
    return first, forked, _threads()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="threads are counted in /proc")
@pytest.mark.skipif(kernels.extension is None, reason="only kernels have threads")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_threads_serve_page_after_page_then_end_and_forks_have_their_own():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        first, forked, left = pool.submit(_threads_of_pages_and_forks).result()
    assert [count - first[0] for count in first] == [0, 3, 3]
    assert [count - forked[0] for count in forked] == [0, 3, 3]
    assert left <= first[0]  # numpy ends threads of its own at a fork


def test_threads_of_python():
    alone = [_ink(seed) for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(_ink, range(8))) == alone


def test_results_do_not_depend_on_threads():
    one, many = (docbin.binarize(_page(1), "sauvola", threads=n) for n in (1, 5))
    assert np.array_equal(one, many)


def test_limits_are_of_one_thread_and_undone(monkeypatch):
    monkeypatch.setenv("DOCBIN_THREADS", "3")
    with kernels.limit_threads(7):
        assert kernels.threads() == 7
        with kernels.limit_threads(None):
            assert kernels.threads() == 7
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(kernels.threads).result() == 3
    assert kernels.threads() == 3
    assert kernels.threads(2) == 2


@pytest.mark.parametrize("value", ["many", "0", "-2", "1.5"])
def test_nonsense_in_the_environment_is_said(monkeypatch, value):
    monkeypatch.setenv("DOCBIN_THREADS", value)
    with pytest.raises(UsageError, match="DOCBIN_THREADS"):
        kernels.threads()


HEAVY = (
    "cv2",
    "skimage",
    "pywt",
    "scipy",
    "PIL",
    "rich",
    "torch",
    "pikepdf",
    "pypdfium2",
    "click",
    "onnx",
)


def _loaded(program):
    """Return which heavy packages a program loads."""
    code = f"{program}\nimport sys\nprint(*[n for n in {HEAVY!r} if n in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return run.stdout.split()


def test_importing_docbin_loads_nothing_heavy():
    assert _loaded("import docbin; docbin.methods(); docbin.binarize") == []


def test_net_needs_numpy_alone(tmp_path):
    from docbin.runtime.random_unet import random_unet

    path = tmp_path / "net.docbin"
    path.write_bytes(random_unet(0, (8,), blocks=(1,)).to_bytes())
    page = "numpy.zeros((9, 9), numpy.uint8)"
    program = f"import docbin, numpy; docbin.binarize({page}, 'net', weights={str(path)!r})"
    assert _loaded(program) == []


def test_sauvola_needs_numpy_alone():
    assert (
        _loaded(
            "import docbin, numpy; docbin.binarize(numpy.zeros((9, 9), numpy.uint8), 'sauvola')"
        )
        == []
    )


@pytest.mark.skipif(kernels.extension is None, reason="the numpy twins run: they are needed")
def test_cleaning_a_page_loads_neither_the_archive_nor_the_twins(tmp_path):
    """What a page does not need is a third of the time from a cold start."""
    Image.fromarray(_page(0)).save(tmp_path / "a.png")
    program = (
        "import sys\nfrom docbin.cli import main\ntry: main()\nexcept SystemExit: pass\n"
        "print([name for name in sys.modules if name.startswith('docbin') or name == 'sqlite3'])"
    )
    words = ["clean", "a.png", "-o", "b.png", "-q"]
    run = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, cwd=tmp_path,
        check=True,
    )  # fmt: skip
    loaded = run.stdout.splitlines()[-1]
    assert (tmp_path / "b.png").exists()
    assert "'docbin.runtime.network'" in loaded
    for module in ("sqlite3", "docbin.batch.archive", "docbin.kernels.reference", "docbin.steps",
                   "docbin.runtime.reference", "docbin.methods.auto"):  # fmt: skip
        assert f"'{module}'" not in loaded, module


def test_names_of_packages_are_loaded_when_they_are_used():
    """A module of a package must not take the place of a name, whichever comes first."""
    program = (
        "import importlib, pkgutil, docbin, docbin.batch\n"
        "for package in (docbin, docbin.batch):\n"
        "    before = {name: getattr(package, name) for name in package.__all__}\n"
        "    assert set(package.__all__) <= set(dir(package))\n"
        "    for found in pkgutil.iter_modules(package.__path__):\n"
        "        if found.name not in ('__main__', 'ocrd', 'ocrd_tool', 'nn', 'kernels'):\n"
        "            try: importlib.import_module(f'{package.__name__}.{found.name}')\n"
        "            except ModuleNotFoundError as error: assert 'docbin' not in error.name\n"
        "    for name, value in before.items():\n"
        "        assert getattr(package, name) is value, name\n"
        "try: docbin.batch.nothing\n"
        "except AttributeError as error: print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "module 'docbin.batch' has no attribute 'nothing'"


def test_a_missing_package_gives_the_line_that_installs_it(monkeypatch):
    from docbin.dependencies import load
    from docbin.errors import MissingDependencyError

    monkeypatch.setitem(sys.modules, "skimage", None)
    with pytest.raises(MissingDependencyError, match="pip install 'scikit-image'"):
        load("skimage", purpose="this method")


def test_a_typed_client_passes_mypy(tmp_path):
    client = Path(__file__).with_name("client.py")
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", client],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert run.returncode == 0, run.stdout
