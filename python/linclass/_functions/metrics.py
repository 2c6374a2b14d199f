"""Level 1, metrics: how well predictions agree with labels, from arrays of both.

A row of weight 2 counts as two rows. A quotient 0 / 0 is given as 0.
"""

from __future__ import annotations

import dataclasses
from ctypes import byref, c_double, c_size_t, sizeof
from typing import Any, NamedTuple

import numpy as np

from linclass._capi import abi
from linclass._capi.arrays import (
    FLOAT32,
    FLOAT64,
    Array,
    address,
    as_array,
    labels,
    real_dtype,
    row_major,
    vector,
)
from linclass._capi.contexts import call
from linclass._capi.library import lib
from linclass._capi.names import public
from linclass._capi.options import integer
from linclass._capi.types import ArrayLike


def _labels_and_weights(y: Any, weights: Any, other: Any, name: str) -> tuple[Array, Array, Array | None]:
    """Labels, as many others, as many weights."""
    y = as_array(y, "y")
    m = y.shape[0] if y.ndim else 0
    y = labels(y, m)
    others = labels(other, m, name)
    return y, others, _weights(weights, m)


def _weights(weights: Any, m: int) -> Array | None:
    return None if weights is None else vector(as_array(weights, "weights"), FLOAT64, m, "weights")


def _place(array: Array | None) -> int | None:
    return None if array is None else address(array)


def error_rate(y: ArrayLike, predicted: ArrayLike, *, weights: ArrayLike | None = None) -> float:
    """0/1 error: the share of the weight of rows that are predicted wrongly; accuracy is 1 less it.

    Parameters
    ----------
    y, predicted : array_like of integers, (m,)
        Any labels.
    weights : array_like, (m,), optional
        >= 0; None: 1 each.

    Returns
    -------
    float
        In 0..1; 0 without rows.

    Raises
    ------
    ValueError
        Arrays of different lengths, a weight that is negative or not finite.
    TypeError
        Labels that are no integers.

    Examples
    --------
    >>> linclass.error_rate([3, 3, 5, 5], [3, 5, 5, 5])
    0.25
    """
    y, found, by_row = _labels_and_weights(y, weights, predicted, "predicted")
    error = c_double()
    call(lib.linclass_error_rate, 0, y.size, address(y), address(found), _place(by_row), byref(error))
    return error.value


def confusion(y: ArrayLike, predicted: ArrayLike, k: int, *, weights: ArrayLike | None = None) -> Array:
    """Confusion matrix: the weight of the rows of class a predicted to be b at [a, b].

    Parameters
    ----------
    y, predicted : array_like of integers, (m,)
        Classes in 0..k-1.
    k : int
        Classes.
    weights : array_like, (m,), optional
        >= 0; None: 1 each.

    Returns
    -------
    ndarray, (k, k), float64

    Raises
    ------
    ValueError
        A class outside 0..k-1, arrays of different lengths, a weight that is negative or not finite.
    TypeError
        Labels that are no integers.

    Examples
    --------
    >>> linclass.confusion([0, 0, 1, 1], [0, 1, 1, 1], 2)
    array([[1., 1.],
           [0., 2.]])
    """
    k = integer(k, "k")
    y, found, by_row = _labels_and_weights(y, weights, predicted, "predicted")
    counted = np.empty((k, k), FLOAT64)
    call(
        lib.linclass_confusion,
        0,
        *(y.size, k, address(y), address(found), _place(by_row), address(counted), max(k, 1)),
    )
    return counted


def _square(matrix: Any) -> tuple[Array, int]:
    """A confusion matrix as float64, and its leading dimension."""
    counted, ld = row_major(as_array(matrix, "matrix"), FLOAT64, "matrix")
    if counted.shape[0] != counted.shape[1]:
        raise ValueError(f"matrix has the shape {counted.shape}, which is not square")
    return counted, ld


@public
class ClassMetrics(NamedTuple):
    """How well each class is predicted.

    Attributes
    ----------
    precision, recall, f1 : ndarray, (k,), float64
        The share that is right of what is predicted to be of the class; of what is of it; and their
        harmonic mean.
    support : ndarray, (k,), float64
        The weight of the rows of the class.
    """

    precision: Array
    recall: Array
    f1: Array
    support: Array


def class_metrics(matrix: ArrayLike) -> ClassMetrics:
    """Precision, recall, F1 and support of each class of a confusion matrix.

    Parameters
    ----------
    matrix : array_like, (k, k)
        True class by predicted class, finite, >= 0.

    Returns
    -------
    ClassMetrics

    Raises
    ------
    ValueError
        A matrix that is not square, an element that is negative or not finite.

    Examples
    --------
    >>> linclass.class_metrics([[1, 1], [0, 2]]).recall
    array([0.5, 1. ])
    """
    counted, ld = _square(matrix)
    k = counted.shape[0]
    found = ClassMetrics(*(np.empty(k, FLOAT64) for _ in ClassMetrics._fields))
    call(lib.linclass_class_metrics, 0, k, address(counted), ld, *map(address, found))
    return found


@public
@dataclasses.dataclass(frozen=True)
class Averages:
    """Accuracy, error, and averages over the classes.

    Attributes
    ----------
    accuracy, error : float
        Share of the weight that is predicted rightly, and wrongly; error is 0 without rows.
    macro_precision, macro_recall, macro_f1 : float
        Means over the classes that occur or are predicted.
    micro_precision, micro_recall, micro_f1 : float
        Quotients of sums over all classes; here equal to the accuracy.
    """

    accuracy: float
    error: float
    macro_precision: float
    macro_recall: float
    macro_f1: float
    micro_precision: float
    micro_recall: float
    micro_f1: float


def confusion_averages(matrix: ArrayLike) -> Averages:
    """Accuracy, error, macro and micro averages of a confusion matrix.

    Parameters
    ----------
    matrix : array_like, (k, k)
        True class by predicted class, finite, >= 0.

    Returns
    -------
    Averages

    Raises
    ------
    ValueError
        A matrix that is not square, an element that is negative or not finite.

    Examples
    --------
    >>> averages = linclass.confusion_averages([[1, 1], [0, 2]])
    >>> averages.accuracy, averages.macro_recall
    (0.75, 0.75)
    """
    counted, ld = _square(matrix)
    struct = abi.Averages()
    lib.linclass_averages_init(byref(struct), c_size_t(sizeof(struct)))
    call(lib.linclass_confusion_averages, 0, counted.shape[0], address(counted), ld, byref(struct))
    return Averages(*(getattr(struct, field.name) for field in dataclasses.fields(Averages)))


def roc_auc(scores: ArrayLike, y: ArrayLike, *, weights: ArrayLike | None = None) -> float:
    """Area under the ROC curve: how probably a positive row scores higher than a negative one.

    Parameters
    ----------
    scores : array_like, (m,)
        The higher, the more they speak for class 1; infinities are allowed.
    y : array_like of integers, (m,)
        0 or 1.
    weights : array_like, (m,), optional
        >= 0; None: 1 each.

    Returns
    -------
    float
        In 0..1; ties count half.

    Raises
    ------
    ValueError
        A label other than 0 and 1, a class without weight, NaN, arrays of different lengths.
    TypeError
        Labels that are no integers.
    MemoryError
        8 bytes a row are needed.

    Examples
    --------
    >>> linclass.roc_auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])
    0.75
    """
    scores = as_array(scores, "scores")
    dtype = real_dtype(scores)
    scores = vector(scores, dtype, scores.size, "scores")
    y, by_row = labels(y, scores.size), _weights(weights, scores.size)
    function = lib.linclass_roc_auc_f32 if dtype == FLOAT32 else lib.linclass_roc_auc_f64
    area = c_double()
    call(function, 0, scores.size, address(scores), address(y), _place(by_row), byref(area))
    return area.value
