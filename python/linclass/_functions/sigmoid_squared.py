"""Squared error through the sigmoid. The conventions of :mod:`linclass._functions.logistic` hold."""

from __future__ import annotations

from typing import Any

from linclass._capi.arrays import Array
from linclass._functions.losses import BinaryLossGradient, Loss, Residual

_SIGMOID_SQUARED = Loss("sigmoid_squared", several=False)


def sigmoid_squared_loss(h: Any, y: Any, *, threads: int = 0) -> float:
    """Mean squared error through the sigmoid: the mean of ``(sigmoid(h) - y)^2 / 2``.

    Parameters
    ----------
    h : array_like, (m,)
    y : array_like of integers, (m,)
        0 or 1.
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Returns
    -------
    float

    Raises
    ------
    ValueError, TypeError, FloatingPointError, MemoryError
        As :func:`logits` does.

    Examples
    --------
    >>> linclass.sigmoid_squared_loss([0.0], [1])
    0.125
    """
    return _SIGMOID_SQUARED.mean(h, y, threads)


def sigmoid_squared_residual(h: Any, y: Any, *, out: Any = None, threads: int = 0) -> Residual:
    """Residual ``r = (p - y) p (1 - p)``, ``p = sigmoid(h)``, and the mean squared error, in one pass.

    It vanishes where the model is most wrong: :func:`logistic_residual` does not.

    Parameters
    ----------
    h : array_like, (m,)
    y : array_like of integers, (m,)
        0 or 1.
    out : ndarray, (m,), optional
        ``out=h`` works in place.
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Returns
    -------
    Residual
        The mean loss, and r: (m,), not divided by m.

    Raises
    ------
    ValueError, TypeError, FloatingPointError, MemoryError
        As :func:`logits` does.

    Examples
    --------
    >>> linclass.sigmoid_squared_residual([0.0, 10.0], [0, 0]).residual.round(6)
    array([1.25e-01, 4.50e-05])
    """
    return _SIGMOID_SQUARED.residual(h, y, out, threads)


def sigmoid_squared_loss_gradient(
    X: Any,
    y: Any,
    theta: Any,
    bias: float | None = None,
    *,
    out: Any = None,
    threads: int = 0,
) -> BinaryLossGradient:
    """Mean squared error through the sigmoid and its gradient, in one sweep over X.

    Parameters
    ----------
    X : array_like, (m, n)
    y : array_like of integers, (m,)
        0 or 1.
    theta : array_like, (n,)
    bias : float, optional
        None: zero. It does not decide the precision.
    out : ndarray, (n,), optional
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Returns
    -------
    BinaryLossGradient

    Raises
    ------
    ValueError, TypeError, FloatingPointError, MemoryError
        As :func:`logits` does.

    Examples
    --------
    >>> loss, g, g_bias = linclass.sigmoid_squared_loss_gradient([[1.0, 2.0]], [1], [0.0, 0.0])
    >>> loss, g.tolist(), g_bias
    (0.125, [-0.125, -0.25], -0.125)
    """
    return _SIGMOID_SQUARED.binary_loss_gradient(X, y, theta, bias, out, threads)


def sigmoid_squared_sgd_epoch(
    X: Any,
    y: Any,
    theta: Array,
    bias: Array | None = None,
    *,
    batch: int,
    learning_rate: float,
    threads: int = 0,
) -> None:
    """One epoch of minibatch gradient descent on the squared error; theta and bias change in place.

    In row order.

    Parameters
    ----------
    X : array_like, (m, n)
    y : array_like of integers, (m,)
        0 or 1.
    theta : ndarray, (n,)
        Writable, float32 or float64: the type the epoch is computed in.
    bias : ndarray, (1,), optional
        Writable, of theta's type.
    batch : int
        Rows in a minibatch, at least 1; the last may have fewer.
    learning_rate : float
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Raises
    ------
    ValueError, TypeError, FloatingPointError, MemoryError
        As :func:`logits` does.

    Examples
    --------
    >>> theta = numpy.zeros(2)
    >>> linclass.sigmoid_squared_sgd_epoch([[1.0, 2.0]], [1], theta, batch=1, learning_rate=1.0)
    >>> theta
    array([0.125, 0.25 ])
    """
    _SIGMOID_SQUARED.sgd_epoch(X, y, theta, bias, batch, learning_rate, threads)
