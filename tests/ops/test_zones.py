"""Influence zones."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from docbin.ops.zones import influence_zones


def chamfer(dy, dx):
    near, far = sorted((abs(dy), abs(dx)))
    return 7 * near + 5 * (far - near)


@settings(max_examples=60)
@given(
    height=st.integers(1, 12),
    width=st.integers(1, 12),
    share=st.floats(0, 0.5),
    seed=st.integers(0, 2**32 - 1),
)
def test_nearest_by_definition(height, width, share, seed):
    random = np.random.default_rng(seed)
    some = random.random((height, width)) < share
    kinds = np.where(some, random.integers(0, 8, some.shape), 255).astype(np.uint8)
    zones = influence_zones(kinds)
    seeds = [(y, x, int(kinds[y, x])) for y, x in zip(*np.nonzero(kinds < 8), strict=True)]
    for y in range(height):
        for x in range(width):
            expected = min(((chamfer(y - v, x - u), kind) for v, u, kind in seeds), default=(0, 0))
            assert zones[y, x] == expected[1]


def test_a_long_way():
    kinds = np.full((3, 5000), 9, np.uint8)
    kinds[2, 4999] = 5
    assert (influence_zones(kinds) == 5).all()
