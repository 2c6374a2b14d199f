"""Level 2: how well a model does on rows with known labels."""

from __future__ import annotations

import dataclasses
from ctypes import byref, c_size_t, c_void_p, sizeof
from typing import Any

import numpy as np

from linclass._capi import abi
from linclass._capi.arrays import FLOAT64, INT64, Array, address, as_array, vector
from linclass._capi.arrays import labels as integer_labels
from linclass._capi.contexts import call
from linclass._capi.library import lib
from linclass._capi.names import public
from linclass._capi.options import integer


@public
@dataclasses.dataclass(frozen=True)
class Evaluation:
    """How well a model does on rows with known labels; k classes in the order of ``Model.labels``.

    ``confusion``, ``support`` and ``samples`` count rows, all else weighs them. A quotient 0 / 0 is 0.

    Attributes
    ----------
    samples, weight : int, float
        Rows that are not ignored, and the sum of their weights.
    labels : ndarray, (k,), int64
    loss : float
        Mean loss, without penalty.
    error, accuracy : float
        Share of rows predicted wrongly, and rightly.
    confusion : ndarray, (k, k), int64
        True class by predicted class.
    weighted_confusion : ndarray, (k, k), float64
    precision, recall, f1 : ndarray, (k,), float64
        Of each class: the share that is right of what is predicted to be of it; of what is of it; and their
        harmonic mean.
    support : ndarray, (k,), int64
        Rows of each class.
    macro_precision, macro_recall, macro_f1 : float
        Means over the classes that occur or are predicted.
    micro_precision, micro_recall, micro_f1 : float
        Quotients of sums over all classes; here equal to the accuracy.
    roc_auc : float
        Area under the ROC curve for two classes, else NaN.
    """

    samples: int
    weight: float
    labels: Array
    loss: float
    error: float
    accuracy: float
    confusion: Array
    weighted_confusion: Array
    precision: Array
    recall: Array
    f1: Array
    support: Array
    macro_precision: float
    macro_recall: float
    macro_f1: float
    micro_precision: float
    micro_recall: float
    micro_f1: float
    roc_auc: float


def _evaluation_arrays(k: int) -> list[tuple[str, tuple[int, ...], np.dtype[Any]]]:
    """Name, shape and type of the arrays of an evaluation."""
    quotients = [(name, (k,), FLOAT64) for name in ("precision", "recall", "f1")]
    counts = [("confusion", (k, k), INT64), ("weighted_confusion", (k, k), FLOAT64), ("support", (k,), INT64)]
    return [*quotients, *counts]


def wanted(k: int, ignore_label: int | None) -> tuple[abi.Evaluation, dict[str, Any]]:
    """The struct of an evaluation of k classes, and its arrays, which it points to."""
    struct = abi.Evaluation()
    lib.linclass_evaluation_init(byref(struct), c_size_t(sizeof(struct)))
    arrays: dict[str, Any] = {name: np.empty(shape, dtype) for name, shape, dtype in _evaluation_arrays(k)}
    for name, array in arrays.items():
        setattr(struct, name, address(array))
    struct.with_averages = 1
    if ignore_label is not None:
        struct.has_ignore_label = 1
        struct.ignore_label = integer(ignore_label, "ignore_label", -(2**63))
    return struct, arrays


def evaluation_of(labels: Array, struct: abi.Evaluation, arrays: dict[str, Any]) -> Evaluation:
    """What was found."""
    names = (field.name for field in dataclasses.fields(Evaluation))
    figures: dict[str, Any] = {
        name: getattr(struct, name) for name in names if name != "labels" and name not in arrays
    }
    return Evaluation(labels=labels, **figures, **arrays)


def evaluate(
    model: c_void_p,
    labels: Array,
    view: abi.Matrix,
    y: Any,
    sample_weight: Any,
    ignore_label: int | None,
    threads: int,
) -> Evaluation:
    """The evaluation of a model, which has those labels."""
    k = len(labels)
    y = integer_labels(y, view.rows)
    struct, arrays = wanted(k, ignore_label)
    struct.with_roc_auc = int(k == 2)
    if sample_weight is not None:
        weights = vector(as_array(sample_weight, "sample_weight"), FLOAT64, view.rows, "sample_weight")
        struct.sample_weight = address(weights)
    call(lib.linclass_model_evaluate, threads, model, byref(view), address(y), byref(struct))
    return evaluation_of(labels, struct, arrays)
