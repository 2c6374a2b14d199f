"""Logistic loss: two classes, one score.

Labels are 0 and 1, and ``h = X @ theta + bias`` is the score of class 1 against class 0. The conventions of
:mod:`linclass._functions.linear` hold, with these:

h, (m,): scores. theta, (n,): weights. bias: a number. All may be columns of matrices (``H[:, 0]``), which
are read and written where they lie. Infinite scores are refused.
"""

from __future__ import annotations

from typing import Any

from linclass._capi.arrays import Array
from linclass._functions.losses import BinaryLossGradient, Loss, Residual, activation

_LOGISTIC = Loss("logistic", several=False)


def sigmoid(H: Any, *, out: Any = None, threads: int = 0) -> Array:
    """Probabilities ``Z = 1 / (1 + exp(-H))``, element by element; ``out=H`` works in place.

    Parameters
    ----------
    H : array_like, (m,) or (m, k)
        Finite scores.
    out : ndarray, (m,) or (m, k), optional
        Of the shape of H.
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Returns
    -------
    ndarray, (m,) or (m, k)

    Raises
    ------
    ValueError, TypeError, FloatingPointError, MemoryError
        As :func:`logits` does.

    Examples
    --------
    >>> linclass.sigmoid([-2.0, 0.0, 1000.0]).round(2)
    array([0.12, 0.5 , 1.  ])
    """
    return activation("sigmoid", H, out, threads, vectors=True)


def logistic_loss(h: Any, y: Any, *, threads: int = 0) -> float:
    """Mean log-loss of scores: of ``log(1 + exp(-h))`` where y is 1, ``log(1 + exp(h))`` where it is 0.

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
    >>> round(linclass.logistic_loss([-2.0, 1000.0], [0, 1]), 6)
    0.063464
    """
    return _LOGISTIC.mean(h, y, threads)


def logistic_residual(h: Any, y: Any, *, out: Any = None, threads: int = 0) -> Residual:
    """Residual ``r = sigmoid(h) - y`` and the mean log-loss, in one pass.

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
    >>> linclass.logistic_residual([-2.0, 0.0], [0, 1]).residual.round(4)
    array([ 0.1192, -0.5   ])
    """
    return _LOGISTIC.residual(h, y, out, threads)


def logistic_loss_gradient(
    X: Any,
    y: Any,
    theta: Any,
    bias: float | None = None,
    *,
    out: Any = None,
    threads: int = 0,
) -> BinaryLossGradient:
    """Mean log-loss and its gradient, in one sweep over X.

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
    >>> loss, g, g_bias = linclass.logistic_loss_gradient([[1.0, 2.0]], [1], [0.0, 0.0])
    >>> round(loss, 6), g.tolist(), g_bias
    (0.693147, [-0.5, -1.0], -0.5)
    """
    return _LOGISTIC.binary_loss_gradient(X, y, theta, bias, out, threads)


def logistic_sgd_epoch(
    X: Any,
    y: Any,
    theta: Array,
    bias: Array | None = None,
    *,
    batch: int,
    learning_rate: float,
    threads: int = 0,
) -> None:
    """One epoch of minibatch gradient descent on the log-loss in row order; theta and bias change in place.

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
    >>> theta = numpy.array([0.04, 0.5])
    >>> linclass.logistic_sgd_epoch([[1.0, 0.82]], [1], theta, batch=1, learning_rate=0.01)
    >>> theta.round(4)
    array([0.0439, 0.5032])
    """
    _LOGISTIC.sgd_epoch(X, y, theta, bias, batch, learning_rate, threads)
