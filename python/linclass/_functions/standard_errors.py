"""Level 2: standard errors of the coefficients of unpenalised logistic and softmax fits."""

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
class StandardErrors:
    """Coefficients as differences to the first class, and their standard errors.

    For two classes column 1 is the weight vector of logistic regression.

    Attributes
    ----------
    theta, theta_error : ndarray, (n, k)
        The differences of the columns of the model's theta to its first, and their standard errors; column
        0 is 0.
    bias, bias_error : ndarray, (k,)
        Likewise.
    covariance : ndarray, (P, P)
        Of the differences of feature j and class c >= 1 at j (k - 1) + c - 1, then of the intercepts.
    newton_step : float
        How far the model is from the minimum, in standard errors.
    score_step : float
        How much a score would change on the way.
    """

    theta: Array
    theta_error: Array
    bias: Array
    bias_error: Array
    covariance: Array
    newton_step: float
    score_step: float


def wanted_errors(n: int, k: int, with_bias: bool) -> tuple[abi.StandardErrors, dict[str, Array]]:
    """The struct that asks for all arrays, and the arrays, of a model of that shape."""
    struct = abi.StandardErrors()
    lib.linclass_standard_errors_init(byref(struct), c_size_t(sizeof(struct)))
    parameters = (k - 1) * (n + with_bias)
    found: dict[str, Array] = {
        "theta": np.empty((n, k), FLOAT64),
        "theta_error": np.empty((n, k), FLOAT64),
        "bias": np.empty(k, FLOAT64),
        "bias_error": np.empty(k, FLOAT64),
        "covariance": np.empty((parameters, parameters), FLOAT64),
    }
    for name, array in found.items():
        setattr(struct, name, address(array))
    return struct, found


def standard_errors(
    model: c_void_p,
    shape: tuple[int, int, bool],
    view: abi.Matrix,
    y: Any,
    sample_weight: Any,
    threads: int,
) -> StandardErrors:
    """Of a model of shape n, k and whether it has intercepts, over the rows it was fitted to."""
    y = labels(y, view.rows)
    struct, found = wanted_errors(*shape)
    if sample_weight is not None:
        weights = vector(as_array(sample_weight, "sample_weight"), FLOAT64, view.rows, "sample_weight")
        struct.sample_weight = address(weights)
    call(lib.linclass_model_standard_errors, threads, model, byref(view), address(y), byref(struct))
    return StandardErrors(**found, newton_step=struct.newton_step, score_step=struct.score_step)
