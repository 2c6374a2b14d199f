"""Samples for the tests."""

import numpy as np


def blobs(m=120, n=5, k=3, seed=0, dtype=np.float64, spread=2.0):
    """m samples around k centres: X (m, n), y (m,) in 0..k-1, every class there."""
    rng = np.random.default_rng(seed)
    y = np.arange(m) % k
    centres = rng.normal(scale=spread, size=(k, n))
    return (centres[y] + rng.normal(size=(m, n))).astype(dtype), y


def single(estimators):
    """The names of estimators that make one fit: without the searches over penalties."""
    return sorted(name for name in estimators if not name.endswith("CV"))
