"""Level 2: loss and error on rows left out, estimated without fitting again."""

from __future__ import annotations

import dataclasses
from ctypes import byref, c_size_t, c_void_p, sizeof
from typing import Any

import numpy as np

from linclass._capi import abi
from linclass._capi.arrays import FLOAT64, Array, address, as_array, labels, vector
from linclass._capi.contexts import call
from linclass._capi.library import lib
from linclass._capi.names import public


@public
@dataclasses.dataclass(frozen=True)
class LeaveOneOut:
    """Figures on rows, each by the model that would have been fitted without it.

    Attributes
    ----------
    loss, loss_standard_error : float
        Weighted mean over the rows, and its standard error.
    error, error_standard_error : float
        Share of rows that the model without them classifies wrongly, and its standard error.
    scores : ndarray, (m, k)
        Of each row, by the model without it.
    """

    loss: float
    loss_standard_error: float
    error: float
    error_standard_error: float
    scores: Array


def leave_one_out(
    model: c_void_p, classes: int, view: abi.Matrix, y: Any, sample_weight: Any, threads: int
) -> LeaveOneOut:
    """Of a model of so many classes, over the rows it was fitted to."""
    y = labels(y, view.rows)
    struct = abi.LeaveOneOut()
    lib.linclass_leave_one_out_init(byref(struct), c_size_t(sizeof(struct)))
    scores = np.empty((view.rows, classes), FLOAT64)
    struct.scores = address(scores)
    if sample_weight is not None:
        weights = vector(as_array(sample_weight, "sample_weight"), FLOAT64, view.rows, "sample_weight")
        struct.sample_weight = address(weights)
    call(lib.linclass_model_leave_one_out, threads, model, byref(view), address(y), byref(struct))
    return LeaveOneOut(
        struct.loss, struct.loss_standard_error, struct.error, struct.error_standard_error, scores
    )
