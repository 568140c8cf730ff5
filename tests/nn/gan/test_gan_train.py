"""Pipelines learn, go on to the bit in any stage, stop on NaN, and leave as what was trained."""

import dataclasses
import json
import signal

import numpy as np
import pytest

from docbin.errors import InputError, OutputError, UsageError

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from docbin.evaluate.terms import licence_of  # noqa: E402
from docbin.nn import agreement, checkpoint, integer  # noqa: E402
from docbin.nn.gan import stage as stages  # noqa: E402
from docbin.nn.gan import train as trainer  # noqa: E402
from docbin.nn.gan.config import configured  # noqa: E402
from docbin.nn.gan.generators import FloatGenerator, chosen, found  # noqa: E402
from docbin.nn.gan.sources import Sources  # noqa: E402
from docbin.nn.gan.stage import StageRun, new  # noqa: E402
from docbin.nn.monitor import DivergedError  # noqa: E402
from docbin.runtime.network import Network  # noqa: E402
from docbin.runtime.staged.bundle import Bundle  # noqa: E402

CPU = torch.device("cpu")


def config(pipeline="three-stage", generator="packed", **changes):
    return dataclasses.replace(configured("tiny", pipeline, generator, ["steps=2"]), **changes)


def go(given, sources, folder, **options):
    return trainer.train(given, sources, folder, quiet=True, device="cpu", **options)


@pytest.fixture
def sources(tiles, whole):
    """Return what all pipelines learn from."""
    return Sources([tiles], [whole])


@pytest.fixture
def stopping(monkeypatch):
    """Return what makes a run stop by Ctrl-C after so many steps."""
    real, count = StageRun.learn, []

    def after(steps):
        def learn(self):
            count.append(1)
            if len(count) == steps:
                signal.raise_signal(signal.SIGINT)
            return real(self)

        monkeypatch.setattr(StageRun, "learn", learn)

    return after


@pytest.mark.parametrize("pipeline", ["cgan", "mfe"])
def test_an_epoch_improves_the_loss(sources, pipeline):
    given = config(pipeline, steps=16, rate=1e-2, average=0.0, augmented=False)
    described = given.described()
    run = StageRun(described.stages[0], given, described, sources=sources, trained={}, device=CPU)
    losses = [float(run.learn()[0]) for _ in range(run.steps)]
    # The adversary's word is a few units of some fifty.
    assert np.mean(losses[-4:]) < 0.8 * np.mean(losses[:4])


def test_what_a_stage_gives(sources):
    given = config()
    described = given.described()
    run = StageRun(described.stages[0], given, described, sources=sources, trained={}, device=CPU)
    run.learn()
    nets = run.finished()
    examples = run.examples()
    for name, net in nets.items():
        with torch.no_grad():
            logit = found(net, examples[name].picture)
        assert logit.shape == examples[name].target.shape
        assert logit.dtype == torch.float32
        assert bool(logit.isfinite().all())


def test_a_pipeline_leaves_as_what_was_trained(sources, tmp_path):
    given = config()
    outcome = go(given, sources, tmp_path / "run", facts={"command": "docbin train gan"})
    assert (outcome.steps, outcome.finished) == (6, True)
    bundle = Bundle.read(outcome.weights)
    assert bundle.description == given.described()
    assert bundle.metadata["command"] == "docbin train gan"
    assert json.loads(bundle.metadata["data"]) == ["bars"]
    assert bundle.metadata["licence"] == licence_of(["bars"])
    kept = checkpoint.load(tmp_path / "run" / checkpoint.CHECKPOINT)["trained"]
    rng = np.random.default_rng(1)
    for one in bundle.description.generators():
        net = new(one, given, seed=0, device=CPU)
        net.load_state_dict(kept[one.name])
        gray = rng.integers(90, 240, (64, 72), np.uint8)
        picture = np.repeat(gray[..., None], 3, axis=2)
        network = Network(bundle.files[one.name][1])
        logit = network.logit(gray)
        whole = integer.logits(network.file.graph, network.file.signed(), torch.from_numpy(picture))
        assert np.array_equal(logit, whole.numpy())
        assert agreement.compared(net.eval(), network.file, picture, logit).same > 0.95
    assert len(list((tmp_path / "run" / "samples").glob("*.png"))) == 3
    with pytest.raises(OutputError, match="--resume"):
        go(given, sources, tmp_path / "run")
    again = go(given, sources, tmp_path / "run", resume=True)
    assert again == outcome


def test_a_stopped_run_goes_on_to_the_bit(sources, tmp_path, stopping, monkeypatch):
    given = config("suh", steps=2)
    steps = 3  # one into the second stage
    go(given, sources, tmp_path / "whole")
    stopping(steps)
    outcome = go(given, sources, tmp_path / "parts")
    assert (outcome.steps, outcome.finished) == (steps, False)
    assert not outcome.weights.exists()
    monkeypatch.undo()
    assert go(given, sources, tmp_path / "parts", resume=True).finished
    one, other = (Bundle.read(tmp_path / name / "pipeline") for name in ("whole", "parts"))
    for (suffix, ours), (theirs_suffix, theirs) in zip(
        one.files.values(), other.files.values(), strict=True
    ):
        assert suffix == theirs_suffix
        ours, theirs = (Network(each).file.tensors for each in (ours, theirs))
        assert all(np.array_equal(ours[name], theirs[name]) for name in ours)
    changed = dataclasses.replace(given, seed=3)
    with pytest.raises(UsageError, match="belongs to another run: seed was 0"):
        go(changed, sources, tmp_path / "parts", resume=True)


def test_nan_stops_and_keeps_the_last_good_checkpoint(sources, tmp_path, monkeypatch):
    real = stages.taught

    def poisoned(logit, target, terms):
        poisoned.calls += 1
        return real(logit, target, terms) * (float("nan") if poisoned.calls == 5 else 1)

    poisoned.calls = 0
    monkeypatch.setattr(stages, "taught", poisoned)
    given = config("suh", generator="packed")
    with pytest.raises(DivergedError, match=r"step 2 has the loss nan.*--resume"):
        go(given, sources, tmp_path)
    with pytest.raises(InputError, match="no checkpoint"):
        go(given, sources, tmp_path / "other", resume=True)


def test_a_damaged_checkpoint_is_named(sources, tmp_path):
    given = config("cgan", steps=1)
    go(given, sources, tmp_path)
    path = tmp_path / checkpoint.CHECKPOINT
    content = checkpoint.load(path)
    content["trained"]["local"].popitem()
    checkpoint.save(path, content)
    with pytest.raises(InputError, match=r"last\.ckpt' is damaged"):
        go(given, sources, tmp_path, resume=True)


def test_a_float_pipeline_in_onnx_is_what_was_trained(sources, tmp_path):
    pytest.importorskip("segmentation_models_pytorch", reason="smp is not installed")
    runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    given = config("cgan", generator="unet:tu-mobilenetv3_small_050", steps=1)
    outcome = go(given, sources, tmp_path / "run")
    bundle = Bundle.read(outcome.weights)
    assert bundle.description.architecture == "unet"
    suffix, data = bundle.files["local"]
    assert suffix == ".onnx"
    (one,) = bundle.description.generators()
    net = new(one, given, seed=0, device=CPU)
    kept = checkpoint.load(tmp_path / "run" / checkpoint.CHECKPOINT)
    net.load_state_dict(kept["trained"]["local"])
    picture = torch.rand(3, 3, 64, 64)
    session = runtime.InferenceSession(data, providers=["CPUExecutionProvider"])
    (theirs,) = session.run(None, {"picture": picture.numpy()})
    with torch.no_grad():
        ours = net.eval()(picture).numpy()
    # One step on two crops leaves an untrained network, with logits of some hundreds.
    assert np.abs(ours - theirs).max() < 1e-3 * np.abs(ours).max()


def test_encoders_by_name():
    pytest.importorskip("segmentation_models_pytorch", reason="smp is not installed")
    with pytest.raises(UsageError, match="Did you mean 'efficientnet-b0'"):
        FloatGenerator(chosen("unet:eficientnet-b0"), 1)
    with pytest.raises(UsageError, match="tu-mobilenetv3_small_050"):
        FloatGenerator(chosen("unetpp:tu-mobilenetv3_smal_050"), 1)
    with torch.no_grad():
        net = FloatGenerator(chosen("unetpp:tu-mobilenetv3_small_050"), 1).eval()
        assert net(torch.rand(1, 1, 32, 64)).shape == (1, 1, 32, 64)
