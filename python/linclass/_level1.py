"""Level 1: functions over arrays of the caller's, each one call of the library.

X: samples, (m, n). theta: weights, (n, k). bias: (k,). H: scores, (m, k). y: labels 0..k-1, (m,).

They compute in float32 when all the arrays given are float32 (or narrower), otherwise in float64.
Row-major arrays of that type are read where they lie, whatever the distance between their rows; others
are copied. ``out`` arrays are written in place: exactly of the shape and type of the result, row-major.
``threads``: 0 for as many as the process may run on; the results do not depend on it.

All raise ValueError (sizes, labels out of range, NaN or infinity, overlapping output: the sentence
names the index and the value), TypeError (no real numbers, sparse), FloatingPointError (finite numbers
whose result overflows), MemoryError.
"""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

import numpy as np

from linclass._arrays import (
    FLOAT32,
    Array,
    address,
    as_array,
    labels,
    output,
    real_dtype,
    row_major,
    two_dimensional,
    vector,
)
from linclass._contexts import call
from linclass._library import lib
from linclass._options import integer, real


def _function(name: str, dtype: np.dtype[Any]) -> Any:
    return getattr(lib, f"linclass_{name}_{'f32' if dtype == FLOAT32 else 'f64'}")


def _same(found: int, wanted: int, what: str, other: str) -> None:
    if found != wanted:
        raise ValueError(f"{what} is {found}, {other} is {wanted}")


def _optional(bias: Any, dtype: np.dtype[Any], k: int) -> tuple[Array | None, int | None]:
    if bias is None:
        return None, None
    array = vector(as_array(bias, "bias"), dtype, k, "bias")
    return array, address(array)


def _dtype_of(X: Array, theta: Array, bias: Any) -> np.dtype[Any]:
    given = (X, theta) if bias is None else (X, theta, as_array(bias, "bias"))
    return real_dtype(*given)


def logits(X: Any, theta: Any, bias: Any = None, *, out: Any = None, threads: int = 0) -> Array:
    """Scores ``H = X theta + bias``.

    Parameters
    ----------
    X : array_like, (m, n)
    theta : array_like, (n, k)
    bias : array_like, (k,), optional
    out : ndarray, (m, k), optional

    Returns
    -------
    ndarray, (m, k)

    Examples
    --------
    >>> theta = [[0.45, -0.7, -0.26], [-0.12, 0.9, 0.05], [0.14, 0.68, 0.12], [1.3, -0.31, 0.51]]
    >>> linclass.logits([[1, 1, 1, 0]], theta).round(2)
    array([[ 0.47,  0.88, -0.09]])
    """
    X = two_dimensional(as_array(X, "X"), "X")
    theta = two_dimensional(as_array(theta, "theta"), "theta")
    (m, n), k = X.shape, theta.shape[1]
    _same(theta.shape[0], n, "the number of rows of theta", "the number of columns of X")
    dtype = _dtype_of(X, theta, bias)
    X, ldx = row_major(X, dtype, "X")
    theta, ldtheta = row_major(theta, dtype, "theta")
    bias, bias_address = _optional(bias, dtype, k)
    H, ldh = row_major(output(out, (m, k), dtype), dtype, "out")
    call(
        _function("logits", dtype),
        threads,
        *(m, n, k, address(X), ldx, address(theta), ldtheta, bias_address, address(H), ldh),
    )
    return H


def softmax(H: Any, *, out: Any = None, threads: int = 0) -> Array:
    """Probabilities ``Z = softmax(H)``, row by row; ``out=H`` works in place.

    Parameters
    ----------
    H : array_like, (m, k)
        Scores. Any finite ones give finite probabilities; -inf gives 0.
    out : ndarray, (m, k), optional

    Returns
    -------
    ndarray, (m, k)

    Examples
    --------
    >>> linclass.softmax([[1, -2, 3]])
    array([[0.11849965, 0.00589975, 0.8756006 ]])
    """
    H = two_dimensional(as_array(H, "H"), "H")
    m, k = H.shape
    dtype = real_dtype(H)
    H, ldh = row_major(H, dtype, "H")
    Z, ldz = row_major(output(out, (m, k), dtype), dtype, "out")
    call(_function("softmax", dtype), threads, m, k, address(H), ldh, address(Z), ldz)
    return Z


def cross_entropy(H: Any, y: Any, *, threads: int = 0) -> float:
    """Mean cross-entropy of scores: the mean of ``log(sum(exp(h))) - h[y]`` over the rows.

    Parameters
    ----------
    H : array_like, (m, k)
    y : array_like of integers, (m,)

    Returns
    -------
    float

    Examples
    --------
    >>> round(linclass.cross_entropy([[1, -2, 3]], [2]), 6)
    0.132845
    """
    H = two_dimensional(as_array(H, "H"), "H")
    m, k = H.shape
    dtype = real_dtype(H)
    H, ldh = row_major(H, dtype, "H")
    y = labels(y, m)
    loss = ctypes.c_double()
    call(
        _function("cross_entropy", dtype),
        threads,
        *(m, k, address(H), ldh, address(y), ctypes.byref(loss)),
    )
    return loss.value


class Residual(NamedTuple):
    """Mean loss and the gradient of each row's loss in its scores."""

    loss: float
    residual: Array


def softmax_residual(H: Any, y: Any, *, out: Any = None, threads: int = 0) -> Residual:
    """Residual ``R = softmax(H) - I_y`` and the mean cross-entropy, in one pass.

    Parameters
    ----------
    H : array_like, (m, k)
    y : array_like of integers, (m,)
    out : ndarray, (m, k), optional
        ``out=H`` works in place.

    Returns
    -------
    Residual
        The loss, and R: (m, k), not divided by m.

    Examples
    --------
    >>> loss, R = linclass.softmax_residual([[1.0, -2.0, 3.0]], [2])
    >>> R.round(4)
    array([[ 0.1185,  0.0059, -0.1244]])
    """
    H = two_dimensional(as_array(H, "H"), "H")
    m, k = H.shape
    dtype = real_dtype(H)
    y = labels(y, m)
    R, ldr = row_major(output(out, (m, k), dtype), dtype, "out")
    if R is not H:
        np.copyto(R, H)
    loss = ctypes.c_double()
    call(
        _function("softmax_residual", dtype),
        threads,
        *(m, k, address(R), ldr, address(y), ctypes.byref(loss)),
    )
    return Residual(loss.value, R)


class Gradient(NamedTuple):
    """Gradient in theta, (n, k), and in the bias, (k,)."""

    theta: Array
    bias: Array


def gradient(
    X: Any,
    R: Any,
    scale: float | None = None,
    *,
    out: Any = None,
    out_bias: Any = None,
    threads: int = 0,
) -> Gradient:
    """Gradient of a loss from its gradient in the scores: ``G = scale X^T R``.

    Parameters
    ----------
    X : array_like, (m, n)
    R : array_like, (m, k)
    scale : float, optional
        ``1 / m`` when left out: the gradient of the mean loss.
    out : ndarray, (n, k), optional
    out_bias : ndarray, (k,), optional

    Returns
    -------
    Gradient
        ``G`` and ``scale`` times the column sums of R.

    Examples
    --------
    >>> linclass.gradient([[1.0, 2.0]], [[0.5, -0.5]])
    Gradient(theta=array([[ 0.5, -0.5],
           [ 1. , -1. ]]), bias=array([ 0.5, -0.5]))
    """
    X = two_dimensional(as_array(X, "X"), "X")
    R = two_dimensional(as_array(R, "R"), "R")
    (m, n), k = X.shape, R.shape[1]
    _same(R.shape[0], m, "the number of rows of R", "the number of rows of X")
    dtype = real_dtype(X, R)
    X, ldx = row_major(X, dtype, "X")
    R, ldr = row_major(R, dtype, "R")
    G, ldg = row_major(output(out, (n, k), dtype), dtype, "out")
    g_bias = output(out_bias, (k,), dtype, "out_bias")
    scale = 1.0 / max(m, 1) if scale is None else real(scale, "scale")
    call(
        _function("gradient", dtype),
        threads,
        *(m, n, k, address(X), ldx, address(R), ldr, scale, address(G), ldg, address(g_bias)),
    )
    return Gradient(G, g_bias)


class LossGradient(NamedTuple):
    """Mean loss, and its gradient in theta, (n, k), and in the bias, (k,)."""

    loss: float
    theta: Array
    bias: Array


def softmax_loss_gradient(
    X: Any,
    y: Any,
    theta: Any,
    bias: Any = None,
    *,
    out: Any = None,
    out_bias: Any = None,
    threads: int = 0,
) -> LossGradient:
    """Mean cross-entropy of softmax regression and its gradient, in one sweep over X.

    Parameters
    ----------
    X : array_like, (m, n)
    y : array_like of integers, (m,)
        Labels 0..k-1.
    theta : array_like, (n, k)
    bias : array_like, (k,), optional
        None: zeros.
    out : ndarray, (n, k), optional
    out_bias : ndarray, (k,), optional

    Returns
    -------
    LossGradient

    Examples
    --------
    >>> loss, G, g_bias = linclass.softmax_loss_gradient([[1.0, 2.0]], [0], [[0.0, 0.0]] * 2)
    >>> round(loss, 6), G.tolist()
    (0.693147, [[-0.5, 0.5], [-1.0, 1.0]])
    """
    X = two_dimensional(as_array(X, "X"), "X")
    theta = two_dimensional(as_array(theta, "theta"), "theta")
    (m, n), k = X.shape, theta.shape[1]
    _same(theta.shape[0], n, "the number of rows of theta", "the number of columns of X")
    dtype = _dtype_of(X, theta, bias)
    X, ldx = row_major(X, dtype, "X")
    y = labels(y, m)
    theta, ldtheta = row_major(theta, dtype, "theta")
    bias, bias_address = _optional(bias, dtype, k)
    G, ldg = row_major(output(out, (n, k), dtype), dtype, "out")
    g_bias = output(out_bias, (k,), dtype, "out_bias")
    loss = ctypes.c_double()
    call(
        _function("softmax_loss_gradient", dtype),
        threads,
        *(m, n, k, address(X), ldx, address(y), address(theta), ldtheta, bias_address),
        *(ctypes.byref(loss), address(G), ldg, address(g_bias)),
    )
    return LossGradient(loss.value, G, g_bias)


def softmax_sgd_epoch(
    X: Any,
    y: Any,
    theta: Array,
    bias: Array | None = None,
    *,
    batch: int,
    learning_rate: float,
    threads: int = 0,
) -> None:
    """One epoch of minibatch gradient descent in row order; theta and bias change in place.

    For each ``batch`` rows ``theta -= learning_rate / B * X_b^T (Z - I_y)``, the bias likewise.

    Parameters
    ----------
    X : array_like, (m, n)
    y : array_like of integers, (m,)
        Labels 0..k-1.
    theta : ndarray, (n, k)
        Writable, row-major, float32 or float64: the type the epoch is computed in.
    bias : ndarray, (k,), optional
        Writable, contiguous, of theta's type.
    batch : int
        Rows in a minibatch, at least 1; the last may have fewer.
    learning_rate : float

    Examples
    --------
    >>> theta = numpy.zeros((2, 2))
    >>> linclass.softmax_sgd_epoch([[1.0, 2.0]], [0], theta, batch=1, learning_rate=0.1)
    >>> theta
    array([[ 0.05, -0.05],
           [ 0.1 , -0.1 ]])
    """
    X = two_dimensional(as_array(X, "X"), "X")
    theta = two_dimensional(as_array(theta, "theta"), "theta")
    (m, n), k = X.shape, theta.shape[1]
    _same(theta.shape[0], n, "the number of rows of theta", "the number of columns of X")
    dtype = theta.dtype
    if dtype not in (np.float32, np.float64):
        raise TypeError(f"theta is of {dtype}, not float32 or float64")
    real_dtype(X)
    X, ldx = row_major(X, dtype, "X")
    y = labels(y, m)
    theta, ldtheta = row_major(output(theta, (n, k), dtype, "theta"), dtype, "theta")
    bias_address = None if bias is None else address(output(bias, (k,), dtype, "bias"))
    call(
        _function("softmax_sgd_epoch", dtype),
        threads,
        *(m, n, k, address(X), ldx, address(y), integer(batch, "batch", 1)),
        *(real(learning_rate, "learning_rate"), address(theta), ldtheta, bias_address),
    )
