"""Float generators in ONNX Runtime: the convention, what is refused, and no torch."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from docbin.errors import InputError, MissingDependencyError
from docbin.runtime.staged.bundle import ONNX, Bundle
from docbin.runtime.staged.generators import FloatNetwork, predictors
from docbin.runtime.staged.table import description
from docbin.runtime.staged.writer import write_bundle

onnx = pytest.importorskip("onnx", reason="needs docbin[onnx]")
pytest.importorskip("onnxruntime", reason="needs docbin[onnx]")


def darkness(channels=3, *, batch="N", gain=-20.0, bias=10.0, outputs=1):
    """Return a model whose logit is gain · mean of channels + bias, as a 1 × 1 convolution."""
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    weight = np.full((outputs, channels, 1, 1), gain / channels, np.float32)
    start = np.full(outputs, bias, np.float32)
    graph = helper.make_graph(
        [helper.make_node("Conv", ["image", "w", "b"], ["logit"], kernel_shape=[1, 1])],
        "darkness",
        [helper.make_tensor_value_info("image", kind, [batch, channels, "H", "W"])],
        [helper.make_tensor_value_info("logit", kind, [batch, outputs, "H", "W"])],
        [onnx.numpy_helper.from_array(weight, "w"), onnx.numpy_helper.from_array(start, "b")],
    )
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString()


@pytest.mark.parametrize("batch", ["N", 1])
def test_it_is_the_sigmoid_of_the_logit(batch):
    views = np.random.default_rng(0).integers(0, 256, (3, 8, 9, 3), np.uint8)
    found = FloatNetwork(darkness(batch=batch))(views)
    expected = 1 / (1 + np.exp(20 * views.mean(axis=3) / 255 - 10))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("channels", [1, 3])
def test_one_channel_is_repeated(channels):
    views = np.random.default_rng(0).integers(0, 256, (2, 8, 8), np.uint8)
    found = FloatNetwork(darkness(channels))(views)
    np.testing.assert_allclose(found, 1 / (1 + np.exp(20.0 * views / 255 - 10)), atol=1e-5)


def test_large_logits_do_not_overflow():
    views = np.array([[[0, 255]]], np.uint8)
    found = FloatNetwork(darkness(1, gain=-4e5, bias=2e5))(views)
    assert found.tolist() == [[[1.0, 0.0]]]


def test_what_is_no_generator_is_refused():
    told = description("cgan")
    with pytest.raises(InputError, match="'local' cannot be used: it is no model that ONNX"):
        predictors(Bundle(told, {"local": (ONNX, b"no model")}))
    with pytest.raises(InputError, match=r"one float32 \(N, C, S, S\) with C = 1 or 3"):
        FloatNetwork(darkness(2))
    views = np.zeros((1, 8, 8, 3), np.uint8)
    with pytest.raises(InputError, match="must take three"):
        FloatNetwork(darkness(1))(views)
    with pytest.raises(InputError, match=r"gave \(1, 2, 8, 8\)"):
        FloatNetwork(darkness(outputs=2))(views)
    with pytest.raises(InputError, match="NaN"):
        FloatNetwork(darkness(bias=float("nan")))(views)


def test_a_missing_runtime_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'docbin\[onnx\]'"):
        FloatNetwork(darkness())


def test_a_page_is_cleaned_without_torch(tmp_path):
    told = description("three-stage")
    files = {one.name: (ONNX, darkness(1 if one.sees in ("red", "gray") else 3))
             for one in told.generators()}  # fmt: skip
    write_bundle(tmp_path / "net", Bundle(told, files))
    script = (
        "import sys, numpy as np, docbin\n"
        "page = np.full((600, 520, 3), 230, np.uint8); page[200:240, 100:300] = 20\n"
        f"mask = docbin.binarize(page, 'three-stage', weights={str(tmp_path / 'net')!r})\n"
        "assert mask[205:235, 105:295].all() and mask.mean() < 0.05, mask.mean()\n"
        "assert 'onnxruntime' in sys.modules\n"
        "print(*[name for name in sys.modules if name.partition('.')[0] == 'torch'])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")
