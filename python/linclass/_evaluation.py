"""Level 2: how well a model does on rows with known labels."""

from __future__ import annotations

import dataclasses
from ctypes import byref, c_size_t, c_void_p, sizeof
from typing import Any

import numpy as np

from linclass import _abi
from linclass._arrays import FLOAT64, INT64, Array, address, as_array, matrix, vector
from linclass._arrays import labels as integer_labels
from linclass._contexts import call
from linclass._library import lib
from linclass._options import integer


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """How well a model does on rows with known labels; k classes in the order of ``Model.labels``.

    ``confusion``: (k, k), true class by predicted class. ``precision``, ``recall``, ``f1``,
    ``support``: (k,). ``confusion`` and ``support`` count rows, ``weighted_confusion`` and all else their
    weights. A quotient 0 / 0 is given as 0. ``roc_auc``: for two classes, else NaN.
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


def evaluate(
    model: c_void_p,
    labels: Array,
    X: Any,
    y: Any,
    sample_weight: Any,
    ignore_label: int | None,
    scale: float,
    threads: int,
) -> Evaluation:
    """The evaluation of a model, which has those labels."""
    k = len(labels)
    view, X = matrix(as_array(X, "X"), "X", scale)
    y = integer_labels(y, view.rows)
    struct = _abi.Evaluation()
    lib.linclass_evaluation_init(byref(struct), c_size_t(sizeof(struct)))
    found: dict[str, Any] = {name: np.empty(shape, dtype) for name, shape, dtype in _evaluation_arrays(k)}
    for name, array in found.items():
        setattr(struct, name, address(array))
    struct.with_averages = 1
    struct.with_roc_auc = int(k == 2)
    if sample_weight is not None:
        weights = vector(as_array(sample_weight, "sample_weight"), FLOAT64, view.rows, "sample_weight")
        struct.sample_weight = address(weights)
    if ignore_label is not None:
        struct.has_ignore_label = 1
        struct.ignore_label = integer(ignore_label, "ignore_label", -(2**63))
    call(lib.linclass_model_evaluate, threads, model, byref(view), address(y), byref(struct))
    names = (field.name for field in dataclasses.fields(Evaluation))
    figures: dict[str, Any] = {
        name: getattr(struct, name) for name in names if name != "labels" and name not in found
    }
    return Evaluation(labels=labels, **figures, **found)
