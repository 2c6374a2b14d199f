"""Parameters that a user assigns to ``coef_`` and ``intercept_``, as a model has them."""

from __future__ import annotations

from typing import Any

import numpy as np

from linclass._capi.arrays import Array, as_array, real_dtype
from linclass._capi.names import LossName


def finite(values: Any, shape: tuple[int, ...], name: str) -> Array:
    """Parameters that a user assigned, as an array of that shape; ValueError unless they are finite."""
    array = as_array(values, name)
    array = array.astype(real_dtype(array), copy=False)
    if array.shape != shape:
        raise ValueError(f"{name} has the shape {array.shape}, not {shape}")
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        place = tuple(wrong[0].tolist())
        raise ValueError(f"{name}[{', '.join(map(str, place))}] is {array[place]}, not a finite number")
    return array


def columns(of_rows: Array, k: int, loss: LossName) -> Array:
    """The parameters of each class, from those of each row of ``coef_``.

    One row is the second class less the first. Logistic regression leaves the first 0, as a fit does; the
    hinge losses penalise both, and the least norm has half of the difference in each.
    """
    if len(of_rows) == k:
        return of_rows
    if loss == "logistic":
        return np.concatenate([np.zeros_like(of_rows), of_rows])
    return np.concatenate([-0.5 * of_rows, 0.5 * of_rows])
