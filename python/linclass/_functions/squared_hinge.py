"""Squared hinge loss: the sum of ``v_j^2``, ``v_j = max(0, h_j - h_y + 1)``, over the classes j but y.

The residual, its gradient in the scores, is ``2 v_j``, and in column y minus the sum of the others. The
conventions of :mod:`linclass._functions.linear` hold.
"""

from __future__ import annotations

from typing import Any

from linclass._capi.arrays import Array
from linclass._functions.losses import Loss, LossGradient, Residual

_SQUARED_HINGE = Loss("squared_hinge")


def squared_hinge_loss(H: Any, y: Any, *, threads: int = 0) -> float:
    """Mean squared hinge loss of scores: the mean of ``sum(max(0, h_j - h_y + 1)^2)`` over the other classes.

    Parameters
    ----------
    H : array_like, (m, k)
    y : array_like of integers, (m,)
        Labels 0..k-1.
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
    >>> round(linclass.squared_hinge_loss([[5.6, 6.4, -4.6]], [0]), 6)
    3.24
    """
    return _SQUARED_HINGE.mean(H, y, threads)


def squared_hinge_residual(H: Any, y: Any, *, out: Any = None, threads: int = 0) -> Residual:
    """Residual R of the squared hinge loss, and its mean, in one pass.

    ``2 max(0, h_j - h_y + 1)`` for each other class.

    Parameters
    ----------
    H : array_like, (m, k)
    y : array_like of integers, (m,)
        Labels 0..k-1.
    out : ndarray, (m, k), optional
        ``out=H`` works in place.
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Returns
    -------
    Residual
        The mean loss, and R: (m, k), not divided by m.

    Raises
    ------
    ValueError, TypeError, FloatingPointError, MemoryError
        As :func:`logits` does.

    Examples
    --------
    >>> linclass.squared_hinge_residual([[5.6, 6.4, -4.6]], [0]).residual.round(6)
    array([[-3.6,  3.6,  0. ]])
    """
    return _SQUARED_HINGE.residual(H, y, out, threads)


def squared_hinge_loss_gradient(
    X: Any,
    y: Any,
    theta: Any,
    bias: Any = None,
    *,
    out: Any = None,
    out_bias: Any = None,
    threads: int = 0,
) -> LossGradient:
    """Mean squared hinge loss and its gradient, in one sweep over X.

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
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Returns
    -------
    LossGradient

    Raises
    ------
    ValueError, TypeError, FloatingPointError, MemoryError
        As :func:`logits` does.

    Examples
    --------
    >>> loss, G, _ = linclass.squared_hinge_loss_gradient([[1.0, 2.0]], [0], [[0.0, 0.0]] * 2)
    >>> loss, G.tolist()
    (1.0, [[-2.0, 2.0], [-4.0, 4.0]])
    """
    return _SQUARED_HINGE.loss_gradient(X, y, theta, bias, out, out_bias, threads)


def squared_hinge_sgd_epoch(
    X: Any,
    y: Any,
    theta: Array,
    bias: Array | None = None,
    *,
    batch: int,
    learning_rate: float,
    threads: int = 0,
) -> None:
    """One epoch of minibatch steps on the squared hinge loss in row order; theta and bias change in place.

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
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Raises
    ------
    ValueError, TypeError, FloatingPointError, MemoryError
        As :func:`logits` does.

    Examples
    --------
    >>> theta = numpy.zeros((2, 2))
    >>> linclass.squared_hinge_sgd_epoch([[1.0, 2.0]], [0], theta, batch=1, learning_rate=0.5)
    >>> theta.tolist()
    [[1.0, -1.0], [2.0, -2.0]]
    """
    _SQUARED_HINGE.sgd_epoch(X, y, theta, bias, batch, learning_rate, threads)
