"""Pages large enough to be looked at as a whole, as tiles and at one size."""

import numpy as np
import pytest

from docbin.nn.data.pages import TruthedPage
from docbin.nn.data.store import write_store


def page(seed, height=128, width=576):
    """Return a page of dark, partly reddish bars on noisy paper."""
    rng = np.random.default_rng(seed)
    truth = np.kron(rng.random((height // 8, width // 16)) < 0.3, np.ones((8, 16))).astype(bool)
    paper = rng.normal(200, 12, (height, width, 3))
    paper[truth] -= np.array([60, 90, 110])
    return TruthedPage(
        "bars", str(seed), paper.clip(0, 255).astype(np.uint8), truth, {"seed": seed}
    )


@pytest.fixture(scope="session")
def pages():
    """Return four pages with truth."""
    return [page(seed) for seed in range(4)]


@pytest.fixture(scope="session")
def tiles(pages, tmp_path_factory):
    """Return their tiles."""
    return write_store(pages, tmp_path_factory.mktemp("bars") / "x.tiles", tile=128, stride=128)


@pytest.fixture(scope="session")
def whole(pages, tmp_path_factory):
    """Return them as a global stage of 64 pixels sees them."""
    pytest.importorskip("torch", reason="torch is not installed (extra [train])")
    from docbin.nn.gan.config import configured
    from docbin.nn.gan.sources import write_whole_pages

    description = configured("tiny", "three-stage", "packed", []).described()
    return write_whole_pages(pages, tmp_path_factory.mktemp("whole") / "x.tiles", description)
