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


#: How an array may lie in memory.
ARRANGEMENTS = ["contiguous", "strided", "fortran", "reversed", "read-only"]


def arranged(array, arrangement):
    """The same vector or matrix, lying in memory in that way."""
    if arrangement == "strided":
        wide = np.zeros((len(array), 3, *array.shape[1:]), array.dtype)
        wide[:, 1] = array
        return wide[:, 1]
    if arrangement == "fortran":
        return np.asfortranarray(array)
    if arrangement == "reversed":
        return array[::-1].copy()[::-1]
    if arrangement == "read-only":
        array = array.copy()
        array.flags.writeable = False
    return array
