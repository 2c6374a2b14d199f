"""Level 1 of any loss: arrays checked and handed to the four functions of the library that take its number.

The losses of two classes with one score a row have vectors where the others have matrices: the scores h,
theta and its gradient, which C takes as columns that may have any positive stride.
"""

from __future__ import annotations

from ctypes import byref, c_double, c_float
from typing import Any, NamedTuple

import numpy as np

from linclass._capi.arrays import (
    FLOAT32,
    Array,
    address,
    as_array,
    labels,
    output,
    real_dtype,
    row_major,
    two_dimensional,
)
from linclass._capi.contexts import call
from linclass._capi.library import lib
from linclass._capi.names import LOSSES, LossName, public
from linclass._capi.options import integer, real
from linclass._functions.linear import Samples, check_same, dtype_of, function_of, optional_vector


@public
class Residual(NamedTuple):
    """Mean loss, and the gradient of each row's loss in its scores.

    Attributes
    ----------
    loss : float
    residual : ndarray, (m, k) or (m,)
        Not divided by m.
    """

    loss: float
    residual: Array


@public
class LossGradient(NamedTuple):
    """Mean loss and its gradient.

    Attributes
    ----------
    loss : float
    theta : ndarray, (n, k)
    bias : ndarray, (k,)
    """

    loss: float
    theta: Array
    bias: Array


@public
class BinaryLossGradient(NamedTuple):
    """Mean loss and its gradient, for a loss of one score.

    Attributes
    ----------
    loss : float
    theta : ndarray, (n,)
    bias : float
    """

    loss: float
    theta: Array
    bias: float


def column(array: Array, name: str) -> Array:
    """A vector seen as a matrix of one column."""
    if array.ndim != 1:
        raise ValueError(f"{name} has {array.ndim} dimensions, not 1")
    return array[:, np.newaxis]


def column_output(out: Any, length: int, dtype: np.dtype[Any], name: str = "out") -> Array:
    """A new vector, or the caller's, which may be a column of a matrix."""
    if out is None:
        return np.empty(length, dtype)
    array = as_array(out, name)
    if array.shape != (length,):
        raise ValueError(f"{name} has the shape {array.shape}, not {(length,)}")
    output(array[:, np.newaxis], (length, 1), dtype, name)
    return array


class Loss:
    """A loss by its name. several: it is of several classes, not of two with one score."""

    def __init__(self, name: LossName) -> None:
        self._number = LOSSES[name]
        self.several = lib.linclass_loss_columns(self._number, 3) == 3

    def _matrix(self, array: Array, name: str) -> Array:
        return two_dimensional(array, name) if self.several else column(array, name)

    def _output(self, out: Any, rows: int, k: int, dtype: np.dtype[Any], name: str = "out") -> Array:
        if self.several:
            return output(out, (rows, k), dtype, name)
        return column_output(out, rows, dtype, name)

    def _scores(self, H: Any) -> Array:
        name = "H" if self.several else "h"
        return self._matrix(as_array(H, name), name)

    def mean(self, H: Any, y: Any, threads: int) -> float:
        """Mean loss of scores."""
        H = self._scores(H)
        m, k = H.shape
        dtype = real_dtype(H)
        H, ldh = row_major(H, dtype, "H")
        y = labels(y, m)
        loss = c_double()
        call(
            function_of("loss_mean", dtype),
            threads,
            *(self._number, m, k, address(H), ldh, address(y), byref(loss)),
        )
        return loss.value

    def residual(self, H: Any, y: Any, out: Any, threads: int) -> Residual:
        """Mean loss of scores and their residual, in out."""
        H = self._scores(H)
        m, k = H.shape
        dtype = real_dtype(H)
        y = labels(y, m)
        R = self._output(out, m, k, dtype)
        target, ldr = row_major(self._matrix(R, "out"), dtype, "out")
        if target is not H:
            np.copyto(target, H)
        loss = c_double()
        call(
            function_of("loss_residual", dtype),
            threads,
            *(self._number, m, k, address(target), ldr, address(y), byref(loss)),
        )
        return Residual(loss.value, R)

    def _samples(self, X: Any, theta: Any) -> tuple[Samples, Array]:
        X = Samples(X)
        theta = self._matrix(as_array(theta, "theta"), "theta")
        check_same(theta.shape[0], X.shape[1], "the number of rows of theta", "the number of columns of X")
        return X, theta

    def loss_gradient(
        self, X: Any, y: Any, theta: Any, bias: Any, out: Any, out_bias: Any, threads: int
    ) -> LossGradient:
        """Mean loss and gradient of a loss of several classes."""
        X, theta = self._samples(X, theta)
        k = theta.shape[1]
        dtype = dtype_of(X, theta, bias)
        bias, bias_address = optional_vector(bias, dtype, k)
        g_bias = output(out_bias, (k,), dtype, "out_bias")
        loss, G = self._sweep(X, y, theta, bias_address, out, address(g_bias), dtype, threads)
        return LossGradient(loss, G, g_bias)

    def binary_loss_gradient(
        self, X: Any, y: Any, theta: Any, bias: Any, out: Any, threads: int
    ) -> BinaryLossGradient:
        """Mean loss and gradient of a loss of one score."""
        X, theta = self._samples(X, theta)
        dtype = real_dtype(X.values, theta)
        number = c_float if dtype == FLOAT32 else c_double
        bias = bias[0] if getattr(bias, "shape", None) == (1,) else bias  # as sgd_epoch changes it
        given = None if bias is None else byref(number(real(bias, "bias")))
        g_bias = number()
        loss, G = self._sweep(X, y, theta, given, out, byref(g_bias), dtype, threads)
        return BinaryLossGradient(loss, G, g_bias.value)

    def _sweep(
        self,
        X: Samples,
        y: Any,
        theta: Array,
        bias: Any,
        out: Any,
        g_bias: Any,
        dtype: np.dtype[Any],
        threads: int,
    ) -> tuple[float, Array]:
        (m, n), k = X.shape, theta.shape[1]
        y = labels(y, m)
        theta, ldtheta = row_major(theta, dtype, "theta")
        G = self._output(out, n, k, dtype)
        target, ldg = row_major(self._matrix(G, "out"), dtype, "out")
        loss = c_double()
        X.call(
            "loss_gradient",
            dtype,
            threads,
            *(k, address(y), address(theta), ldtheta, bias, byref(loss), address(target), ldg, g_bias),
            loss=(self._number,),
        )
        return loss.value, G

    def sgd_epoch(
        self, X: Any, y: Any, theta: Array, bias: Array | None, batch: int, learning_rate: float, threads: int
    ) -> None:
        """One epoch of steps; theta and bias in place."""
        given, matrix = self._samples(as_array(X, "X"), theta)
        (m, n), k = given.shape, matrix.shape[1]
        dtype = matrix.dtype
        if dtype not in (np.float32, np.float64):
            raise TypeError(f"theta is of {dtype}, not float32 or float64")
        real_dtype(given.values)
        y = labels(y, m)
        matrix, ldtheta = row_major(output(matrix, (n, k), dtype, "theta"), dtype, "theta")
        bias_address = None if bias is None else address(output(bias, (k,), dtype, "bias"))
        given.call(
            "sgd_epoch",
            dtype,
            threads,
            *(k, address(y), integer(batch, "batch", 1), real(learning_rate, "learning_rate")),
            *(address(matrix), ldtheta, bias_address),
            loss=(self._number,),
        )
