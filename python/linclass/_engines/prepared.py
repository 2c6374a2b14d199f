"""A part of a fit as it is kept where its rows are: checked and encoded once, answered in every sweep."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from linclass._capi.arrays import INT64, Array
from linclass._estimators.rows import ignored, model_labels_of, weighed
from linclass._estimators.validation import samples, targets, weights
from linclass._functions.parts import Answering, parts_answer


@dataclasses.dataclass(frozen=True)
class Labelling:
    """How an estimator reads labels: its name, for messages, and the label that it ignores."""

    estimator: str
    ignore_label: Any


@dataclasses.dataclass(frozen=True)
class Summary:
    """What the fit has to know of a part before it asks.

    ``classes``: its distinct labels, without the one to ignore; ``sums``: the weight of each; ``first``: the
    first row of each. ``error``: what is wrong with the part.
    """

    number: int
    rows: int
    columns: int
    classes: list[Any]
    sums: list[float]
    first: list[int]
    error: str | None = None


@dataclasses.dataclass(frozen=True)
class Prepared:
    """The rows of a part: samples, places of the labels among ``summary.classes``, weights."""

    summary: Summary
    X: Any = None
    codes: Array | None = None
    weights: Array | None = None


def prepare(number: int, X: Any, y: Any, sample_weight: Any, labelling: Labelling) -> Prepared:
    """Check and encode the rows of a part. What is wrong with them is in the summary."""
    try:
        return _prepare(number, X, y, sample_weight, labelling)
    except (TypeError, ValueError) as error:
        return failed(number, str(error))


def failed(number: int, error: str) -> Prepared:
    """A part whose rows cannot be had."""
    return Prepared(Summary(number, 0, 0, [], [], [], error))


def _prepare(number: int, X: Any, y: Any, sample_weight: Any, labelling: Labelling) -> Prepared:
    if y is not None and len(y) == 0:
        return Prepared(Summary(number, 0, 0, [], [], []))
    X = samples(X)
    m, n = X.shape
    y = targets(y, m, labelling.estimator)
    mask = ignored(y, labelling.ignore_label)
    row_weights = weighed(weights(sample_weight, m, part=True), mask)
    classes, first, codes = np.unique(y, return_index=True, return_inverse=True)
    codes = codes.reshape(-1)
    if mask is not None:
        kept = classes != labelling.ignore_label
        codes = np.where(mask, 0, np.cumsum(kept)[codes] - 1)
        classes, first = classes[kept], first[kept]
    sums = np.bincount(codes, row_weights, max(1, len(classes)))[: len(classes)]
    codes = codes.astype(np.min_scalar_type(max(1, len(classes)) - 1))
    summary = Summary(number, m, n, classes.tolist(), sums.tolist(), first.tolist())
    return Prepared(summary, X, codes, row_weights)


class Classes:
    """The classes of a fit, ascending, and the label of each in the model."""

    def __init__(self, values: Array) -> None:
        self.values = values
        given = model_labels_of(values) if len(values) else None
        self.labels: Array = np.arange(len(values), dtype=INT64) if given is None else given

    def of(self, part: Prepared) -> Array:
        """The labels of the rows of a part. Rows to ignore, which have no weight, get one of some class."""
        assert part.codes is not None
        places = np.searchsorted(self.values, np.array(part.summary.classes or self.values[:1]))
        found: Array = self.labels[places].astype(INT64, copy=False)[part.codes]
        return found


def _answering(part: Prepared, classes: Classes) -> Answering:
    summary = part.summary
    if summary.rows == 0:
        return Answering(summary.number, (np.zeros((0, 0)), np.zeros(0, INT64)), summary.error)
    return Answering(summary.number, (part.X, classes.of(part), part.weights))


def answer(
    request: bytes, parts: Sequence[Prepared], classes: Classes, scale: float | None, threads: int
) -> bytes:
    """The reply of some parts."""
    return parts_answer(request, [_answering(part, classes) for part in parts], scale, threads)


def _refuse_failed(summaries: Sequence[Summary], what: str) -> None:
    for part in summaries:
        if part.error is not None:
            raise ValueError(f"{what} part {part.number}: {part.error}")


def census(summaries: Sequence[Summary]) -> tuple[Classes, Array]:
    """The classes in all parts and the weight of the rows of each; ValueError for a part that failed."""
    _refuse_failed(summaries, "training")
    total: dict[Any, float] = {}
    for part in summaries:
        for label, weight in zip(part.classes, part.sums, strict=True):
            total[label] = total.get(label, 0.0) + weight
    values = np.array(sorted(total))
    return Classes(values), np.array([total[label] for label in values.tolist()])


def check_known(summaries: Sequence[Summary], classes: Classes) -> None:
    """ValueError where a part to validate on failed, or has a label that is no class."""
    _refuse_failed(summaries, "validation")
    known = set(classes.values.tolist())
    for part in summaries:
        for label, row in zip(part.classes, part.first, strict=True):
            if label not in known:
                raise ValueError(
                    f"validation part {part.number}: y[{row}] is {label!r}, which is not among the classes: "
                    f"{classes.values}"
                )
