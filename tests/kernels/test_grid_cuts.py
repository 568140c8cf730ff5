"""Minimum cuts on grids: against the twin, scipy's maximum flow, and cuts by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_flow

from docbin import kernels
from docbin.kernels import reference


def random_grid(height, width, seed, largest, sparsity):
    """Return terminal, right, down and potential with many ties, empty edges and free pixels."""
    random = np.random.default_rng(seed)
    planes = [random.integers(-largest, largest + 1, (height, width))]
    planes += [random.integers(0, largest + 1, (height, width)) for _ in range(2)]
    planes = [np.where(random.random((height, width)) < sparsity, 0, plane) for plane in planes]
    planes.append(random.integers(-largest, largest + 1, (height, width)))
    return [np.ascontiguousarray(plane, np.int32) for plane in planes]


def capacity(terminal, right, down, level, side):
    """Return the capacity of a cut, straight from the definition."""
    cut = terminal[~side & (terminal > 0)].sum() - terminal[side & (terminal < 0)].sum()
    cut += level * right[:, :-1][side[:, 1:] != side[:, :-1]].sum(dtype=np.int64)
    return cut + level * down[:-1][side[1:] != side[:-1]].sum(dtype=np.int64)


grids = st.builds(
    random_grid,
    st.integers(1, 9),
    st.integers(1, 20),
    st.integers(0, 2**32 - 1),
    st.sampled_from([1, 3, 50, 100_000]),
    st.floats(0, 0.95),
)
rising = st.lists(st.integers(1, 200), min_size=1, max_size=4, unique=True).map(sorted)


@settings(max_examples=120)
@given(grid=grids, levels=rising)
def test_kernel_equals_twin_and_cut_equals_flow(grid, levels):
    levels = np.array(levels, np.int32)
    before = [plane.copy() for plane in grid]
    cuts, flows = kernels.grid_cuts(*grid, levels)
    twin_cuts, twin_flows = reference.grid_cuts(*grid, levels)
    np.testing.assert_array_equal(cuts, twin_cuts)
    np.testing.assert_array_equal(flows, twin_flows)
    terminal, right, down, _ = grid
    for level, bits, flow in zip(levels, cuts, flows, strict=True):
        side = np.unpackbits(bits, axis=1, count=terminal.shape[1]).astype(bool)
        assert capacity(terminal, right, down, int(level), side) == flow
    for plane, old in zip(grid, before, strict=True):
        np.testing.assert_array_equal(plane, old)


def scipy_flow(terminal, right, down, level):
    height, width = terminal.shape
    number = np.arange(height * width).reshape(height, width)
    source, sink = height * width, height * width + 1
    edges = [(np.full(number.size, source), number.ravel(), np.maximum(terminal, 0).ravel())]
    edges += [(number.ravel(), np.full(number.size, sink), np.maximum(-terminal, 0).ravel())]
    for first, second, weight in (
        (number[:, :-1], number[:, 1:], right[:, :-1]),
        (number[:-1], number[1:], down[:-1]),
    ):
        edges += [(first.ravel(), second.ravel(), weight.ravel() * level)]
        edges += [(second.ravel(), first.ravel(), weight.ravel() * level)]
    rows, columns, values = (np.concatenate(part) for part in zip(*edges, strict=True))
    graph = coo_array((values.astype(np.int32), (rows, columns)), shape=(sink + 1, sink + 1))
    return maximum_flow(graph.tocsr(), source, sink).flow_value


@pytest.mark.parametrize("seed", range(60))
def test_flow_is_scipys(seed):
    random = np.random.default_rng(seed)
    height, width = random.integers(1, 30, 2)
    grid = random_grid(height, width, seed, int(random.choice([2, 9, 1000])), random.random() * 0.8)
    levels = np.array([1, 4, 29], np.int32)
    _, flows = kernels.grid_cuts(*grid, levels)
    expected = [scipy_flow(*grid[:3], int(level)) for level in levels]
    assert flows.tolist() == expected


@settings(max_examples=60)
@given(grid=grids, levels=rising, seed=st.integers(0, 1000))
def test_potential_and_earlier_levels_change_nothing(grid, levels, seed):
    terminal, right, down, _ = grid
    levels = np.array(levels, np.int32)
    cuts, flows = kernels.grid_cuts(*grid, levels)
    other = np.random.default_rng(seed).integers(-9999, 9999, terminal.shape).astype(np.int32)
    alone, flow = kernels.grid_cuts(terminal, right, down, other, levels[-1:])
    np.testing.assert_array_equal(alone[0], cuts[-1])
    assert flow[0] == flows[-1]


@pytest.mark.parametrize("seed", range(6))
def test_largest_capacities(seed):
    """Terminals, weights and potentials at their bounds: no sum runs over."""
    random = np.random.default_rng(seed)
    bound, shape = 1 << 27, (4, 6)
    signs = [random.choice([-1, 1], shape) for _ in range(2)]
    terminal, potential = (np.int32(bound) * sign.astype(np.int32) for sign in signs)
    right, down = (random.choice([0, bound // 8, bound], shape).astype(np.int32) for _ in range(2))
    level = np.array([1], np.int32)
    cuts, flows = kernels.grid_cuts(terminal, right, down, potential, level)
    twin_cuts, twin_flows = reference.grid_cuts(terminal, right, down, potential, level)
    np.testing.assert_array_equal(cuts, twin_cuts)
    np.testing.assert_array_equal(flows, twin_flows)


def test_row_by_hand():
    """Source 5 at the left, sink 9 at the right, the middle edge is the narrowest."""
    terminal = np.array([[5, 0, 0, -9]], np.int32)
    right = np.array([[4, 2, 3, 7]], np.int32)
    nothing = np.zeros_like(terminal)
    cuts, flows = kernels.grid_cuts(terminal, right, nothing, nothing, np.array([1, 2], np.int32))
    assert flows.tolist() == [2, 4]
    assert cuts.tolist() == [[[0b11000000]], [[0b11000000]]]
    # At level 3 the source is the narrowest: nothing is left on its side.
    cuts, flows = kernels.grid_cuts(terminal, right, nothing, nothing, np.array([3], np.int32))
    assert flows.tolist() == [5]
    assert cuts.tolist() == [[[0]]]


def test_smallest_source_side_of_equal_cuts():
    """Both edges are full: the pixel between them could be on either side."""
    terminal = np.array([[9, 0, -9]], np.int32)
    right = np.array([[2, 2, 0]], np.int32)
    nothing = np.zeros_like(terminal)
    cuts, _ = kernels.grid_cuts(terminal, right, nothing, nothing, np.array([1], np.int32))
    assert cuts.tolist() == [[[0b10000000]]]


@pytest.mark.parametrize("shape", [(0, 5), (5, 0)])
def test_no_pixels(shape):
    nothing = np.zeros(shape, np.int32)
    cuts, flows = kernels.grid_cuts(*[nothing] * 4, np.array([1], np.int32))
    assert cuts.shape == (1, shape[0], (shape[1] + 7) // 8)
    assert flows.tolist() == [0]


@pytest.mark.parametrize("module", [kernels, reference])
def test_wrong_arguments_are_refused(module):
    page = np.ones((3, 4), np.int32)
    levels = np.array([1, 2], np.int32)
    with pytest.raises(ValueError, match="one shape"):
        module.grid_cuts(page, page[:2], page, page, levels)
    with pytest.raises(ValueError, match="rise"):
        module.grid_cuts(page, page, page, page, levels[::-1].copy())
    with pytest.raises(ValueError, match="rise"):
        module.grid_cuts(page, page, page, page, np.array([0], np.int32))
    with pytest.raises(ValueError, match="weight"):
        module.grid_cuts(page, -page, page, page, levels)
    with pytest.raises(ValueError, match="weight"):
        module.grid_cuts(page, page, page * (1 << 27), page, levels)
    with pytest.raises(ValueError, match="terminal"):
        module.grid_cuts(page * (1 << 28), page, page, page, levels)
