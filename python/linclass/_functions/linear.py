"""Level 1: functions over arrays of the caller's, each one call of the library. Here, the linear maps.

X: samples, (m, n), dense or sparse. theta: weights, (n, k). bias: (k,). H: scores, (m, k). y: labels
0..k-1, (m,).

They compute in float32 when all the arrays given are float32 (or narrower), otherwise in float64.
Row-major arrays of that type are read where they lie, whatever the distance between their rows; others
are copied. Sparse matrices in CSR form are read where they lie, whatever the type of their values. ``out``
arrays are written in place: exactly of the shape and type of the result, row-major. ``threads``: 0 for as
many as the process may run on; the results do not depend on it.

All raise ValueError (sizes, labels out of range, NaN or infinity, overlapping output: the message
names the index and the value), TypeError (no real numbers, sparse where dense is needed),
FloatingPointError (finite numbers whose result overflows), MemoryError.
"""

from __future__ import annotations

from ctypes import byref
from typing import Any, NamedTuple

import numpy as np

from linclass._capi.arrays import (
    FLOAT32,
    Array,
    address,
    as_array,
    is_sparse,
    output,
    real_dtype,
    row_major,
    two_dimensional,
    vector,
)
from linclass._capi.contexts import call
from linclass._capi.library import lib
from linclass._capi.names import public
from linclass._capi.options import real
from linclass._capi.types import ArrayLike, MatrixLike, WritableArray
from linclass._capi.views import sparse_matrix


def function_of(name: str, dtype: np.dtype[Any]) -> Any:
    """The library's function of that name and precision."""
    return getattr(lib, f"linclass_{name}_{'f32' if dtype == FLOAT32 else 'f64'}")


def check_same(found: int, wanted: int, what: str, other: str) -> None:
    """ValueError when two sizes that must agree do not."""
    if found != wanted:
        raise ValueError(f"{what} is {found}, {other} is {wanted}")


def optional_vector(bias: ArrayLike | None, dtype: np.dtype[Any], k: int) -> tuple[Array | None, int | None]:
    """The bias and its address; None for none."""
    if bias is None:
        return None, None
    array = vector(as_array(bias, "bias"), dtype, k, "bias")
    return array, address(array)


class Samples:
    """X of a function of level 1, dense or sparse: its shape, and how the library is given it."""

    __slots__ = ("_kept", "_view", "shape", "values")

    def __init__(self, X: Any) -> None:
        self._view: Any = None
        if is_sparse(X):
            self._view, self._kept = sparse_matrix(X)
            self.values = self._kept.values
            self.shape: tuple[int, ...] = (self._view.rows, self._view.cols)
        else:
            self.values = two_dimensional(as_array(X, "X"), "X")
            self.shape = self.values.shape

    def call(
        self, name: str, dtype: np.dtype[Any], threads: int, k: int, *rest: Any, loss: tuple[int, ...] = ()
    ) -> None:
        """Call the function of that name for dense or sparse rows. ``loss``: its number, if it takes one."""
        if self._view is not None:
            call(function_of(f"{name}_csr", dtype), threads, *loss, byref(self._view), k, *rest)
        else:
            X, ldx = row_major(self.values, dtype, "X")
            call(function_of(name, dtype), threads, *loss, *self.shape, k, address(X), ldx, *rest)


def dtype_of(X: Samples, theta: Array, bias: ArrayLike | None) -> np.dtype[Any]:
    """The precision a function of these computes in."""
    given = (X.values, theta) if bias is None else (X.values, theta, as_array(bias, "bias"))
    return real_dtype(*given)


def logits(
    X: MatrixLike,
    theta: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    out: WritableArray | None = None,
    threads: int = 0,
) -> Array:
    """Scores ``H = X theta + bias``.

    Parameters
    ----------
    X : array_like or sparse matrix, (m, n)
        Samples.
    theta : array_like, (n, k)
        Weights.
    bias : array_like, (k,), optional
        Intercepts. None: 0.
    out : ndarray, (m, k), optional
        Where to write the result. None: a new array.
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Returns
    -------
    ndarray, (m, k)

    Raises
    ------
    ValueError
        Sizes that do not fit, a label out of range, NaN or infinity, an output that is not as the result or
        overlaps an input; the message names argument, index and value.
    TypeError
        An array of no real numbers, labels or threads that are no integers.
    FloatingPointError
        Finite numbers whose result overflows.
    MemoryError
        No memory for a result or a copy.

    Examples
    --------
    >>> theta = [[0.45, -0.7, -0.26], [-0.12, 0.9, 0.05], [0.14, 0.68, 0.12], [1.3, -0.31, 0.51]]
    >>> linclass.logits([[1, 1, 1, 0]], theta).round(2)
    array([[ 0.47,  0.88, -0.09]])
    """
    rows = Samples(X)
    theta = two_dimensional(as_array(theta, "theta"), "theta")
    (m, n), k = rows.shape, theta.shape[1]
    check_same(theta.shape[0], n, "the number of rows of theta", "the number of columns of X")
    dtype = dtype_of(rows, theta, bias)
    theta, ldtheta = row_major(theta, dtype, "theta")
    bias, bias_address = optional_vector(bias, dtype, k)
    H, ldh = row_major(output(out, (m, k), dtype), dtype, "out")
    rows.call("logits", dtype, threads, k, address(theta), ldtheta, bias_address, address(H), ldh)
    return H


@public
class Gradient(NamedTuple):
    """Gradient of a loss.

    Attributes
    ----------
    theta : ndarray, (n, k)
    bias : ndarray, (k,)
    """

    theta: Array
    bias: Array


def gradient(
    X: MatrixLike,
    R: ArrayLike,
    scale: float | None = None,
    *,
    out: WritableArray | None = None,
    out_bias: WritableArray | None = None,
    threads: int = 0,
) -> Gradient:
    """Gradient of a loss from its gradient in the scores: ``G = scale X^T R``.

    Parameters
    ----------
    X : array_like or sparse matrix, (m, n)
        Samples.
    R : array_like, (m, k)
        The gradient of the loss of each row in its scores.
    scale : float, optional
        ``1 / m`` when left out: the gradient of the mean loss.
    out : ndarray, (n, k), optional
        Where to write the result. None: a new array.
    out_bias : ndarray, (k,), optional
        Where to write that of the intercepts. None: a new array.
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Returns
    -------
    Gradient
        ``G`` and ``scale`` times the column sums of R.

    Raises
    ------
    ValueError, TypeError, FloatingPointError, MemoryError
        As :func:`logits` does.

    Examples
    --------
    >>> linclass.gradient([[1.0, 2.0]], [[0.5, -0.5]])
    Gradient(theta=array([[ 0.5, -0.5],
           [ 1. , -1. ]]), bias=array([ 0.5, -0.5]))
    """
    rows = Samples(X)
    R = two_dimensional(as_array(R, "R"), "R")
    (m, n), k = rows.shape, R.shape[1]
    check_same(R.shape[0], m, "the number of rows of R", "the number of rows of X")
    dtype = real_dtype(rows.values, R)
    R, ldr = row_major(R, dtype, "R")
    G, ldg = row_major(output(out, (n, k), dtype), dtype, "out")
    g_bias = output(out_bias, (k,), dtype, "out_bias")
    scale = 1.0 / max(m, 1) if scale is None else real(scale, "scale")
    rows.call("gradient", dtype, threads, k, address(R), ldr, scale, address(G), ldg, address(g_bias))
    return Gradient(G, g_bias)
