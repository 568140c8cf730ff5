"""Contrast planes against the formula of the packed format, pixel by pixel."""

import numpy as np
import pytest
from contrast_formula import by_the_formula, level_by_the_formula

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from docbin.image import rgb_to_gray  # noqa: E402
from docbin.nn.models.contrast import contrast_planes, page_level  # noqa: E402
from docbin.nn.models.wavelet_unet import WaveletUnetConfig, build  # noqa: E402


@pytest.mark.parametrize(("height", "width"), [(1, 1), (2, 9), (17, 23)])
@pytest.mark.parametrize("windows", [(3,), (5, 31), (511, 7, 3)])
def test_planes_are_those_of_the_format(height, width, windows):
    page = np.random.default_rng(height).integers(0, 256, (height, width, 3), np.uint8)
    image, gray = torch.from_numpy(page).permute(2, 0, 1)[None], rgb_to_gray(page)
    assert page_level(image).item() == level_by_the_formula(gray)
    for share in (0, 1, 3):
        planes = contrast_planes(image, windows, share)[0].numpy()
        np.testing.assert_array_equal(planes[0], gray)
        for plane, window in zip(planes[1:], windows, strict=True):
            np.testing.assert_array_equal(plane, by_the_formula(gray, window, share))


def test_crops_take_the_level_of_their_page():
    page = torch.randint(90, 110, (2, 3, 40, 40), generator=torch.Generator().manual_seed(0))
    own = page_level(page)
    assert (own > 0).all()
    planes = contrast_planes(page, (9,), 1)
    found = contrast_planes(page, (9,), 1, torch.stack([own[0], torch.tensor(900.0)]))
    assert torch.equal(found[0], planes[0])
    same = contrast_planes(page[1:], (9,), 4, torch.tensor([3600.0]))
    assert torch.equal(found[1:], same)
    assert found[1, 1].std() < 0.5 * planes[1, 1].std()


def test_contrast_does_not_depend_on_light_where_there_is_much_of_it():
    """What is left of the light is what the floor of the deviation leaves."""
    page = torch.randint(0, 2, (1, 3, 40, 40), generator=torch.Generator().manual_seed(0))
    page = page[:, :1].expand(-1, 3, -1, -1)
    bright, dim = (contrast_planes(page * high + 10, (15,))[:, 1] for high in (240, 120))
    assert (bright - dim).abs().max() <= 1


def test_a_network_with_contrast_sees_as_many_planes_and_gets_gradients():
    config = WaveletUnetConfig(widths=(8, 8), blocks=(1, 1), bases=(1, 1), contrast=(7, 31))
    net = build(config)
    image = torch.rand(2, 3, 16, 32)
    assert net.planes(image).shape == (2, 3, 16, 32)
    net(image).square().mean().backward()
    assert net.stem.conv.weights.weight.grad.abs().sum() > 0
