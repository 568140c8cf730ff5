"""Tiles to train on in seconds, on one thread."""

import numpy as np
import pytest

from docbin.nn.data.pages import TruthedPage
from docbin.nn.data.store import write_store


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Tiny tensors gain nothing from more, and threads that wait for each other lose much."""
    try:
        import torch
    except ModuleNotFoundError:
        return
    torch.set_num_threads(1)


def stroke(seed, side=128):
    """Return a page of dark bars on noisy paper."""
    rng = np.random.default_rng(seed)
    truth = np.kron(rng.random((side // 8, side // 16)) < 0.3, np.ones((8, 16))).astype(bool)
    paper = rng.normal(200, 12, (side, side, 3))
    image = np.where(truth[..., None], paper - 90, paper).clip(0, 255).astype(np.uint8)
    return TruthedPage("strokes", str(seed), image, truth, {"seed": seed})


@pytest.fixture(scope="session")
def strokes(tmp_path_factory):
    """Return a store of four pages."""
    path = tmp_path_factory.mktemp("strokes") / "x.tiles"
    return write_store(map(stroke, range(4)), path, tile=128, stride=128)
