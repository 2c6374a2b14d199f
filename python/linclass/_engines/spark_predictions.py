"""Columns of predictions, which Spark computes by a broadcast model, batch by batch."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F

from linclass._capi.arrays import Array
from linclass._engines import spark_rows
from linclass._engines.prepared import Classes
from linclass._functions.model import Model

_LABEL_TYPES = {"i": "bigint", "u": "bigint", "f": "double", "b": "boolean", "U": "string"}


@functools.lru_cache(maxsize=4)
def _model(content: bytes) -> Model:
    return Model.from_bytes(content)


def quoted(name: str) -> str:
    """A name of a column that may have dots in it."""
    return "`" + name.replace("`", "``") + "`"


def _lists(rows: Array) -> Any:
    """A matrix as Arrow's lists, one a row."""
    m, k = rows.shape
    return pa.ListArray.from_arrays(np.arange(0, (m + 1) * k, k, dtype=np.int32), rows.reshape(-1))


class Predictions:
    """What a model says of the rows of a DataFrame, as columns of it."""

    def __init__(self, model: Any, classes: Array, scale: float | None, features: tuple[str, ...]) -> None:
        """Model: its bytes, broadcast."""
        self._broadcast = model
        self._classes = Classes(classes)
        self._scale = scale
        self._names = features

    def _column(self, kind: str, predict: Callable[[Model, Any], Any]) -> Any:
        broadcast, names = self._broadcast, self._names

        def predicted(*columns: pa.Array) -> pa.Array:
            model = _model(broadcast.value)
            return predict(model, spark_rows.features(columns, names))

        return F.arrow_udf(predicted, kind)(*[F.col(quoted(name)) for name in names])

    def labels(self) -> Any:
        """Labels, of the type of the classes."""
        classes, scale = self._classes, self._scale

        def predict(model: Model, X: Any) -> Any:
            found = model.predict(X, scale=scale, threads=1)
            return pa.array(classes.values[np.searchsorted(classes.labels, found)])

        return self._column(_LABEL_TYPES[self._classes.values.dtype.kind], predict)

    def _reals(self, method: Callable[..., Array]) -> Any:
        """Arrays of the k numbers that a method of the model has for each row."""
        scale = self._scale

        def predict(model: Model, X: Any) -> Any:
            return _lists(method(model, X, scale=scale, threads=1).astype(np.float64))

        return self._column("array<double>", predict)

    def scores(self) -> Any:
        """Arrays of k scores."""
        return self._reals(Model.scores)

    def probabilities(self) -> Any:
        """Arrays of k probabilities."""
        return self._reals(Model.probabilities)
