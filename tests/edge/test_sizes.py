"""How large the program is, and how much memory it takes: sizes, no times."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from edge_build import command, pnm

from docbin import synth
from docbin.runtime.random_unet import random_unet


@pytest.mark.parametrize("machine", ["native", "aarch64"])
def test_the_program_stays_below_a_megabyte(machine):
    assert Path(command(machine)[-1]).stat().st_size < 1 << 20  # of it, 0.7 MB are glibc's


def peak(start, *words):
    """Return VmHWM in bytes: read when all work is done and the result waits in the pipe."""
    with subprocess.Popen([*start, *map(str, words), "-"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        status = Path(f"/proc/{process.pid}/status").read_text()
        process.stdout.read()
        assert process.wait() == 0
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Pages of 8.7 megapixels: a drawn one in colour, and noise, with the most runs, of 16 bits."""
    folder = tmp_path_factory.mktemp("large")
    page = np.tile(synth.page(1, 620, 877, dpi=75)[0], (4, 4, 1))
    assert page.shape == (3508, 2480, 3)
    (folder / "page.ppm").write_bytes(pnm(page))
    noise = np.random.default_rng(0).integers(0, 65536, page.shape, np.uint16)
    (folder / "noise.ppm").write_bytes(pnm(noise, 65535))
    return folder


@pytest.mark.parametrize("name", ["page.ppm", "noise.ppm"])
@pytest.mark.parametrize(
    ("options", "most"),
    [
        (["-m", "otsu"], 8),
        (["-m", "sauvola"], 12),
        (["-m", "sauvola", "--set", "window=401"], 32),
        (["-m", "isauvola"], 48),
        (["-m", "isauvola", "--set", "opening=5"], 96),
    ],
)
def test_a_page_of_8_7_megapixels_needs_little_memory(folder, name, options, most):
    used = peak(command("native"), *options, "--threads", "4", folder / name)
    assert used < most * 1_000_000


def test_a_network_of_contrast_planes_needs_them_whole(folder):
    weights = folder / "contrast.docbin"
    weights.write_bytes(random_unet(0, contrast=(51, 255), level=1).to_bytes())
    used = peak(command("native"), "-w", weights, "--threads", "1", folder / "page.ppm")
    assert used < 80_000_000


def test_a_network_needs_some_rows_of_its_values(folder):
    """As many for a page of 8.7 megapixels as for its upper quarter."""
    weights = folder / "net.docbin"
    weights.write_bytes(random_unet(0).to_bytes())
    strip = folder / "strip.ppm"
    strip.write_bytes(pnm(np.tile(synth.page(1, 620, 877, dpi=75)[0], (1, 4, 1))))
    used = [
        peak(command("native"), "-w", weights, "--threads", "1", page)
        for page in (strip, folder / "page.ppm")
    ]
    assert used[1] < 64_000_000
    assert used[1] < used[0] + 1_000_000


def test_a_pipe_needs_the_gray_page_more(folder):
    words = [*command("native"), "-m", "isauvola", "--threads", "4", "-"]
    with (folder / "noise.ppm").open("rb") as page:
        cat = ["sh", "-c", 'cat | "$@"', "sh", *words, "-"]
        with subprocess.Popen(cat, stdin=page, stdout=subprocess.PIPE) as process:
            process.stdout.read(1)
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            used = [
                int(re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1])
                for pid in children
                if Path(f"/proc/{pid}/comm").read_text().strip() == "docbin-edge"
            ]
            process.stdout.read()
    assert len(used) == 1
    assert used[0] * 1024 < 64_000_000
