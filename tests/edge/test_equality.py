"""docbin-edge makes the bits that docbin makes, on every processor."""

import numpy as np
import pytest
from edge_build import command, ink, pnm, run
from hypothesis import given, settings
from hypothesis import strategies as st

import docbin
from docbin import synth


def drawn(seed, shape, low=0, high=256):
    return np.random.default_rng(seed).integers(low, high, shape, np.uint8)


def checkerboard():
    y, x = np.mgrid[:75, :101]
    return ((x + y) % 2 * 200).astype(np.uint8)


PAGES = {
    "page": lambda: synth.page(1, 617, 431, dpi=150)[0],
    "letter": lambda: synth.page(2, 260, 517, dpi=100, layout="letter")[0],
    "colour": lambda: drawn(3, (121, 203, 3), 90, 140),
    "noise": lambda: drawn(4, (97, 131)),
    "faint noise": lambda: drawn(5, (300, 67), 100, 104),
    "checkerboard": checkerboard,
    "flat": lambda: np.full((33, 41), 77, np.uint8),
    "black": lambda: np.zeros((9, 9), np.uint8),
    "two values": lambda: np.repeat(np.uint8([[10, 250]]), 40, axis=0),
    "one pixel": lambda: np.full((1, 1), 200, np.uint8),
    "a row": lambda: drawn(6, (1, 130)),
    "a column": lambda: drawn(7, (130, 1)),
    "width 8": lambda: drawn(8, (19, 8)),
    "width 9": lambda: drawn(9, (19, 9)),
}
SETTINGS = [
    ("otsu", {}),
    ("sauvola", {}),
    ("sauvola", {"window": 3, "k": 0.5}),
    ("sauvola", {"window": 74, "k": 0.34, "r": 100.5}),
    ("sauvola", {"window": 401}),
    ("isauvola", {}),
    ("isauvola", {"window": 15, "k": -0.1}),
    ("isauvola", {"least": 20, "opening": 3, "k": 0.05}),
    ("isauvola", {"opening": 8, "window": 4095}),
]


def words(method, parameters):
    sets = [word for item in parameters.items() for word in ("--set", "{}={}".format(*item))]
    return ["--method", method, *sets]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("machine", "kernels"), [("native", ""), ("native", "scalar"), ("aarch64", "")]
)
def test_the_bits_are_those_of_docbin(machine, kernels, name):
    start, page = command(machine), PAGES[name]()
    for method, parameters in SETTINGS:
        found = ink(start, page, *words(method, parameters), DOCBIN_KERNELS=kernels)
        wanted = docbin.binarize(page, method, **parameters)
        assert np.array_equal(found, wanted), (method, parameters)


def test_arm_runs_neon():
    assert run(command("aarch64"), "--version").stdout.endswith(b"(neon)\n")


@pytest.mark.parametrize("machine", ["native", "aarch64"])
@pytest.mark.parametrize("method", ["otsu", "sauvola", "isauvola"])
def test_files_pipes_and_threads_make_no_difference(machine, method, tmp_path):
    page = np.tile(synth.page(3, 310, 219, dpi=75)[0], (2, 1, 1))
    source, target = tmp_path / "page.ppm", tmp_path / "page.pbm"
    source.write_bytes(pnm(page))
    results = set()
    for threads in ("1", "2", "7"):
        options = ["-m", method, "--threads", threads, "--force"]
        assert run(command(machine), *options, source, target).returncode == 0
        results |= {target.read_bytes(), run(command(machine), *options, source, "-").stdout}
        results.add(run(command(machine), *options, "-", "-", data=pnm(page)).stdout)
    assert len(results) == 1


@given(
    st.integers(1, 40), st.integers(1, 70), st.integers(0, 2**32 - 1), st.integers(1, 256),
    st.sampled_from(SETTINGS),
)  # fmt: skip
@settings(deadline=None, max_examples=40)
def test_any_page(height, width, seed, levels, setting):
    page = drawn(seed, (height, width), 0, levels)
    found = ink(command("native"), page, *words(*setting))
    assert np.array_equal(found, docbin.binarize(page, setting[0], **setting[1]))


@pytest.mark.parametrize("top", [1, 7, 100, 254, 256, 1000, 32767, 65534, 65535])
@pytest.mark.parametrize("colour", [False, True])
def test_other_largest_values_are_scaled_as_docbin_scales_them(top, colour, tmp_path):
    shape = (31, 45, 3) if colour else (31, 45)
    page = np.random.default_rng(top).integers(0, top + 1, shape)
    page.flat[0] = 255 if top < 255 else 65535 if top > 255 else 0  # counts as top
    source = tmp_path / "page.pnm"
    source.write_bytes(pnm(page, top, "# a comment # with 12 34\n"))
    pixels = next(iter(docbin.read_pages(source))).pixels
    for words in (["-", "-"], [source, "-"]):
        done = run(command("native"), "-m", "sauvola", *words, data=source.read_bytes())
        assert done.returncode == 0
        wanted = docbin.binarize(pixels, "sauvola")
        assert done.stdout.endswith(np.packbits(wanted, axis=1).tobytes())
