"""Rows that dask holds, as the parts of a fit.

A part is a delayed (X, y, sample_weight), where sample_weight may be None. It is answered where dask puts it,
and replies are merged pairwise, so that no worker and no link carries more than a few of them.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import dask
import numpy as np
from dask.base import is_dask_collection

from linclass._capi.arrays import INT64, Array
from linclass._estimators.rows import classes_of, coded, ignored, weighed
from linclass._estimators.validation import samples, targets, weights
from linclass._functions.parts import part_answer, reply_merge


def is_dask(value: Any) -> bool:
    """Whether a value is computed by dask."""
    return bool(is_dask_collection(value))


def _blocks(value: Any, name: str) -> list[Any]:
    """The delayed partitions of a dask array or data frame, whole rows each."""
    if not hasattr(value, "to_delayed"):
        raise TypeError(f"{name} is a {type(value).__name__}, not a dask array, data frame or series")
    if getattr(value, "ndim", 1) == 2 and hasattr(value, "chunks"):
        value = value.rechunk({1: -1})
    return list(np.ravel(np.asarray(value.to_delayed(), dtype=object)))


def _joined(X: Any, y: Any, sample_weight: Any) -> tuple[Any, Any, Any]:
    return X, y, sample_weight


def _completed(part: Any) -> tuple[Any, Any, Any]:
    X, y, *rest = part
    return X, y, rest[0] if rest else None


def delayed_parts(X: Any, y: Any, sample_weight: Any) -> list[Any]:
    """The parts of a fit. X: a collection; or, y None, delayed (X, y) or (X, y, sample_weight)."""
    if isinstance(X, (list, tuple)):
        if y is not None or sample_weight is not None:
            raise ValueError("X is a list of delayed parts, which bring their own y and sample_weight")
        return [dask.delayed(_completed)(part) for part in X]
    columns = [_blocks(X, "X"), _blocks(y, "y")]
    columns.append(
        [None] * len(columns[0]) if sample_weight is None else _blocks(sample_weight, "sample_weight")
    )
    if len({len(column) for column in columns}) > 1:
        counts = ", ".join(str(len(column)) for column in columns)
        raise ValueError(f"X, y and sample_weight have different numbers of partitions: {counts}")
    return [dask.delayed(_joined)(*blocks) for blocks in zip(*columns, strict=True)]


@dataclasses.dataclass(frozen=True)
class Encoding:
    """What makes rows of a part those of a fit."""

    estimator: str
    ignore_label: Any
    classes: Array | None = None
    labels: Array | None = None  # of the model, one for each class


def _rows(part: Any, encoding: Encoding) -> tuple[Any, Array, Array | None, Array | None]:
    """Samples, labels as given, weights, and which labels to ignore."""
    X, y, sample_weight = part
    X = samples(X)
    y = targets(y, X.shape[0], encoding.estimator)
    return X, y, weights(sample_weight, X.shape[0]), ignored(y, encoding.ignore_label)


def _empty(part: Any) -> bool:
    return len(part[1]) == 0


def _census(part: Any, encoding: Encoding) -> dict[Any, float]:
    """{label: the weight of its rows}."""
    if _empty(part):
        return {}
    _, y, row_weights, mask = _rows(part, encoding)
    classes = classes_of(y, mask)
    if len(classes) == 0:
        return {}
    sums = np.bincount(coded(y, classes, mask), weighed(row_weights, mask), len(classes))
    return dict(zip(classes.tolist(), sums.tolist(), strict=True))


def _answer(request: bytes, part: Any, number: int, encoding: Encoding, scale: float, threads: int) -> bytes:
    try:
        if _empty(part):
            return part_answer(request, np.zeros((0, 0)), np.zeros(0, INT64), number=number, scale=scale)
        X, y, row_weights, mask = _rows(part, encoding)
        assert encoding.classes is not None
        labels = coded(y, encoding.classes, mask)
        if encoding.labels is not None:
            labels = encoding.labels[labels]
        return part_answer(
            request, X, labels, weighed(row_weights, mask), number=number, scale=scale, threads=threads
        )
    except ValueError as error:
        return part_answer(request, number=number, error=str(error), threads=1)


def _merged(a: bytes, b: bytes) -> bytes:
    return reply_merge(a, b)


def census(parts: list[Any], encoding: Encoding) -> tuple[Array, Array]:
    """The classes in all parts, ascending, and the weight of the rows of each."""
    total: dict[Any, float] = {}
    for found in dask.compute(*[dask.delayed(_census)(part, encoding) for part in parts]):
        for label, weight in found.items():
            total[label] = total.get(label, 0.0) + weight
    classes = np.array(sorted(total))
    return classes, np.array([total[label] for label in classes.tolist()])


class Engine:
    """Have requests answered by dask, on whatever scheduler is in use."""

    def __init__(self, parts: list[Any], encoding: Encoding, scale: float, threads: int) -> None:
        self._parts = parts
        self._options = (encoding, scale, threads)

    def ask(self, request: bytes) -> bytes:
        """Return the merged answers of all parts."""
        answer, merge = dask.delayed(_answer), dask.delayed(_merged)
        shared = dask.delayed(request, pure=False)
        replies = [answer(shared, part, number, *self._options) for number, part in enumerate(self._parts)]
        while len(replies) > 1:
            pairs = [merge(a, b) for a, b in zip(replies[::2], replies[1::2], strict=False)]
            replies = pairs + replies[2 * len(pairs) :]
        merged: bytes = replies[0].compute()
        return merged
