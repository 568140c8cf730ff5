"""What every generator sees and is to find: shapes, ranges, and the same as in inference."""

import numpy as np
import pytest

from docbin.errors import InputError, UsageError

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from docbin.nn.data.draws import Draws  # noqa: E402
from docbin.nn.gan.config import configured  # noqa: E402
from docbin.nn.gan.examples import as_bytes, example, maps_of  # noqa: E402
from docbin.nn.gan.sources import (  # noqa: E402
    Sources,
    batches_of,
    placed,
    published_steps,
    write_whole_pages,
)
from docbin.nn.gan.terms import taught  # noqa: E402
from docbin.ops.channels import channel, joined  # noqa: E402
from docbin.ops.subband import channel_target, seen  # noqa: E402
from docbin.runtime.staged.table import DESCRIPTIONS, description  # noqa: E402
from docbin.runtime.staged.training import Schedule, Term  # noqa: E402

CPU = torch.device("cpu")


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_shapes_and_ranges_of_every_stage(name, tiles, whole):
    config = configured("tiny", name, "packed", [])
    for stage in config.described().stages:
        stores = Sources([tiles], [whole]).of(stage)
        batch = batches_of(stage, config, stores, CPU, 1).batch(2)
        pixels, truth = as_bytes(batch.image, batch.truth)
        assert pixels.shape == (2, stage.side, stage.side, 3)
        for one in stage.generators:
            found = example(one, pixels, truth, share=0.3, maps=lambda each: each)
            planes = 3 if one.sees in ("color", "maps") else 1
            side = stage.side // (2 if one.subband == "half" else 1)
            assert found.picture.shape == (2, planes, side, side)
            assert found.target.shape == (2, 1, side, side)
            assert found.picture.min() >= 0
            assert found.picture.max() <= 1
            assert set(found.target.unique().tolist()) <= {0.0, 1.0}
            assert 0 < found.target.mean() < 1


def test_a_generator_sees_in_training_what_it_sees_in_use(pages):
    image, truth = pages[0].image[:64, :64], pages[0].truth[:64, :64]
    red = next(one for one in description("three-stage").generators() if one.sees == "red")
    found = example(red, image[None], truth[None], share=0.3)
    view = seen(channel(image, "red"), "full")
    assert np.array_equal((found.picture[0, 0] * 255).round().numpy(), view)
    assert np.array_equal(found.target[0, 0].bool().numpy(), channel_target(view, truth, 0.3))


def test_pictures_of_maps():
    channels = description("mfe").stage("channels").generators
    sure = {"red": 1.0, "green": 0.0, "blue": 0.5, "gray": 0.0}
    found = maps_of(
        {one: lambda x, p=sure[one.sees]: torch.full_like(x, p) for one in channels}, CPU
    )(np.zeros((2, 64, 64, 3), np.uint8))
    flat = {name: np.full((64, 64), p, np.float32) for name, p in sure.items()}
    assert np.array_equal(found, np.stack([joined(flat)] * 2))


def test_placements_are_at_the_scales_and_turns_of_a_schedule():
    schedule = Schedule(scales=(0.5, 2.0), turns=(0, 270))
    text = torch.ones(200, 4, 4, dtype=torch.bool)
    spots = placed(text, 32, 128, Draws(1), schedule=schedule)
    sizes = spots.matrix.square().sum(1).sqrt()
    assert set(sizes.round(decimals=4).flatten().tolist()) == {0.5, 2.0}
    unit = (spots.matrix / sizes[:, :1, None]).round(decimals=4)
    # Columns of the crop go right, or up: no crop is mirrored.
    kinds = {tuple(each.flatten().tolist()) for each in unit}
    assert {tuple(0.0 if v == 0 else v for v in kind) for kind in kinds} == {
        (1.0, 0.0, 0.0, 1.0),
        (0.0, 1.0, -1.0, 0.0),
    }


def test_epochs_in_steps(tiles):
    stage = description("suh").stage("local")
    # Pages of 128 × 576 are smaller than 256 in height; crops of 192 … 384 begin every 30 %.
    steps = published_steps(stage, [tiles])
    crops = sum(
        len(range(0, 576 - side + int(0.3 * side), int(0.3 * side + 1e-9)))
        for side in (192, 256, 320, 384)
    )
    assert steps == 10 * 4 * crops * 2 // (16 * 5)


def test_whole_pages(pages, whole, tmp_path):
    assert len(whole) == 4
    assert whole.side == 64
    # 5 × 5 thicker: more ink than on the page.
    assert whole.truth(0).mean() > pages[0].truth.mean()
    small = [page._replace(image=page.image[:, :96], truth=page.truth[:, :96]) for page in pages]
    wanted = configured("tiny", "suh", "packed", []).described()
    with pytest.raises(InputError, match="512 pixels on the longer side"):
        write_whole_pages(small, tmp_path / "x.tiles", wanted)
    with pytest.raises(UsageError, match="give the folder"):
        Sources([whole]).of(wanted.stage("global"))


def test_terms_by_hand():
    logit, target = torch.zeros(1, 1, 1, 2), torch.tensor([[[[1.0, 0.0]]]])
    # ln 2; 1 − (2 · .5 + 1) / (1 + 1 + 1); |.5 − y|
    assert taught(logit, target, [Term("bce", 50.0)]).item() == pytest.approx(34.657359)
    assert taught(logit, target, [Term("dice", 3.0), Term("l1", 2.0)]).item() == pytest.approx(2)
