"""Two Gaussians in the gray values of many small windows at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

# A deviation of less than half a gray value is rounding, not noise.
_LEAST_VARIANCE = np.float32(0.25)


def ink_shares(values: Floats, weights: Floats, rounds: int) -> Floats:
    """Return each value's probability of belonging to the darker of two Gaussians.

    Expectation and maximisation on every row by itself, started from the values above and below
    the row's mean. Rows that hold one value only have no ink.

    Parameters
    ----------
    values
        float32 (N, P).
    weights
        float32 (N, P): 0 leaves a value out.
    rounds
        How often both steps are done.

    Returns
    -------
    float32 (N, P), 0 to 1.

    References
    ----------
    Dempster, Laird and Rubin 1977, doi:10.1111/j.2517-6161.1977.tb01600.x

    Examples
    --------
    >>> row = np.array([[10, 12, 11, 90, 92, 91, 93]], np.float32)
    >>> ink_shares(row, np.ones_like(row), 5).round().tolist()
    [[1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]]
    """
    total = np.maximum(weights.sum(1, keepdims=True), 1)
    mean = (weights * values).sum(1, keepdims=True) / total
    shares = (values < mean).astype(np.float32)
    for _ in range(rounds):
        dark = _fitted(values, weights * shares, total)
        light = _fitted(values, weights * (1 - shares), total)
        # The difference of the logarithms: no density underflows.
        lead = np.clip(light - dark, -80, 80)
        shares = (1 / (1 + np.exp(lead))).astype(np.float32)
    some = (weights * (values < mean)).sum(1, keepdims=True) > 0
    return np.asarray(shares * some, np.float32)


def _fitted(values: Floats, weights: Floats, total: Floats) -> Floats:
    """Return the logarithm of a weighted Gaussian, fitted to weighted values."""
    mass = np.maximum(weights.sum(1, keepdims=True), np.float32(1e-6))
    mean = (weights * values).sum(1, keepdims=True) / mass
    squares = (values - mean) ** 2
    variance = np.maximum((weights * squares).sum(1, keepdims=True) / mass, _LEAST_VARIANCE)
    level = np.log(mass / total) - np.log(variance) / 2
    return np.asarray(level - squares / (2 * variance), np.float32)
