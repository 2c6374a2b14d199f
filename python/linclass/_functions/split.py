"""Splits of samples at random: parts for training and validation, folds for cross-validation.

They depend on the arguments alone: the same on every machine and in every release.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from linclass._capi.arrays import FLOAT64, INT64, Array, address, as_array, labels, vector
from linclass._capi.contexts import call
from linclass._capi.library import lib
from linclass._capi.options import integer
from linclass._capi.types import ArrayLike


def _classes(y: Any, m: int) -> Array | None:
    return None if y is None else labels(y, m)


def split(m: int, fractions: ArrayLike, *, y: ArrayLike | None = None, seed: int = 0) -> Array:
    """Split m rows at random into parts of the given fractions.

    Parameters
    ----------
    m : int
        Number of rows.
    fractions : array_like, (parts,)
        Of the rows, such as ``[0.8, 0.1, 0.1]``: each 0..1, their sum 1.
    y : array_like of integers, (m,), optional
        Labels: then every part has its share of each class.
    seed : int
        0..2**64-1.

    Returns
    -------
    ndarray, (m,), int64
        The part of each row, in 0..parts-1.

    Raises
    ------
    ValueError
        A negative m, fractions that do not make 1, another number of labels than m.
    TypeError
        Labels that are no integers.

    Examples
    --------
    >>> part = linclass.split(10, [0.8, 0.2])
    >>> numpy.bincount(part)
    array([8, 2])
    >>> X = numpy.arange(20).reshape(10, 2)
    >>> X[part == 0].shape
    (8, 2)
    """
    m = integer(m, "m")
    shares = as_array(fractions, "fractions")
    shares = vector(shares, FLOAT64, shares.size, "fractions")
    classes = _classes(y, m)
    part = np.empty(m, INT64)
    call(
        lib.linclass_split,
        0,
        *(m, None if classes is None else address(classes), shares.size, address(shares)),
        *(integer(seed, "seed", 0, 2**64 - 1), address(part)),
    )
    return part


def folds(m: int, count: int, *, y: ArrayLike | None = None, seed: int = 0) -> Array:
    """Split m rows at random into folds of equal size, for cross-validation.

    Parameters
    ----------
    m : int
        Number of rows.
    count : int
        Folds, in 2..m; m leaves one row out at a time.
    y : array_like of integers, (m,), optional
        Labels: then every fold has its share of each class.
    seed : int
        0..2**64-1.

    Returns
    -------
    ndarray, (m,), int64
        The fold of each row, in 0..count-1.

    Raises
    ------
    ValueError
        A negative m, a count outside 2..m, another number of labels than m.
    TypeError
        Labels that are no integers.

    Examples
    --------
    >>> numpy.bincount(linclass.folds(10, 3)).tolist()
    [4, 3, 3]
    """
    m = integer(m, "m")
    classes = _classes(y, m)
    fold = np.empty(m, INT64)
    call(
        lib.linclass_folds,
        0,
        *(m, None if classes is None else address(classes), integer(count, "count")),
        *(integer(seed, "seed", 0, 2**64 - 1), address(fold)),
    )
    return fold
