"""What lies in ``weights/`` is what its cards say; and without weights everything says so."""

from __future__ import annotations

import dataclasses
import json
import re

import numpy as np
import pytest
import shipped_networks
from click.testing import CliRunner
from contrast_network import contrast_network
from PIL import Image
from program import docbin as program
from program import letters, strict
from truthed import indexed

import docbin
from docbin.batch import Treatment
from docbin.commands.clean import clean
from docbin.commands.info import info
from docbin.commands.methods import methods
from docbin.commands.model_card import markdown
from docbin.errors import InputError, UsageError
from docbin.evaluate import Dataset, figures
from docbin.evaluate.labels import read_labels
from docbin.io import read_pages
from docbin.io.page import PageInfo
from docbin.runtime import shipped
from docbin.runtime.network import Network
from docbin.runtime.weights import PackedFile
from docbin.runtime.writer import write

GRAY, _ = letters(150, 200, 4)
PAGES = [f"{name}/{page}" for name in shipped_networks.SETS for page in ("a", "b")]


def test_every_network_is_as_it_should_be():
    assert list(shipped_networks.faults()) == []


def test_figures_are_measured_again_on_real_pages(real_data):
    assert list(shipped_networks.faults(real_data / "binarization")) == []


def test_columns_of_an_old_book_are_found(real_data):
    """On a page that it learned from; what is held out is scored by benchmarks/detector.py."""
    pytest.importorskip("shapely", reason="shapely is not installed (extra [detect])")
    from docbin.evaluate.detection import DetectionPage, icdar2015, overlap

    folder = real_data / "textdet" / "ndl-docl"
    (labels,) = read_labels(folder / "gt" / "3508165_10.xml", "ndl-docl").pages
    pixels = next(read_pages(folder / "images" / "3508165_10.jpg")).pixels
    found = docbin.detect_text(pixels, "kuzushiji")
    truths = labels.of_kinds(["2_handwritten"])
    scores = icdar2015([overlap(DetectionPage(truths, found))])
    assert scores.truths == 20
    assert scores.precision > 0.85
    assert scores.recall > 0.85


def test_the_table_of_the_readme():
    """If not: python tests/support/shipped_networks.py."""
    text = shipped_networks.README.read_text("utf-8")
    assert shipped_networks.replaced(text) == text


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Return a folder of six pages of three sets, with an index."""
    pages = [(name, letters(96, 128, seed)) for seed, name in enumerate(PAGES)]
    return indexed(tmp_path_factory.mktemp("pages"), pages, "dev")


@pytest.fixture(scope="module")
def metadata(data):
    network = Network(contrast_network().to_bytes())
    return {
        "name": "contrast",
        "licence": "research use",
        "command": "docbin train …",
        "commit": "0123",
        "data": json.dumps(["dibco2009", "synthetic"]),
        "config": json.dumps({"steps": 3, "seed": 7}),
        "figures": json.dumps(figures.measured(network.mask, Dataset.open(data))),
    }


def put(folder, name, metadata):
    """Write a network and its card."""
    made = contrast_network()
    write(folder / name, PackedFile(made.graph, made.tensors, metadata), force=True)
    shipped_networks.card_of(folder / name).write_text(markdown(str(folder / name)), "utf-8")


@pytest.fixture
def weights(tmp_path, monkeypatch, metadata):
    """Return a ``weights/`` with a default network in place of the real one."""
    folder = tmp_path / "weights"
    folder.mkdir()
    monkeypatch.setattr(shipped, "directory", lambda kind: folder)
    (folder / "README.md").write_text("# weights\n")
    (folder / "index.toml").write_text('default = "net.docbin"\n')
    put(folder, "net.docbin", metadata)
    return folder


@pytest.fixture
def bare(weights):
    """Return a ``weights/`` with nothing in it."""
    for path in weights.glob("net.*"):
        path.unlink()
    (weights / "index.toml").write_text("# nothing\n")
    return weights


def test_a_network_with_a_card_has_no_faults(weights, data):
    assert list(shipped_networks.faults(data)) == []


def changed(metadata, **values):
    return {**metadata, **{key: json.dumps(value) for key, value in values.items()}}


def spoilt(metadata):
    told = json.loads(metadata["figures"])
    told["pages"][PAGES[1]][0] += 0.0001
    return changed(metadata, figures=told)


def without(metadata, key):
    return {each: text for each, text in metadata.items() if each != key}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f, m: (f / "net.md").unlink(), "has no card"),
        (lambda f, m: (f / "net.md").write_text("# net"), "card is not that of the file"),
        (lambda f, m: put(f, "net.docbin", spoilt(m)), r"page 'dibco2011/b' has \["),
        (lambda f, m: put(f, "net.docbin", without(m, "figures")), "docbin export --figures"),
        (lambda f, m: put(f, "net.docbin", m | {"licence": "not stated"}), "licence is not"),
        (lambda f, m: (f / "net.docbin").write_bytes(b"x" * 300_001), "300001 bytes; as 'default'"),
        (lambda f, m: (f / "net.docbin").write_bytes(b"junk"), "net.docbin: .*less than 8 bytes"),
        (lambda f, m: (f / "other.docbin").write_bytes(b"junk"), "other.docbin is no network of"),
        (lambda f, m: (f / "net.docbin").unlink(), "is no file there"),
        (lambda f, m: (f / "index.toml").write_text('best = "net.docbin"'), "the role 'best'"),
        (lambda f, m: (f / "index.toml").write_text('default = "../a"'), "no file there"),
        (lambda f, m: (f / "index.toml").write_text("default = 3"), "names 3"),
        (lambda f, m: (f / "index.toml").write_text("default ="), "cannot be read"),
        (lambda f, m: (f / "index.toml").write_text('free = "net.docbin"'), "as 'free' it may"),
    ],
)  # fmt: skip
def test_every_fault_is_seen(weights, metadata, data, change, message):
    change(weights, metadata)
    assert re.search(message, next(shipped_networks.faults(data)))


def test_a_small_network_has_a_limit_of_its_own(weights):
    (weights / "index.toml").write_text('default = "net.docbin"\nsmall = "s.docbin"\n')
    (weights / "s.docbin").write_bytes(b"x" * 80_001)
    (weights / "s.md").write_text("")
    assert next(shipped_networks.faults()) == "s.docbin: 80001 bytes; as 'small' it may have 80000"


def test_the_card_is_made_of_the_file(weights, metadata):
    card = (weights / "net.md").read_text("utf-8")
    for text in (
        "| DIBCO 2009 | `dibco2009` | research use |",
        "| generated pages | `synthetic` | Apache-2.0 |",
        "| licence of the weights | **research use** |",
        "| licence of the code | Apache-2.0 |",
        "| seed | 7 |",
        "| dibco2011 | 2 |",
        "| mean of the sets | 6 |",
        "`docbin train …`",
        str((weights / "net.docbin").stat().st_size),
    ):
        assert text in card, text
    run = CliRunner().invoke(info, ["--weights", "default", "--card"])
    assert run.output == card
    put(weights, "net.docbin", changed(metadata, data=["dibco2011"]))
    assert "| dibco2011 (trained on) | 2 |" in (weights / "net.md").read_text("utf-8")


def test_a_card_needs_its_facts(weights, metadata):
    with pytest.raises(InputError, match=r"its header has no commit, data"):
        put(weights, "net.docbin", without(without(metadata, "commit"), "data"))


def test_with_a_default_network_it_is_taken(weights, tmp_path):
    assert docbin.methods.default() == "net"
    expected = docbin.binarize(GRAY, "net", weights=str(weights / "net.docbin"))
    np.testing.assert_array_equal(docbin.binarize(GRAY), expected)
    Image.fromarray(GRAY).save(tmp_path / "a.png")
    run = CliRunner().invoke(clean, [str(tmp_path / "a.png"), "--json"])
    assert (
        json.loads(run.stdout)["results"][0]["pages"][0]["method"]
        == "Net(weights='default', quality='fast', enlarge='auto', edges='auto')"
    )
    np.testing.assert_array_equal(docbin.read_mask(tmp_path / "a.bw.png"), expected)
    assert "Without -m it is net." in CliRunner().invoke(methods, []).output
    assert "default: net.docbin" in CliRunner().invoke(info, []).output


def test_other_roles_by_name(weights, metadata):
    with pytest.raises(UsageError, match=r"role 'small' \(it has 'default'\)"):
        docbin.create("net", weights="small")
    (weights / "index.toml").write_text('default = "net.docbin"\nsmall = "s.docbin"\n')
    put(weights, "s.docbin", metadata)
    assert docbin.create("net", weights="small").network().mask(GRAY).any()


def test_without_a_network_it_is_auto(bare, tmp_path):
    assert docbin.methods.default() == "auto"
    np.testing.assert_array_equal(docbin.binarize(GRAY), docbin.binarize(GRAY, "auto"))
    Image.fromarray(GRAY).save(tmp_path / "a.png")
    run = CliRunner().invoke(clean, [str(tmp_path / "a.png")])
    assert "auto chose ISauvola(" in run.stderr
    with pytest.raises(UsageError, match=r"role 'default' \(it has none at all\).*--set weights"):
        docbin.create("net")


def test_a_page_too_large_to_be_held_gets_auto(weights):
    small = PageInfo(1000, 1000, channels=1, bits=8, format="png")
    huge = dataclasses.replace(small, width=10_000, height=10_000)
    assert (Treatment().name(small), Treatment().name(huge)) == ("net", "auto")
    assert Treatment("net").name(huge) == "net"
    assert Treatment(None, {"weights": "default"}).name(huge) == "net"


def test_the_program_names_the_default():
    told = strict(program("methods", "--json"))
    assert [each["name"] for each in told if each["default"]] == [docbin.methods.default()]
