"""The C interface, by a program in C99: formats, strides, handles, refusals."""

import numpy as np
import pytest
from edge_build import command, run
from packed_networks import block, packed

import docbin
from docbin import kernels
from docbin.runtime.random_unet import random_unet

GRAY, RGB, NV12, NV21 = range(4)
MACHINES = ["native", "aarch64"]


def drawn(seed, *shape):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def padded(rows, stride):
    """Return rows (H, bytes) with other bytes between them."""
    plane = drawn(9, len(rows), stride)
    plane[:, : rows.shape[1]] = rows
    return plane.tobytes()


def called(machine, what, shape, data, *, format=GRAY, gaps=(0, 0, 0), threads=1, words=()):
    """Return the mask of an image of (H, W) and the bytes between the rows of bits."""
    height, width = shape
    row, pairs, bits = width * (3 if format == RGB else 1), (width + 1) // 2 * 2, (width + 7) // 8
    strides = [row + gaps[0], pairs + gaps[1], bits + gaps[2]]
    numbers = [format, width, height, *strides, threads]
    done = run(command(machine, "interface"), what, *map(str, numbers), *words, data=data)
    assert done.returncode == 0, done.stderr
    found = np.frombuffer(done.stdout, np.uint8).reshape(height, strides[2])
    assert (found[:, bits:] == 0xAA).all()
    return np.unpackbits(found[:, :bits], axis=1, count=width).view(np.bool_)


def chroma_of(seed, height, width):
    return drawn(seed, (height + 1) // 2, (width + 1) // 2, 2)


def rgb_of(luma, pairs):
    """Return what docbin.h says of NV12."""
    height, width = luma.shape
    big = pairs.repeat(2, axis=0).repeat(2, axis=1)[:height, :width].astype(np.int64) - 128
    blue, red, light = big[..., 0], big[..., 1], luma.astype(np.int64)
    planes = [
        light + ((91881 * red + 32768) >> 16),
        light - ((22554 * blue + 46802 * red + 32768) >> 16),
        light + ((116130 * blue + 32768) >> 16),
    ]
    return np.stack(planes, axis=2).clip(0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A network of colours, and one of contrast planes, which reads the page twice."""
    folder = tmp_path_factory.mktemp("weights")
    (folder / "colours.docbin").write_bytes(packed(*block(), name="test"))
    shape = {"widths": (8, 12), "blocks": (1, 1), "contrast": (5, 31), "level": 1}
    (folder / "contrast.docbin").write_bytes(random_unet(3, **shape).to_bytes())
    return folder


SHAPES = [(61, 83), (1, 1), (3, 2), (2, 9), (130, 17)]


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("method", ["otsu", "sauvola", "isauvola"])
@pytest.mark.parametrize("shape", SHAPES)
def test_formats_and_strides(machine, method, shape):
    height, width = shape
    gray, color, pairs = drawn(1, *shape), drawn(2, *shape, 3), chroma_of(3, *shape)
    wanted = docbin.binarize(gray, method)
    for gap in (0, 13):
        found = called(
            machine, method, shape, padded(gray, width + gap), gaps=(gap, 0, gap), threads=2
        )
        assert np.array_equal(found, wanted)
        rows = color.reshape(height, -1)
        found = called(
            machine, method, shape, padded(rows, 3 * width + gap), format=RGB, gaps=(gap, 0, 1)
        )
        assert np.array_equal(found, docbin.binarize(color, method))
        for format in (NV12, NV21):
            data = padded(gray, width + gap) + pairs.tobytes()
            found = called(machine, method, shape, data, format=format, gaps=(gap, 0, 0))
            assert np.array_equal(found, wanted)


def test_parameters():
    page = drawn(4, 90, 70)
    words = ["window=14", "k=0.3", "r=110", "opening=3", "least=7"]
    found = called("native", "isauvola", page.shape, page.tobytes(), words=words)
    wanted = docbin.binarize(page, "isauvola", window=14, k=0.3, r=110, opening=3, least=7)
    assert np.array_equal(found, wanted)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("sees", ["colours", "contrast"])
def test_networks_of_all_formats(machine, shape, sees, weights):
    height, width = shape
    weights = weights / f"{sees}.docbin"
    network = kernels.extension.Network(weights.read_bytes())

    def mask(image):
        return np.unpackbits(network.run_bits(image), axis=1, count=width).view(np.bool_)

    gray, color, pairs = drawn(5, *shape), drawn(6, *shape, 3), chroma_of(7, *shape)
    found = called(machine, weights, shape, padded(gray, width + 3), gaps=(3, 0, 2))
    assert np.array_equal(found, mask(gray))
    data = padded(color.reshape(height, -1), 3 * width)
    assert np.array_equal(called(machine, weights, shape, data, format=RGB), mask(color))
    rows = pairs.reshape(len(pairs), -1)
    for format, order in ((NV12, pairs), (NV21, pairs[..., ::-1])):
        data = padded(gray, width + 5) + padded(rows, rows.shape[1] + 4)
        found = called(machine, weights, shape, data, format=format, gaps=(5, 4, 0), threads=3)
        assert np.array_equal(found, mask(rgb_of(gray, order)))


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("task", ["threads", "refusals"])
def test_from_many_threads_and_with_wrong_arguments(machine, task, weights):
    done = run(command(machine, "interface"), task, weights / "colours.docbin")
    assert (done.returncode, done.stderr) == (0, b"")
