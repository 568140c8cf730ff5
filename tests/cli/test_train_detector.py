"""``docbin train detector`` and ``docbin export`` as a user runs them, on two photos."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import docbin
from docbin import resources
from docbin.cli import COMMANDS
from docbin.errors import DocbinError, InputError, UsageError

pytest.importorskip("torch", reason="torch is not installed (extra [train])")
pytest.importorskip("shapely", reason="shapely is not installed (extra [detect])")

from docbin.commands.export import export
from docbin.commands.model_card import markdown
from docbin.commands.synth import synth
from docbin.commands.train import train
from docbin.runtime.network import Network


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Return a folder in ICDAR 2015's layout: a dark bar of letters on paper."""
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    for part in ("gt", "images"):
        (folder / part).mkdir()
    for name in ("a", "b"):
        image = rng.normal(210, 12, (96, 128, 3))
        image[40:60, 20:100:8] -= 150
        Image.fromarray(image.clip(0, 255).astype(np.uint8)).save(folder / "images" / f"{name}.png")
        lines = "20,40,100,40,100,60,20,60,word\n20,10,60,10,60,30,20,30,###\n1,2,3\n"
        (folder / "gt" / f"gt_{name}.txt").write_text(lines)
    return folder


def run(command, *words):
    """Return what a command printed; its errors are raised."""
    done = CliRunner().invoke(command, [*map(str, words)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done


def trained(photos, out, *more):
    return run(
        train, "detector", "--preset", "tiny", "--set", "steps=2", "--set", "precision=float32",
        "--data", f"icdar2015:{photos}", "--out", out, "--device", "cpu", "--threads", "1", *more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def packed_run(photos, tmp_path_factory):
    out = tmp_path_factory.mktemp("run") / "run"
    return out, trained(photos, out)


def test_it_is_a_command_with_help():
    assert "train" in COMMANDS
    assert "detector" in run(train, "--help").output


def test_labels_that_are_not_learned_are_told(packed_run):
    out, done = packed_run
    assert done.stdout.strip() == str(out / "weights.pt")
    assert "icdar2015: 2 texts are learned; 2 not learned: don't-care" in done.stderr
    counted = json.loads((out / "labels.json").read_text())
    assert counted == {"icdar2015": {"learned": 2, "don't-care": 2}}


def test_texts_of_all_sources_are_counted(photos, tmp_path):
    """Two sources of one format and a generated photo; what was drawn before is not drawn again."""
    more = ("--data", f"icdar2015:{photos / 'gt'}:{photos / 'images'}", "--data", "scenes:1")
    told = trained(photos, tmp_path / "run", *more).stderr
    assert "icdar2015: 4 texts are learned; 4 not learned: don't-care" in told
    files = {path.name for path in (tmp_path / "run").glob("*.text")}
    assert files == {"icdar2015.text", "icdar2015-2.text", "scenes.text"}
    counted = json.loads((tmp_path / "run" / "labels.json").read_text())
    assert counted["icdar2015"] == {"learned": 4, "don't-care": 4}
    assert counted["scenes"]["learned"] > 0
    again = run(
        train, "detector", "--preset", "tiny", "--set", "steps=1", "--out", tmp_path / "again",
        "--data", tmp_path / "run" / "scenes.text", "--device", "cpu", "--threads", "1",
    )  # fmt: skip
    assert f"scenes: {counted['scenes']['learned']} texts are learned" in again.stderr
    assert not list((tmp_path / "again").glob("*.text"))


def test_what_is_held_out_is_not_trained_on(photos, tmp_path):
    held = tmp_path / "held.toml"
    held.write_text('[icdar2015]\npages = ["a"]\n')
    trained(photos, tmp_path / "run", "--without", held, "--quiet")
    counted = json.loads((tmp_path / "run" / "labels.json").read_text())
    assert counted["icdar2015"]["learned"] == 1


def test_a_packed_detector_is_the_trained_one_and_finds_regions(packed_run, photos, tmp_path):
    out, _ = packed_run
    target = tmp_path / "tiny.docbin"
    run(export, out, "-o", target, "--check", f"icdar2015:{photos}", "--use", "side=64",
        "--use", "unclip=inverse", "--use", "box_threshold=0.5")  # fmt: skip
    network = Network.load(target)
    metadata = network.file.metadata
    assert json.loads(metadata["detector"]) == {
        "side": 64,
        "unclip": "inverse",
        "box_threshold": 0.5,
    }
    assert json.loads(metadata["data"]) == ["icdar2015"]
    assert network.file.graph["input"]["margin"] == 0
    image = np.asarray(Image.open(photos / "images" / "a.png"))
    assert network.probability(image).shape == (96, 128)
    assert isinstance(docbin.detect_text(image, "db", weights=str(target)), list)


def test_scores_are_kept_and_stand_on_the_card(packed_run, tmp_path):
    out, _ = packed_run
    rule = {"precision": 0.5, "recall": 0.25, "h": 1 / 3, "truths": 8, "found": 4}
    document = tmp_path / "scores.json"
    document.write_text(json.dumps({"pages": 3, "rules": {"icdar2015": rule}}))
    target = tmp_path / "tiny.docbin"
    run(export, out, "-o", target, "--scores", f"sroie={document}", "--licence", "research use")
    card = markdown(str(target))
    assert "A packed network for `docbin detect`." in card
    assert "| sroie | 3 | 8 | 50.00 | 25.00 | 33.33 |" in card
    document.write_text("{}")
    with pytest.raises(InputError, match="docbin score --detect --json"):
        run(export, out, "-o", tmp_path / "y.docbin", "--scores", f"sroie={document}")
    with pytest.raises(UsageError, match="SET=FILE"):
        run(export, out, "-o", tmp_path / "y.docbin", "--scores", str(document))


def test_a_detector_of_seals_says_what_it_finds(tmp_path):
    """Books are drawn, learned from, and the packed file calls what it finds seals."""
    run(synth, tmp_path / "books", "--kind", "books", "-n", "2", "--size", "160", "128")
    books = f"ndl-docl:{tmp_path / 'books'}"
    out = tmp_path / "run"
    tiny = ("--preset", "tiny", "--set", "steps=2", "--device", "cpu", "--out", out)
    done = run(train, "detector", *tiny, "--kind", "seal", "--data", books)
    assert "kind 2_handwritten is background" in done.stderr
    run(export, out, "-o", tmp_path / "seals.docbin")
    metadata = Network.load(tmp_path / "seals.docbin").file.metadata
    assert json.loads(metadata["detector"]) == {"kind": "seal"}
    assert "--kind seal" in metadata["command"]
    with pytest.raises(InputError, match="of the kind 'seal', and --kind is 'text'"):
        run(train, "detector", *tiny, "--data", out / "ndl-docl.text")


def test_a_float_detector_becomes_onnx(photos, tmp_path):
    pytest.importorskip("segmentation_models_pytorch", reason="needs docbin[train]")
    runtime = pytest.importorskip("onnxruntime", reason="needs docbin[onnx]")
    import torch

    from docbin.nn.checkpoint import load_weights
    from docbin.nn.detection import DETECTION

    trained(photos, tmp_path / "run", "--network", "dbnet-mobilenetv3", "--set", "batch=2")
    target = tmp_path / "x.onnx"
    run(export, tmp_path / "run", "--onnx", target, "--use", "side=64")
    session = runtime.InferenceSession(str(target))
    told = json.loads(session.get_modelmeta().custom_metadata_map["detector"])
    assert told == {"side": 64, "normalise": "imagenet-rgb"}
    net = load_weights(tmp_path / "run", DETECTION).net
    image = torch.rand(1, 3, 96, 160, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        ours = net(image).sigmoid().numpy()
        given = ((image - net.mean) / net.deviation).numpy()
    (theirs,) = session.run(None, {"image": given})
    # Two steps leave logits of hundreds, on whose flanks rounding shows.
    assert np.abs(ours - theirs).mean() < 1e-3
    pixels = np.asarray(Image.open(photos / "images" / "a.png"))
    assert isinstance(docbin.detect_text(pixels, "db", weights=str(target)), list)


@pytest.mark.parametrize(
    ("words", "kind", "reason"),
    [
        (["--data", "nothing:here"], UsageError, "FORMAT:DIR"),
        (["--data", "scenes:many"], UsageError, "number of images"),
        (["--data", "icdar2015:/no/such/folder"], InputError, "no/such"),
        (["--network", "dbnet-r17"], UsageError, "dbnet-r18"),
        (["--preset", "huge"], UsageError, "no preset 'huge'"),
        (["--set", "taught=-1"], UsageError, "taught is -1"),
        (["--set", "scale=[3,2]"], UsageError, "scale is"),
        (["--set", "size=100"], UsageError, "multiples of 8"),
    ],
)
def test_what_cannot_be_is_said(photos, tmp_path, words, kind, reason):
    given = ["detector", "--preset", "tiny", "--data", f"icdar2015:{photos}", *words]
    if words[0] == "--data":
        given = ["detector", "--preset", "tiny", *words]
    with pytest.raises(kind, match=reason) as told:
        run(train, *given, "--out", tmp_path / "run")
    assert isinstance(told.value, DocbinError)


def test_weights_of_another_kind_are_refused(packed_run, photos, tmp_path):
    out, _ = packed_run
    with pytest.raises(InputError, match="no such weights"):
        run(train, "binarizer", "--preset", "tiny", "--data", "synthetic:2", "--start", out,
            "--out", tmp_path / "run")  # fmt: skip
    with pytest.raises(UsageError, match="another shape"):
        run(train, "detector", "--preset", "tiny", "--data", f"icdar2015:{photos}",
            "--start", resources.directory("weights") / "detector.docbin",
            "--out", tmp_path / "run")  # fmt: skip
    with pytest.raises(UsageError, match="--use takes"):
        run(export, out, "-o", tmp_path / "x.docbin", "--use", "colour=red")
    with pytest.raises(UsageError, match="--figures scores"):
        run(export, out, "-o", tmp_path / "x.docbin", "--figures", "x")
    with pytest.raises(UsageError, match="only float detectors"):
        run(export, out, "--onnx", tmp_path / "x.onnx")
