"""Level 1, softmax regression. The conventions of :mod:`linclass._functions.linear` hold."""

from __future__ import annotations

from typing import Any

from linclass._capi.arrays import Array
from linclass._functions.losses import Loss, LossGradient, Residual, activation

_SOFTMAX = Loss("softmax")


def softmax(H: Any, *, out: Any = None, threads: int = 0) -> Array:
    """Probabilities ``Z = softmax(H)``, row by row; ``out=H`` works in place.

    Parameters
    ----------
    H : array_like, (m, k)
        Scores. Any finite ones give finite probabilities; -inf gives 0.
    out : ndarray, (m, k), optional
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Returns
    -------
    ndarray, (m, k)

    Raises
    ------
    ValueError, TypeError, FloatingPointError, MemoryError
        As :func:`logits` does.

    Examples
    --------
    >>> linclass.softmax([[1, -2, 3]])
    array([[0.11849965, 0.00589975, 0.8756006 ]])
    """
    return activation("softmax", H, out, threads)


def cross_entropy(H: Any, y: Any, *, threads: int = 0) -> float:
    """Mean cross-entropy of scores: the mean of ``log(sum(exp(h))) - h[y]`` over the rows.

    Parameters
    ----------
    H : array_like, (m, k)
    y : array_like of integers, (m,)
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
    >>> round(linclass.cross_entropy([[1, -2, 3]], [2]), 6)
    0.132845
    """
    return _SOFTMAX.mean(H, y, threads)


def softmax_residual(H: Any, y: Any, *, out: Any = None, threads: int = 0) -> Residual:
    """Residual ``R = softmax(H) - I_y`` and the mean cross-entropy, in one pass.

    Parameters
    ----------
    H : array_like, (m, k)
    y : array_like of integers, (m,)
    out : ndarray, (m, k), optional
        ``out=H`` works in place.
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Returns
    -------
    Residual
        The loss, and R: (m, k), not divided by m.

    Raises
    ------
    ValueError, TypeError, FloatingPointError, MemoryError
        As :func:`logits` does.

    Examples
    --------
    >>> loss, R = linclass.softmax_residual([[1.0, -2.0, 3.0]], [2])
    >>> R.round(4)
    array([[ 0.1185,  0.0059, -0.1244]])
    """
    return _SOFTMAX.residual(H, y, out, threads)


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
    >>> loss, G, g_bias = linclass.softmax_loss_gradient([[1.0, 2.0]], [0], [[0.0, 0.0]] * 2)
    >>> round(loss, 6), G.tolist()
    (0.693147, [[-0.5, 0.5], [-1.0, 1.0]])
    """
    return _SOFTMAX.loss_gradient(X, y, theta, bias, out, out_bias, threads)


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
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Raises
    ------
    ValueError, TypeError, FloatingPointError, MemoryError
        As :func:`logits` does.

    Examples
    --------
    >>> theta = numpy.zeros((2, 2))
    >>> linclass.softmax_sgd_epoch([[1.0, 2.0]], [0], theta, batch=1, learning_rate=0.1)
    >>> theta
    array([[ 0.05, -0.05],
           [ 0.1 , -0.1 ]])
    """
    _SOFTMAX.sgd_epoch(X, y, theta, bias, batch, learning_rate, threads)
