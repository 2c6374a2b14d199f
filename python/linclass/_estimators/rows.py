"""The rows an estimator is fitted to: samples, classes by number, weights."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from linclass._capi.arrays import INT64, Array
from linclass._functions.split import split


@dataclasses.dataclass(frozen=True)
class Rows:
    """Samples X, (m, n), an array or a sparse matrix in CSR form, and what is known of each.

    ``codes``: (m,), its class in 0..k-1; None where ``probabilities`` say it. ``weights``: (m,), or None
    for 1 each. ``probabilities``: (m, k), targets in the place of classes, or None.
    """

    X: Any
    codes: Array | None
    weights: Array | None
    probabilities: Array | None = None

    def take(self, chosen: Array) -> Rows:
        """A copy of the rows chosen."""
        parts = (self.X, self.codes, self.weights, self.probabilities)
        return Rows(*(None if part is None else part[chosen] for part in parts))

    def weight_of_classes(self, k: int) -> Array:
        """The sum of the weights of each class, (k,); of all rows as one where classes are not known."""
        if self.codes is not None:
            return np.bincount(self.codes, self.weights, k)
        return np.array([self.X.shape[0] if self.weights is None else self.weights.sum()])


def ignored(y: Array, label: Any) -> Array | None:
    """Which labels are the one to ignore; None: none."""
    if label is None:
        return None
    found = np.asarray(y == label)
    return found if found.shape == y.shape and found.any() else None


def classes_of(y: Array, ignored: Array | None) -> Array:
    """The distinct labels, ascending, without the one to ignore."""
    classes: Array = np.unique(y if ignored is None else y[~ignored])
    return classes


def coded(y: Array, classes: Array, ignored: Array | None, name: str = "y") -> Array:
    """The place of each label among the classes; ValueError for one that is not there.

    An ignored label has the place of some class: such rows are to have no weight.
    """
    codes = np.searchsorted(classes, y).clip(0, len(classes) - 1).astype(INT64, copy=False)
    unknown = np.logical_or(classes[codes] != y, np.zeros(len(y), bool))  # one truth for other types
    if ignored is not None:
        unknown &= ~ignored
    if unknown.any():
        i = int(unknown.argmax())
        raise ValueError(
            f"{name}[{i}] is {y[i : i + 1].tolist()[0]!r}, which is not among the classes: {classes}"
        )
    return codes


def model_labels_of(classes: Array) -> Array | None:
    """The labels of a model of these classes; None for 0..k-1 where they are no integers of int64."""
    fit = classes.dtype.kind in "iu" and int(classes[-1]) <= np.iinfo(np.int64).max
    return classes if fit else None


def weighed(weights: Array | None, ignored: Array | None) -> Array | None:
    """The weights, with 0 for ignored rows."""
    if ignored is None:
        return weights
    return np.where(ignored, 0.0, 1.0 if weights is None else weights)


def set_apart(rows: Rows, fraction: float, seed: int) -> tuple[Rows, Rows]:
    """Copies of the rows to train on, and of that fraction to measure on, a share of each class."""
    if not 0 < fraction < 1:
        raise ValueError(f"validation_fraction is {fraction!r}, not between 0 and 1")
    m = rows.X.shape[0]
    part = split(m, [1 - fraction, fraction], y=rows.codes, seed=seed)
    if part.all() or not part.any():
        raise ValueError(f"validation_fraction is {fraction!r}: of {m} samples it leaves none")
    return rows.take(part == 0), rows.take(part == 1)
