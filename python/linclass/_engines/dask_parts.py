"""Rows that dask holds, as the parts of a fit.

A part is a delayed :class:`Prepared`, kept by dask for the length of a fit. A task costs dask's scheduler
some milliseconds, as much as answering for thousands of rows: so the parts that lie with one worker are
answered by one task, on all threads of the worker; by some where they are large, since a task has them all in
memory.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Sequence
from functools import reduce
from typing import Any

import dask
import numpy as np
from dask.base import is_dask_collection
from dask.sizeof import sizeof

from linclass._engines.dask_placement import Placement, Task
from linclass._engines.prepared import Classes, Labelling, Prepared, Summary, answer, prepare
from linclass._functions.parts import reply_merge

_MERGED_AT_ONCE = 8  # replies: of more than these, tasks merge so many each
_IN_A_TASK = 1 << 20  # bytes of a request: a longer one goes from worker to worker
_PLACED_FOR = 1.0  # seconds until dask is asked again where the parts lie


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


def _prepare(number: int, labelling: Labelling, X: Any, y: Any, sample_weight: Any) -> Prepared:
    return prepare(number, X, y, sample_weight, labelling)


def _prepare_given(number: int, labelling: Labelling, part: Any) -> Prepared:
    X, y, *rest = part
    return prepare(number, X, y, rest[0] if rest else None, labelling)


def _prepared(X: Any, y: Any, sample_weight: Any, labelling: Labelling) -> list[Any]:
    if isinstance(X, (list, tuple)):
        if y is not None or sample_weight is not None:
            raise ValueError("X is a list of delayed parts, which bring their own y and sample_weight")
        return [dask.delayed(_prepare_given)(number, labelling, part) for number, part in enumerate(X)]
    columns = [_blocks(X, "X"), _blocks(y, "y")]
    columns.append(
        [None] * len(columns[0]) if sample_weight is None else _blocks(sample_weight, "sample_weight")
    )
    if len({len(column) for column in columns}) > 1:
        counts = ", ".join(str(len(column)) for column in columns)
        raise ValueError(f"X, y and sample_weight have different numbers of partitions: {counts}")
    return [
        dask.delayed(_prepare)(number, labelling, *blocks)
        for number, blocks in enumerate(zip(*columns, strict=True))
    ]


def _summary(part: Prepared) -> tuple[Summary, int]:
    return part.summary, sizeof(part.X)


def _merged(replies: list[bytes]) -> bytes:
    return reduce(reply_merge, replies)


def _same(value: Any) -> Any:
    return value


class DaskParts:
    """The partitions of collections, or a list of delayed (X, y) or (X, y, sample_weight), y None."""

    def __init__(self, X: Any, y: Any, sample_weight: Any, labelling: Labelling) -> None:
        self._parts = list(dask.persist(*_prepared(X, y, sample_weight, labelling)))
        self._sizes: list[int] = []

    def summaries(self) -> Sequence[Summary]:
        """What is known of each part."""
        found = dask.compute(*[dask.delayed(_summary)(part) for part in self._parts])
        self._sizes = [size for _, size in found]
        return [summary for summary, _ in found]

    def engine(self, classes: Classes, scale: float | None, threads: int) -> _OnThreads | _OnWorkers:
        """What has requests answered by dask."""
        if "distributed" in sys.modules:
            futures = sys.modules["distributed"].futures_of(self._parts)
            if len(futures) == len(self._parts) > 0:
                self._parts = []  # those that move are not kept where they were
                return _OnWorkers(futures, self._sizes, classes, scale, threads)
        return _OnThreads(self._parts, classes, scale, threads)


class _OnThreads:
    """Have requests answered by a scheduler of this process."""

    def __init__(self, parts: list[Any], classes: Classes, scale: float | None, threads: int) -> None:
        tasks = min(len(parts), os.cpu_count() or 1)
        bounds = [len(parts) * task // tasks for task in range(tasks + 1)]
        self._groups = [parts[i:j] for i, j in itertools.pairwise(bounds)]
        self._options = (dask.delayed(classes, pure=False), scale, threads or 1)

    def ask(self, request: bytes) -> bytes:
        """Return the merged answers of all parts."""
        shared = dask.delayed(request, pure=False)
        return _merged(
            dask.compute(*[dask.delayed(answer)(shared, group, *self._options) for group in self._groups])
        )


class _OnWorkers:
    """Have requests answered by the workers that hold the parts."""

    def __init__(
        self, futures: list[Any], sizes: list[int], classes: Classes, scale: float | None, threads: int
    ) -> None:
        self._futures = futures
        self._sizes = sizes
        self._options = (classes, scale)
        self._threads = threads
        self._client = futures[0].client
        self._tasks: list[Task] = []
        self._placed = -_PLACED_FOR

    def ask(self, request: bytes) -> bytes:
        """Return the merged answers of all parts."""
        if time.monotonic() >= self._placed + _PLACED_FOR:
            self._place()
        shared = request if len(request) <= _IN_A_TASK else self._submit(None, _same, request)
        replies = [self._answered(shared, task) for task in self._tasks]
        while len(replies) > _MERGED_AT_ONCE:
            groups = [replies[i : i + _MERGED_AT_ONCE] for i in range(0, len(replies), _MERGED_AT_ONCE)]
            replies = [self._submit(None, _merged, group) for group in groups]
        return _merged(self._client.gather(replies))

    def _answered(self, request: Any, task: Task) -> Any:
        parts = [self._futures[part] for part in task.parts]
        return self._submit(
            task.worker, answer, request, parts, *self._options, self._threads or task.threads
        )

    def _submit(self, worker: str | None, function: Any, *arguments: Any) -> Any:
        """A task for a worker, or another where that is gone."""
        place = {} if worker is None else {"workers": worker, "allow_other_workers": True}
        return self._client.submit(function, *arguments, pure=False, **place)

    def _place(self) -> None:
        """Group the parts by the worker that is to answer for them: one that has them."""
        holders = self._client.who_has(self._futures)
        placement = Placement(self._client.nthreads(), self._sizes)
        for part, future in enumerate(self._futures):
            placement.add(part, holders.get(future.key, ()))
        for part, worker in placement.balance():
            self._futures[part] = self._submit(worker, _same, self._futures[part])
        self._tasks = placement.tasks()
        self._placed = time.monotonic()
