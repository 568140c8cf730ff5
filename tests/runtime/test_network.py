"""`Network`: the same bits by kernels and numpy, from many threads, processes and files."""

from __future__ import annotations

import multiprocessing
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import packed_reference
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packed_networks import packed
from packed_random import FLOAT, INTEGER, random_network

from docbin import kernels
from docbin.errors import InputError, UsageError
from docbin.runtime import reference
from docbin.runtime.graph import read_graph
from docbin.runtime.network import Network
from docbin.runtime.random_unet import drawn_page, random_unet
from docbin.runtime.weights import PackedFile

SEEDS = st.integers(0, 2**32)
SHAPES = [
    {"widths": (8, 12), "blocks": (1, 1)},
    {"widths": (24, 40, 64), "blocks": (1, 2, 1), "levels": 2, "activated": True},
    {"widths": (5, 70), "blocks": (1, 1), "bits": ("W1A1", "W1A4"), "bases": (2, 2)},
    {"widths": (16, 33), "blocks": (1, 1), "bits": ("W8A8", "W1A1")},
]


def net(seed=0, **shape):
    return Network(random_unet(seed, **(shape or SHAPES[0])).to_bytes())


def page(seed=0, height=45, width=70):
    random = np.random.default_rng(seed)
    return drawn_page(random, max(height, width))[:height, :width]


@given(
    seed=SEEDS,
    extents=st.tuples(st.integers(1, 30), st.integers(1, 30)),
    channels=st.sampled_from([1, 3]),
    gray=st.booleans(),
)
def test_the_reference_is_what_the_format_page_says(seed, extents, channels, gray):
    """Against another transcript of that page, over all integer operations."""
    graph, tensors = random_network(seed, INTEGER, channels=channels)
    image = np.random.default_rng(seed).integers(0, 256, (*extents, 3), dtype=np.uint8)
    image = image[..., 0].copy() if gray else image
    found = reference.streams(read_graph(graph, tensors), image)
    expected = packed_reference.streams(graph, tensors, image)
    assert found.keys() == expected.keys()
    for name, stream in found.items():
        assert stream.dtype == np.int16
        np.testing.assert_array_equal(stream, expected[name])


@given(seed=SEEDS)
def test_float_operations_of_the_reference(seed):
    graph, tensors = random_network(seed, FLOAT[:1] + FLOAT[2:])
    image = np.random.default_rng(seed).integers(0, 256, (9, 7, 3), dtype=np.uint8)
    typed = read_graph(graph, tensors)
    names = {node.to.name for node in typed.nodes if node.to.kind == "float"}
    found = reference.evaluate(typed, image, names)
    with np.errstate(over="ignore"):  # of exp, in the sigmoid of a very negative number
        expected = packed_reference.values(graph, tensors, image)
    for name, value in found.items():
        exact = expected[name].astype(np.float64)
        np.testing.assert_allclose(value, exact, rtol=0, atol=1e-5 * np.abs(exact).max())


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=10)
@given(seed=SEEDS, extents=st.tuples(st.integers(1, 70), st.integers(1, 70)))
def test_kernels_and_numpy_agree(shape, seed, extents):
    network, image = net(seed, **shape), page(seed, *extents)
    logit = reference.logit(network.file.typed, image)
    np.testing.assert_array_equal(network.logit(image), logit)
    mask = network.mask(image)
    np.testing.assert_array_equal(mask, logit >= 0)
    assert mask.dtype == np.bool_
    probability = network.probability(image)
    assert probability.dtype == np.float32
    expected = 1 / (1 + np.exp(-logit.astype(np.float64) / 256))
    np.testing.assert_allclose(probability, expected, atol=1e-6)
    np.testing.assert_array_equal(mask, probability >= 0.5)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(3))
def test_random_networks_use_their_range(shape, seed):
    """Codes are spread, streams do not saturate, the logit has both signs: on another page."""
    graph = random_unet(seed, **shape).typed
    image = page(seed + 100, 96, 128)
    found = reference.evaluate(graph, image, {node.to.name for node in graph.nodes})
    for node in graph.nodes:
        value = found[node.to.name]
        if node.op == "quantise":
            share = np.bincount(value.ravel(), minlength=2) / value.size
            assert (share > 0).mean() > 0.6
            assert share.max() < 0.9
        else:
            assert (np.abs(value.astype(int)) > 32000).mean() < 0.001, node.to.name
    assert 0.1 < (found["logit"] >= 0).mean() < 0.9


def test_random_networks_are_the_same_everywhere():
    """The sum is of the file; other numpy, processors and systems must give it, too."""
    import hashlib

    data = random_unet(7, (8, 12), blocks=(1, 1), bases=(2, 1)).to_bytes()
    assert hashlib.sha256(data).hexdigest()[:16] == "617000404d80ecc0"


def test_masks_of_many_images():
    network = net()
    crops = [page(seed, 33, 40) for seed in range(3)] + [page(9, 50, 20), page(8)[..., 0]]
    expected = [network.mask(crop) for crop in crops]
    for threads in (1, 3):
        found = network.masks(crops, threads=threads)
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_array_equal(one, other)
    stack = np.stack(crops[:3])
    np.testing.assert_array_equal(network.masks(stack), expected[:3])
    assert network.masks([]) == []


def test_threads_do_not_change_the_result():
    network, image = net(), page(3, 200, 150)
    expected = network.logit(image, threads=1)
    for threads in (2, 3, 7):
        np.testing.assert_array_equal(network.logit(image, threads=threads), expected)
    with pytest.raises(UsageError, match="threads is 0"):
        network.mask(image, threads=0) if kernels.extension else kernels.threads(0)


def test_one_network_serves_many_threads():
    network = net()
    pages = [page(seed, 40 + seed, 90) for seed in range(8)]
    expected = [network.logit(each) for each in pages]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            for one, other in zip(pool.map(network.logit, pages), expected, strict=True):
                np.testing.assert_array_equal(one, other)


def _masked(network):
    return network.mask(page())


@pytest.mark.parametrize("way", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_networks_go_to_other_processes(way):
    network = net()
    expected = network.mask(page(), threads=2)
    with multiprocessing.get_context(way).Pool(1) as pool:
        np.testing.assert_array_equal(pool.map(_masked, [network])[0], expected)


def test_pickles_are_the_file():
    network = net()
    again = pickle.loads(pickle.dumps(network))
    np.testing.assert_array_equal(again.mask(page()), network.mask(page()))
    assert len(pickle.dumps(network)) < len(network.file.to_bytes()) + 200
    assert "random" in repr(again)


def test_load_takes_paths_and_names_them(tmp_path):
    path = tmp_path / "net.docbin"
    path.write_bytes(random_unet(0, **SHAPES[0]).to_bytes())
    image = page()
    np.testing.assert_array_equal(Network.load(path).mask(image), net().mask(image))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(InputError, match=r"net\.docbin: .*(bytes|lies at)"):
        Network.load(str(path))


@pytest.mark.parametrize(
    "image",
    [np.zeros((4, 5)), np.zeros((0, 5), np.uint8), np.zeros((3, 4, 5), np.uint8), "page.png"],
)
def test_what_is_no_image_is_refused(image):
    for call in (net().mask, net().probability, net().logit):
        with pytest.raises(InputError, match=r"image|dtype"):
            call(image)
    with pytest.raises(InputError, match=r"image|dtype"):
        net().masks([image])


def test_streams_and_masks_are_two_kinds():
    graph, tensors = random_network(5, INTEGER)
    network = Network(packed(graph, tensors))
    image = page()
    expected = packed_reference.streams(graph, tensors, image)
    found = network.streams(image)
    assert found.keys() == expected.keys()
    for name, stream in found.items():
        np.testing.assert_array_equal(stream, expected[name])
    for call in (network.mask, network.probability, network.logit, network.masks):
        with pytest.raises(InputError, match="use streams"):
            call(image)
    with pytest.raises(InputError, match="use mask"):
        net().streams(image)


def test_other_thresholds_move_the_ink():
    file = random_unet(0, **SHAPES[0])
    moved = {**file.graph, "output": {"from": "logit", "threshold": 100, "scale": 0.01}}
    network = Network(PackedFile(moved, file.tensors).to_bytes())
    image = page()
    logit = network.logit(image)
    np.testing.assert_array_equal(network.mask(image), logit >= 100)
    np.testing.assert_array_equal(network.probability(image) >= 0.5, logit >= 100)
