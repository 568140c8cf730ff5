"""The learned binarizer ``net`` from a packed file."""

from __future__ import annotations

import json

import numpy as np
import pytest
from contrast_network import contrast_file, contrast_network
from packed_networks import packed
from packed_random import INTEGER, random_network
from PIL import Image
from program import docbin as program

import docbin
from docbin.errors import InputError, UsageError
from docbin.image import as_gray
from docbin.methods import Net
from docbin.ops.edge_snap import snapped
from docbin.runtime import turned
from docbin.runtime.network import Network
from docbin.runtime.random_unet import drawn_page, random_unet
from docbin.runtime.weights import PackedFile
from docbin.runtime.writer import write


@pytest.fixture
def page():
    return drawn_page(np.random.default_rng(2), 120)[:90]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "net.docbin"
    write(path, random_unet(5, (8, 12), blocks=(1, 1)))
    return str(path)


def test_it_is_the_network_of_the_file(page, file):
    network = Network.load(file)
    ink = docbin.binarize(page, "net", weights=file, edges="network")
    np.testing.assert_array_equal(ink, network.mask(page))
    probability = docbin.probability(page, weights=file)
    np.testing.assert_array_equal(probability, network.probability(page))
    assert probability.dtype == np.float32


def test_contrast_by_hand(page):
    """The fixture of the contract test: the mean of 16 × 16 less the pixel, less 30."""
    gray = page[..., 0]
    sums = np.pad(gray, ((16, 16), (16, 16)), "edge").astype(int)
    sums = np.pad(sums, [(0, -extent % 16) for extent in sums.shape], "edge")
    for _ in range(4):
        a, b, c, d = sums[::2, ::2], sums[::2, 1::2], sums[1::2, ::2], sums[1::2, 1::2]
        sums = (a + b + c + d + 2) >> 2
    mean = sums.repeat(16, 0).repeat(16, 1)[16:, 16:][: len(gray), : gray.shape[1]]
    expected = mean - gray.astype(int) - 30 >= 0
    assert 0.02 < expected.mean() < 0.5
    ink = Net(contrast_file(), enlarge="never", edges="network")(gray)
    np.testing.assert_array_equal(ink, expected)


def test_the_best_sees_four_turns(page, file):
    network = Network.load(file)
    output = network.output()
    turns = [np.rot90(network.logit(np.rot90(page, turn)), -turn).astype(int) for turn in range(4)]
    mean = np.mean(turns, 0)
    likely = docbin.probability(page, weights=file, quality="best")
    expected = 1 / (1 + np.exp(-output.scale * (mean - output.threshold)))
    np.testing.assert_allclose(likely, expected, rtol=1e-5)
    assert likely.dtype == np.float32
    np.testing.assert_allclose(turned.logit(network, page), mean)
    back = np.rot90(turned.logit(network, np.rot90(page)), -1)
    np.testing.assert_array_equal(back, turned.logit(network, page))
    ink = docbin.binarize(page, "net", weights=file, quality="best", edges="network")
    np.testing.assert_array_equal(ink, mean >= output.threshold)


def test_ink_ends_at_the_edges_of_the_page(file, monkeypatch):
    gray = np.full((90, 120), 220, np.uint8)
    gray[20:60, 30:50] = 120
    gray[21:59, 31:49] = 40
    page = np.dstack([gray] * 3)
    monkeypatch.setattr(Network, "mask", lambda self, image: as_gray(image) < 100)
    for image in (gray, page):
        ink = {edges: Net(file, edges=edges)(image) for edges in ("auto", "page", "network")}
        np.testing.assert_array_equal(ink["network"], gray < 100)
        np.testing.assert_array_equal(ink["page"], snapped(gray, gray < 100))
        np.testing.assert_array_equal(ink["auto"], ink["page"])
        assert (ink["page"] ^ (gray < 200)).sum() <= 4  # the corners


def test_fine_ink_stays_as_the_network_sees_it(file, monkeypatch):
    thin = np.full((60, 90), 220, np.uint8)
    thin[10:50:8, 10:80] = 40
    monkeypatch.setattr(Network, "mask", lambda self, image: image < 100)
    np.testing.assert_array_equal(Net(file)(thin), thin < 100)
    tiny = np.full((60, 90), 220, np.uint8)
    for top in range(5, 50, 15):
        for left in range(5, 80, 12):
            tiny[top : top + 9, left : left + 5] = 40
    np.testing.assert_array_equal(Net(file)(tiny), tiny < 100)


def test_quality_from_the_command_line(page, file, tmp_path):
    source, target = tmp_path / "page.png", tmp_path / "ink.png"
    Image.fromarray(page).save(source)
    words = ["clean", source, "-m", "net", "--set", f"weights={file}", "--quality", "best"]
    program(*words, "-o", target)
    ink = docbin.binarize(page, "net", weights=file, quality="best")
    np.testing.assert_array_equal(docbin.read_mask(target), ink)
    words = ["clean", source, "-m", "otsu", "--quality", "best", "-o", tmp_path / "x.png"]
    assert "no parameter 'quality'" in program(*words, code=2).stderr


def test_other_qualities_are_refused(file):
    with pytest.raises(UsageError, match=r"quality is 'bset'; give one of fast, fine, best.*best"):
        Net(file, "bset")


def test_a_changed_file_is_read_again(page, file):
    method = Net(file)
    before = method(page)
    assert method.network() is method.network()
    write(file, random_unet(6, (8, 12), blocks=(1, 1)), force=True)
    assert not np.array_equal(method(page), before)


def test_weights_that_are_not_there_are_named():
    with pytest.raises(UsageError, match="no file; give the path of a packed network"):
        docbin.create("net", weights="nowhere.docbin")
    with pytest.raises(UsageError, match="weights is None; give the path"):
        docbin.create("net", weights=None)


def test_files_that_cannot_be_used_are_named(page, tmp_path):
    path = tmp_path / "bad.docbin"
    path.write_bytes(b"something else entirely")
    with pytest.raises(InputError, match=r"bad\.docbin: the header"):
        docbin.binarize(page, "net", weights=str(path))
    path.write_bytes(packed(*random_network(1, INTEGER)))
    with pytest.raises(InputError, match="gives streams, no mask"):
        docbin.binarize(page, "net", weights=str(path))


def test_the_program_cleans_with_it(page, tmp_path):
    write(tmp_path / "net.docbin", contrast_network())
    docbin.write_mask(tmp_path / "page.png", page[..., 0] < 128)
    (tmp_path / "page.pgm").write_bytes(
        b"P5 %d %d 255\n" % page.shape[1::-1] + page[..., 0].tobytes()
    )
    target = tmp_path / "out.png"
    weights = f"weights={tmp_path / 'net.docbin'}"
    program("clean", tmp_path / "page.pgm", "-m", "net", "--set", weights, "-o", target)
    expected = docbin.binarize(page[..., 0], "net", weights=str(tmp_path / "net.docbin"))
    np.testing.assert_array_equal(docbin.read_mask(target), expected)
    wrong = ("--set", "weights=nowhere", "-o", tmp_path / "no")
    done = program("clean", tmp_path / "page.pgm", "-m", "net", *wrong, code=2)
    assert "give the path of a packed network" in done.stderr


def test_the_card_of_a_network(tmp_path):
    network = random_unet(0, bases=(2, 1, 1, 1), bits=("W1A4", "W1A4", "W1A1", "W8A8"))
    metrics = {"2011": {"F": 91.05}, "gap": float("nan")}
    told = {**network.metadata, "metrics": json.dumps(metrics), "note": "a\x1b[31mb"}
    path = tmp_path / "net.docbin"
    write(path, PackedFile(network.graph, network.tensors, told))
    card = json.loads(program("info", "--weights", path, "--json").stdout)
    assert card["metadata"]["metrics"] == {"2011": {"F": 91.05}, "gap": None}
    assert card["metadata"]["licence"] == "CC0-1.0"
    assert card["bytes"] == path.stat().st_size
    assert sum(layer["macs"] for layer in card["layers"]) == pytest.approx(card["MACs per pixel"])
    bits = {layer["name"]: layer["bits"] for layer in card["layers"]}
    assert (bits["enc0.0.conv"], bits["enc2.0.conv"], bits["enc3.0.conv"]) == (
        "W1A4",
        "W1A1",
        "W8A8",
    )
    text = program("info", "--weights", path).stdout.decode()
    assert "\x1b" not in text
    assert "W1A4 x2" in text
    assert "91.05" in text
    assert "test_net.py" in program("info", "--weights", __file__, code=3).stderr


def test_the_program_exports_to_onnx(tmp_path, file):
    onnx = pytest.importorskip("onnx", reason="needs docbin[onnx]")
    target = tmp_path / "net.onnx"
    done = program("export", "--onnx", target, file)
    assert done.stdout.decode().strip() == str(target)
    assert next(output.name for output in onnx.load(target).graph.output) == "logit"
    program("export", "--onnx", target, file, code=5)
    program("export", file, code=2)
    program("export", "--onnx", target, file, "--force")
    program("export", "--onnx", tmp_path / "no.onnx", __file__, code=3)
