"""Packed networks in docbin-edge: the bits of the Python package, hostile files, memory."""

import numpy as np
import pytest
from edge_build import command, ink, pnm, run
from hypothesis import given, settings
from hypothesis import strategies as st
from packed_networks import block, packed
from packed_random import INTEGER, random_network

from docbin import kernels, synth
from docbin.runtime.random_unet import random_unet

PAGE = np.arange(60 * 40, dtype=np.uint32).reshape(60, 40).astype(np.uint8)


def mask_of(data, image):
    network = kernels.extension.Network(data)
    return np.unpackbits(network.run_bits(image), axis=1, count=image.shape[1]).view(np.bool_)


PAGES = {
    "page": lambda: synth.page(1, 97, 61, dpi=50)[0],
    "gray": lambda: PAGE,
    "one pixel": lambda: PAGE[:1, :1],
    "a row": lambda: PAGE[:1],
    "a column": lambda: PAGE[:, :1].copy(),
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("machine", ["native", "aarch64"])
def test_the_bits_are_those_of_the_package(machine, name, tmp_path):
    image, path = PAGES[name](), tmp_path / "net.docbin"
    for bits, bases, channels in ((4, 1, 5), (4, 2, 24), (1, 1, 40), (1, 2, 63)):
        path.write_bytes(packed(*block(channels=channels, bits=bits, bases=bases)))
        wanted = mask_of(path.read_bytes(), image)
        for threads in ("1", "3"):
            found = ink(command(machine), image, "-w", str(path), "--threads", threads)
            assert np.array_equal(found, wanted), (bits, bases, channels)


@given(st.integers(0, 2**32 - 1), st.integers(1, 50), st.integers(1, 50), st.integers(1, 3))
@settings(deadline=None, max_examples=25)
def test_any_network_of_shapes_and_bits(unets, seed, height, width, threads):
    generator = np.random.default_rng(seed)
    path = unets[seed % len(unets)]
    image = generator.integers(0, 256, (height, width, 3), np.uint8)
    found = ink(command("native"), image, "-w", str(path), "--threads", str(threads))
    assert np.array_equal(found, mask_of(path.read_bytes(), image))


@pytest.fixture(scope="module")
def unets(tmp_path_factory):
    """Files of random networks: the lab's shape, two bases, one bit, eight bits, contrast."""
    shapes = [
        {},
        {"widths": (16, 24), "bases": (2, 1)},
        {"widths": (32, 48), "bits": ("W1A1", "W1A4"), "levels": 2},
        {"widths": (8, 70, 33), "bits": ("W8A8", "W1A1", "W1A4"), "activated": True},
        {"widths": (12, 20), "contrast": (7, 51), "level": 1},
    ]
    folder = tmp_path_factory.mktemp("unets")
    for seed, shape in enumerate(shapes):
        (folder / f"{seed}.docbin").write_bytes(random_unet(seed, **shape).to_bytes())
    return sorted(folder.iterdir())


@pytest.mark.parametrize("machine", ["native", "aarch64"])
def test_wavelet_networks_on_a_page(machine, unets):
    image = synth.page(4, 103, 67, dpi=50)[0]
    for path in unets:
        found = ink(command(machine), image, "-w", str(path))
        assert np.array_equal(found, mask_of(path.read_bytes(), image)), path
        assert 0 < found.sum() < found.size


def refused(done, code, *parts):
    message = done.stderr.decode()
    assert (done.returncode, done.stdout) == (code, b""), message
    assert message.startswith("docbin-edge: ")
    assert message.count("\n") == 1
    for part in parts:
        assert part in message


def test_files_that_are_no_network(tmp_path):
    path, start, data = tmp_path / "net.docbin", command("native"), pnm(PAGE)
    refused(run(start, "-w", path, "-", "-", data=data), 3, "net.docbin cannot be read: No such")
    refused(run(start, "-w", tmp_path, "-", "-", data=data), 3, "cannot be read: Is a directory")
    refused(run(start, "-w", path, "-m", "otsu", "-", "-", data=data), 2, "goes with neither")
    refused(run(start, "--weights=", "-", "-", data=data), 2, "--weights is empty")
    graph, tensors = random_network(0, INTEGER)
    sound = packed(*block())
    endless = tmp_path / "endless"
    endless.symlink_to("/dev/zero")
    refused(run(start, "-w", endless, "-", "-", data=data), 3, "larger than the 64 MiB")
    for content, part in (
        (b"", "no packed network"),
        (data, "no packed network"),
        ((2**63).to_bytes(8, "little"), "no packed network"),
        ((2**20).to_bytes(8, "little") + b"{}", "no packed network"),
        (sound[:-1], "no packed network"),
        (sound + b"\0", "no packed network"),
        (sound.replace(b"0.00390625", b"1e999     "), "no packed network"),
        (packed(graph, tensors), "gives streams, no mask"),
    ):
        path.write_bytes(content)
        refused(run(start, "-w", path, "-", "-", data=data), 3, "net.docbin is", part)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_networks_work_or_are_refused(seed, tmp_path):
    """Bytes changed, lost and doubled: in little memory, with a result or exit code 3."""
    generator = np.random.default_rng(seed)
    path, data, sound = tmp_path / "net.docbin", pnm(PAGE), packed(*block(seed=seed))
    limited = ["sh", "-c", 'ulimit -v 300000; exec "$@"', "sh", *command("native")]
    codes = set()
    for _ in range(60):
        damaged = bytearray(sound)
        for _ in range(generator.integers(1, 4)):
            at, lost, new = (int(generator.integers(0, n)) for n in (len(sound), 3, 3))
            damaged[at : at + lost] = generator.bytes(new)
        path.write_bytes(damaged)
        done = run(limited, "-w", path, "--threads", "1", "-", "-", data=data)
        assert done.returncode in (0, 3), done.stderr
        codes.add(done.returncode)
    assert 3 in codes


def test_a_graph_may_not_ask_for_endless_memory(tmp_path):
    """A sound graph on the widest page, on a machine with little memory."""
    path = tmp_path / "net.docbin"
    path.write_bytes(packed(*block(channels=60)))
    limited = ["sh", "-c", 'ulimit -v 300000; exec "$@"', "sh", *command("native")]
    wide = pnm(np.zeros((8, 1 << 20), np.uint8))
    words = ["-w", path, "--threads", "1", "-", "-"]
    refused(run(limited, *words, data=wide), 3, "not enough memory")
