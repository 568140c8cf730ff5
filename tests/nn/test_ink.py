"""Ink and paper taken apart: cases made by hand."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from docbin.nn.data.draws import Draws  # noqa: E402
from docbin.nn.data.ink import around, ratio, shade, soft, transplant, widened, without_ink  # noqa: E402


def page(paper, ink, box, side=96):
    """Return an even page with a rectangle of ink: image (1, 3, S, S), truth (1, 1, S, S)."""
    image = torch.tensor(paper).view(1, 3, 1, 1).expand(1, 3, side, side).clone()
    truth = torch.zeros(1, 1, side, side)
    top, left, bottom, right = box
    truth[:, :, top:bottom, left:right] = 1
    color = torch.tensor(ink).view(1, 3, 1, 1)
    return torch.where(truth > 0, image * color, image), truth


def test_ink_moves_to_other_paper():
    """Black ink of white paper, written on brown paper, is the product; the old ink is gone."""
    brown, old = page([0.6, 0.4, 0.2], [0.5, 0.5, 0.5], (10, 10, 20, 80))
    white, new = page([1.0, 1.0, 1.0], [0.2, 0.2, 0.3], (50, 20, 70, 60))

    class Plain(Draws):
        def uniform(self, shape, low=0.0, high=1.0):
            return torch.full(shape, 1.0)  # the ink keeps its strength

        def some(self, count, share):
            return torch.zeros(0, dtype=torch.long)  # nothing shines through

    image, truth = transplant(brown, old, white, new, Plain(0))
    assert torch.equal(truth, new)
    paper = torch.tensor([0.6, 0.4, 0.2]).view(1, 3, 1, 1)
    expected = torch.where(new > 0, paper * torch.tensor([0.2, 0.2, 0.3]).view(1, 3, 1, 1), paper)
    torch.testing.assert_close(image, expected.expand_as(image), atol=0.01, rtol=0)


def test_old_ink_may_shine_through_mirrored():
    brown, old = page([0.6, 0.4, 0.2], [0.2, 0.2, 0.2], (10, 10, 20, 40))
    white, new = page([1.0, 1.0, 1.0], [0.2, 0.2, 0.2], (60, 20, 80, 60))
    seen = []
    for seed in range(20):
        image, _ = transplant(brown, old, white, new, Draws(seed))
        spot, mirrored = image[0, 0, 15, 25], image[0, 0, 15, 95 - 25]
        assert spot == pytest.approx(0.6, abs=0.02)
        seen.append(float(mirrored))
    assert min(seen) < 0.55
    assert max(seen) == pytest.approx(0.6, abs=0.02)


def test_the_shade_of_uneven_paper():
    """Under ink the paper goes on as it does around."""
    side = 128
    slope = torch.linspace(0.4, 0.9, side).view(1, 1, 1, side).expand(1, 3, side, side)
    truth = (torch.rand(1, 1, side // 8, side // 8, generator=Draws(1)._values) < 0.2).float()
    truth = truth.repeat_interleave(8, 2).repeat_interleave(8, 3)
    image = torch.where(truth > 0, slope * 0.3, slope)
    paper = shade(image, around(truth))
    assert (paper - slope).abs().mean() < 0.02
    assert (paper - slope).abs().max() < 0.1
    near = around(truth)
    clean = without_ink(image, near, paper, Draws(1))
    assert (clean - slope).abs().mean() < 0.02
    darkness = ratio(image, near, paper)
    assert darkness[(truth > 0).expand_as(image)].mean() == pytest.approx(0.3, abs=0.02)
    assert darkness[(near == 0).expand_as(image)].min() == 1


@pytest.mark.parametrize("fill", [0.0, 1.0])
def test_pages_all_ink_or_all_paper(fill):
    image = torch.full((1, 3, 40, 56), 0.5)
    truth = torch.full((1, 1, 40, 56), fill)
    result, its = transplant(image, truth, image, truth, Draws(0))
    assert result.isfinite().all()
    assert torch.equal(its, truth)
    if fill == 0:
        torch.testing.assert_close(result, image)


@pytest.mark.parametrize("shape", [(1, 1), (7, 16), (33, 20)])
@pytest.mark.parametrize("radius", [1, 2, 4])
def test_windows_agree_with_numpy(shape, radius):
    values = np.random.default_rng(1).random(shape).astype(np.float32)
    plane = torch.from_numpy(values)[None, None]
    side = 2 * radius + 1
    for result, mode, take in (
        (widened(plane, radius), "constant", np.max),
        (soft(plane, radius), "edge", np.mean),
    ):
        windows = np.lib.stride_tricks.sliding_window_view(
            np.pad(values, radius, mode=mode), (side, side)
        )
        np.testing.assert_allclose(result[0, 0].numpy(), take(windows, axis=(2, 3)), rtol=1e-4)
