"""The trainer: it learns, goes on to the bit, stops on NaN, in one process and in two."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from docbin.errors import InputError, OutputError, UsageError

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from docbin.nn import checkpoint, run, task, train  # noqa: E402
from docbin.nn.checkpoint import load_weights  # noqa: E402
from docbin.nn.config import configured, preset  # noqa: E402
from docbin.nn.losses import LossConfig  # noqa: E402
from docbin.nn.models.wavelet_unet import WaveletUnetConfig, build  # noqa: E402
from docbin.nn.monitor import DivergedError  # noqa: E402

TINY = dataclasses.replace(preset("tiny"), steps=20, size=32, warmup=5, precision="float32")


def go(strokes, folder, config=TINY, **options):
    return train.train(config, [strokes], folder, quiet=True, device="cpu", **options)


def same(one, other):
    assert one.keys() == other.keys()
    for name in one:
        assert torch.equal(one[name], other[name]), name


def losses(folder):
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    return [json.loads(line)["loss"] for line in lines]


def test_it_learns(strokes, tmp_path):
    config = dataclasses.replace(TINY, steps=80, rate=1e-2)
    outcome = go(strokes, tmp_path, config)
    assert (outcome.steps, outcome.finished) == (80, True)
    trained = load_weights(outcome.weights)
    assert trained.config == config
    assert trained.facts["steps"] == 80
    image, truth, *_ = run.Run(config, [strokes], tmp_path, _alone()).batches.batch(8)
    with torch.no_grad():
        ours, fresh = trained.net(image), build(config.network).eval()(image)
    wrong = [((logit >= 0) != truth.bool()).float().mean().item() for logit in (ours, fresh)]
    assert wrong[0] < 0.5 * wrong[1]
    assert len(list((tmp_path / "samples").glob("*.png"))) == 1


def _alone():
    from docbin.nn.distributed import Place

    return Place(0, 1, torch.device("cpu"))


def test_a_stopped_run_goes_on_to_the_bit(strokes, tmp_path, monkeypatch):
    go(strokes, tmp_path / "whole")
    real, count = train._Step.__call__, []

    def stopping(self):
        count.append(1)
        if len(count) == 7:
            signal.raise_signal(signal.SIGINT)
        return real(self)

    monkeypatch.setattr(train._Step, "__call__", stopping)
    outcome = go(strokes, tmp_path / "parts")
    assert (outcome.steps, outcome.finished) == (7, False)
    monkeypatch.setattr(train._Step, "__call__", real)
    assert go(strokes, tmp_path / "parts", resume=True) == train.Outcome(
        20, True, tmp_path / "parts" / "weights.pt"
    )
    one, other = (
        checkpoint.load(tmp_path / name / checkpoint.CHECKPOINT) for name in ("whole", "parts")
    )
    same(one["net"], other["net"])
    same(one["average"], other["average"])
    same(one["batches"][0], other["batches"][0])
    assert load_weights(tmp_path / "parts").config == TINY
    names = (one["optimiser"]["state"], other["optimiser"]["state"])
    for first, second in zip(names[0].values(), names[1].values(), strict=True):
        same(first, second)


def test_signals_are_given_back(strokes, tmp_path):
    before = signal.getsignal(signal.SIGINT)
    go(strokes, tmp_path, dataclasses.replace(TINY, steps=1))
    assert signal.getsignal(signal.SIGINT) is before


def test_it_runs_in_a_thread(strokes, tmp_path):
    done = []
    config = dataclasses.replace(TINY, steps=2)
    worker = threading.Thread(target=lambda: done.append(go(strokes, tmp_path, config)))
    worker.start()
    worker.join()
    assert done[0].finished


def test_nan_stops_and_keeps_the_last_good_checkpoint(strokes, tmp_path, monkeypatch):
    first = go(strokes, tmp_path, dataclasses.replace(TINY, steps=10))
    good = (tmp_path / checkpoint.CHECKPOINT).read_bytes()
    content = checkpoint.load(tmp_path / checkpoint.CHECKPOINT)
    longer = dataclasses.replace(TINY, steps=40)
    real = task.binarization_loss

    def poisoned(logit, *rest, **more):
        return real(logit, *rest, **more) * (float("nan") if poisoned.calls == 4 else 1)

    def counted(*arguments, **more):
        poisoned.calls += 1
        return poisoned(*arguments, **more)

    poisoned.calls = 0
    monkeypatch.setattr(task, "binarization_loss", counted)
    with pytest.raises(DivergedError, match=r"step 14 has the loss nan.*--resume"):
        go(strokes, tmp_path, longer, resume=True)
    assert first.steps == content["step"] == 10
    assert (tmp_path / checkpoint.CHECKPOINT).read_bytes() == good


def test_a_full_disk_does_not_end_a_run_before_its_end(strokes, tmp_path, monkeypatch, capsys):
    real, tried = checkpoint.save, []

    def full(path, content):
        tried.append(path.name)
        if len(tried) < 4:
            raise OutputError(f"'{path}' cannot be written: No space left on device")
        real(path, content)

    monkeypatch.setattr(checkpoint, "save", full)
    config = dataclasses.replace(TINY, steps=6)
    outcome = train.train(config, [strokes], tmp_path, device="cpu", save_minutes=0)
    assert outcome.finished
    assert outcome.weights.exists()
    assert "no checkpoint this time" in capsys.readouterr().err
    monkeypatch.setattr(checkpoint, "save", lambda *_: full(Path("x"), tried.clear()))
    with pytest.raises(OutputError, match="No space left"):
        go(strokes, tmp_path / "other", config)


def test_another_run_is_not_overwritten_or_continued(strokes, tmp_path):
    config = dataclasses.replace(TINY, steps=2)
    go(strokes, tmp_path, config)
    with pytest.raises(OutputError, match="--resume"):
        go(strokes, tmp_path, config)
    with pytest.raises(UsageError, match="seed was 0"):
        go(strokes, tmp_path, dataclasses.replace(config, seed=1), resume=True)


def test_a_finished_run_can_be_made_longer(strokes, tmp_path):
    go(strokes, tmp_path, dataclasses.replace(TINY, steps=4))
    longer = dataclasses.replace(TINY, steps=9)
    assert go(strokes, tmp_path, longer, resume=True).steps == 9
    assert load_weights(tmp_path).config == longer


def test_damaged_and_missing_checkpoints_are_named(strokes, tmp_path):
    with pytest.raises(InputError, match="no checkpoint"):
        go(strokes, tmp_path, resume=True)
    go(strokes, tmp_path, dataclasses.replace(TINY, steps=1))
    path = tmp_path / checkpoint.WEIGHTS
    for damage in (b"", b"PK\x03\x04", path.read_bytes()[:1000]):
        path.write_bytes(damage)
        with pytest.raises(InputError, match="damaged"):
            load_weights(tmp_path)


def test_a_run_begins_with_the_weights_of_another(strokes, tmp_path):
    """At a rate of almost nothing the new run leaves them where they were."""
    config = dataclasses.replace(TINY, steps=40, rate=1e-2)
    first = load_weights(go(strokes, tmp_path / "first", config).weights)
    still = dataclasses.replace(TINY, steps=1, rate=1e-9, average=0.0)
    second = load_weights(go(strokes, tmp_path / "second", still, start=first).weights)
    for name, value in first.net.named_parameters():
        torch.testing.assert_close(dict(second.net.named_parameters())[name], value)


def test_what_a_run_began_with_stays_known(strokes, tmp_path):
    """Else weights would lose the terms of their first data by being resumed."""
    go(strokes, tmp_path, facts={"command": "one", "started": {"sets": [["theirs"]]}})
    longer = dataclasses.replace(TINY, steps=TINY.steps + 1)
    outcome = go(strokes, tmp_path, longer, resume=True, facts={"command": "two"})
    facts = load_weights(outcome.weights).facts
    assert (facts["command"], facts["started"]) == ("two", {"sets": [["theirs"]]})


def test_weights_of_another_shape_are_no_start(strokes, tmp_path):
    first = load_weights(go(strokes, tmp_path / "first").weights)
    other = dataclasses.replace(TINY, network=dataclasses.replace(TINY.network, widths=(8, 16)))
    with pytest.raises(UsageError, match=r"widths \(16, 16\), not \(8, 16\)"):
        go(strokes, tmp_path / "second", other, start=first)


def test_a_teacher_is_learned_from(strokes, tmp_path):
    """With only the teacher as target, the student moves to it, wherever the truth is."""
    float_net = WaveletUnetConfig(
        widths=(16, 16), blocks=(1, 1), bases=(1, 1), weight_bits=32, activation_bits=32
    )
    teacher = build(float_net)
    teacher.head.bias.data.fill_(-3.0)
    teacher.head.conv.weights.weight.data.zero_()
    loss = LossConfig(dice=0.0, teacher=1.0, features=0.1, edges=1.0)
    config = dataclasses.replace(TINY, loss=loss, steps=60, rate=1e-2)
    trained = load_weights(go(strokes, tmp_path, config, teacher=teacher).weights)
    with torch.no_grad():
        logit = trained.net(torch.rand(2, 3, 32, 32))
    assert logit.mean().item() == pytest.approx(-3, abs=1)


@pytest.mark.parametrize(
    "changes",
    [
        {"activations_from": 0.3, "weights_from": 0.6},
        {"outward": True},
        {"network": WaveletUnetConfig(widths=(8, 8), blocks=(1, 1), bases=(2, 1), levels=2)},
        {"network": WaveletUnetConfig((8, 8), (1, 1), 1, 1, 1, (1, 1))},
        {"precision": "bfloat16"},
        {"minutes": 0.005},
    ],
)
def test_every_kind_of_run_ends_fully_quantised(strokes, tmp_path, changes):
    config = dataclasses.replace(TINY, steps=8, **changes)
    outcome = go(strokes, tmp_path, config)
    assert outcome.finished
    net = load_weights(outcome.weights).net
    assert all(torch.isfinite(value).all() for value in net.state_dict().values())


def test_another_term_of_the_loss_is_asked(strokes, tmp_path):
    seen = []

    def judge(logit, image, truth):
        seen.append((logit.shape, image.shape, truth.shape))
        return logit.float().square().mean() * 0.1

    go(strokes, tmp_path, dataclasses.replace(TINY, steps=2), extra=judge)
    assert seen == [((4, 1, 32, 32), (4, 3, 32, 32), (4, 1, 32, 32))] * 2


WORKER = """
import sys
from pathlib import Path
import torch
from docbin.nn.config import configured
from docbin.nn.data.store import TileStore
from docbin.nn.run import Run
from docbin.nn.train import train
torch.set_num_threads(1)
real = Run.save

def save(run):
    torch.save(run.net.state_dict(), run.folder / f"rank{run.place.rank}.pt")
    real(run)

Run.save = save
config = configured("tiny", None, sys.argv[3:])
train(config, [TileStore.load(sys.argv[1])], Path(sys.argv[2]), device="cpu", quiet=True)
"""


def test_two_processes_agree(strokes, tmp_path):
    texts = ["steps=6", "size=32", 'precision="float32"']
    script = tmp_path / "worker.py"
    script.write_text(WORKER)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*command, str(script), str(strokes.path), str(tmp_path / "two"), *texts],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    content = checkpoint.load(tmp_path / "two" / checkpoint.CHECKPOINT)
    assert content["step"] == 6
    ranks = content["batches"]
    assert len(ranks) == 2
    assert not torch.equal(ranks[0]["values"], ranks[1]["values"])  # each draws its own
    config = configured("tiny", None, texts)
    with pytest.raises(UsageError, match="of 2 processes; there are 1"):
        go(strokes, tmp_path / "two", config, resume=True)
    ours, theirs = (checkpoint.load(tmp_path / "two" / f"rank{rank}.pt") for rank in (0, 1))
    fresh = run.Run(config, [strokes], tmp_path, _alone()).net
    for name, _ in fresh.named_parameters():
        assert torch.equal(ours[name], theirs[name]), name
    assert not torch.equal(ours["head.bias"], fresh.state_dict()["head.bias"])
