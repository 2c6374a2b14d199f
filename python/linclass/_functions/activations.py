"""Softmax and the sigmoid, by the conventions of :mod:`linclass._functions.linear`."""

from __future__ import annotations

from typing import Any

from linclass._capi.arrays import Array, address, as_array, output, real_dtype, row_major, two_dimensional
from linclass._capi.contexts import call
from linclass._capi.types import ArrayLike, WritableArray
from linclass._functions.linear import function_of
from linclass._functions.losses import column, column_output


def _activation(name: str, H: Any, out: Any, threads: int, *, vectors: bool = False) -> Array:
    """Call ``name(H)``, in place where out is H; vectors: H may be one."""
    H = as_array(H, "H")
    one = vectors and H.ndim == 1
    scores = column(H, "H") if one else two_dimensional(H, "H")
    m, k = scores.shape
    dtype = real_dtype(scores)
    Z = column_output(out, m, dtype) if one else output(out, (m, k), dtype)
    scores, ldh = row_major(scores, dtype, "H")
    target, ldz = row_major(column(Z, "out") if one else Z, dtype, "out")
    call(function_of(name, dtype), threads, m, k, address(scores), ldh, address(target), ldz)
    return Z


def softmax(H: ArrayLike, *, out: WritableArray | None = None, threads: int = 0) -> Array:
    """Probabilities ``Z = softmax(H)``, row by row; ``out=H`` works in place.

    Parameters
    ----------
    H : array_like, (m, k)
        Scores. Any finite ones give finite probabilities; -inf gives 0.
    out : ndarray, (m, k), optional
        Where to write the result. None: a new array.
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
    return _activation("softmax", H, out, threads)


def sigmoid(H: ArrayLike, *, out: WritableArray | None = None, threads: int = 0) -> Array:
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
    return _activation("sigmoid", H, out, threads, vectors=True)
