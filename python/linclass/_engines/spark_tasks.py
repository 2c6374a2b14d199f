"""What runs on the executors of Spark: their processes import neither scikit-learn nor Spark's SQL."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from pyspark import TaskContext

from linclass._engines import spark_files, spark_rows
from linclass._engines.prepared import Classes, Labelling, Prepared, answer, failed, prepare
from linclass._functions.parts import reply_merge

Reply = tuple[bytes | None, list[int]]  # merged; the parts whose files were not there


@dataclasses.dataclass(frozen=True)
class Columns:
    """Which columns of a DataFrame are what."""

    features: tuple[str, ...]
    label: str
    weight: str | None


def _of_spark(batches: Iterator[Any]) -> Iterator[Any]:
    """The batches. A stream that breaks, as where a process was killed, is no fault of the rows.

    pyarrow says so by an error that is a ValueError too; as another it fails the task, which Spark
    runs again.
    """
    try:
        yield from batches
    except ValueError as error:
        raise RuntimeError("Spark's stream of rows broke") from error


@dataclasses.dataclass(frozen=True)
class Convert:
    """A partition, batch by batch, to the files of a part; its summary."""

    key: str
    ended: tuple[str, ...]
    columns: Columns
    labelling: Labelling

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        spark_files.forget(self.ended)
        number = TaskContext.get().partitionId()
        read = _of_spark(batches)
        try:
            part = self._prepared(number, read)
        except (TypeError, ValueError) as error:
            part = failed(number, str(error))
            for _ in read:  # Spark starts a new process where one has not read all of its input
                pass
        spark_files.save(self.key, part)
        yield pa.RecordBatch.from_pydict({"summary": [pickle.dumps(part.summary)]})

    def _prepared(self, number: int, batches: Iterator[Any]) -> Prepared:
        n = len(self.columns.features)
        X: list[Any] = []
        y: list[Any] = []
        row_weights: list[Any] = []
        rows = 0
        for batch in batches:
            if batch.num_rows == 0:
                continue
            X.append(spark_rows.features(batch.columns[:n], self.columns.features, rows))
            y.append(spark_rows.labels(batch.columns[n], self.columns.label, rows))
            if self.columns.weight is not None:
                row_weights.append(spark_rows.weights(batch.columns[n + 1], self.columns.weight, rows))
            rows += batch.num_rows
        if not rows:
            return prepare(number, None, [], None, self.labelling)
        joined = spark_rows.joined(X)
        X.clear()
        weights = np.concatenate(row_weights) if row_weights else None
        return prepare(number, joined, np.concatenate(y), weights, self.labelling)


@dataclasses.dataclass(frozen=True)
class Answer:
    """The replies of the parts whose summaries are in a partition."""

    key: str
    request: bytes
    classes: Classes
    scale: float | None
    threads: int

    def __call__(self, summaries: Iterable[bytes]) -> Iterator[Reply]:
        for pickled in summaries:
            number = pickle.loads(pickled).number
            part = spark_files.load(self.key, number)
            if part is None:
                yield None, [number]
            else:
                yield answer(self.request, [part], self.classes, self.scale, self.threads), []


@dataclasses.dataclass(frozen=True)
class Forget:
    key: str

    def __call__(self, summaries: Iterable[bytes]) -> Iterator[bytes]:
        yield from summaries
        spark_files.forget([self.key])


def merged(a: Reply, b: Reply) -> Reply:
    reply = a[0] or b[0] if a[0] is None or b[0] is None else reply_merge(a[0], b[0])
    return reply, a[1] + b[1]


def first_column(row: Any) -> bytes:
    return bytes(row[0])
