"""The estimators over rows that Spark holds: ``linclass.spark.SoftmaxRegression`` and others.

They take a DataFrame with a column of features (Spark's vectors, dense or sparse, or arrays; or several
columns of numbers), one of labels and perhaps one of weights, and fit it where it is, by
:func:`linclass.fit_parts`. The bits of a model depend on the partitions alone, not on the number of
executors, nor on those that were lost on the way. The predictions of a DataFrame are columns of one,
computed when Spark needs them. Spark 4.1 or later.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from linclass._capi.arrays import Precision
from linclass._engines.over_parts import OverParts, ProbabilitiesOverParts
from linclass._engines.prepared import Labelling
from linclass._engines.spark_parts import SparkParts, interruptible
from linclass._engines.spark_predictions import Predictions, quoted
from linclass._engines.spark_tasks import Columns
from linclass._estimators.linear_svm import LinearSVM as _LinearSVM
from linclass._estimators.logistic_regression import LogisticRegression as _LogisticRegression
from linclass._estimators.softmax_regression import SoftmaxRegression as _SoftmaxRegression

__all__ = ["LinearSVM", "LogisticRegression", "SoftmaxRegression"]

Self = TypeVar("Self", bound="_OverSpark")

_NARROW = (T.ByteType, T.ShortType, T.FloatType, T.BooleanType)  # that single precision holds


def _precision(frame: DataFrame, features: Sequence[str]) -> Precision:
    """What a fit to such columns computes in: float64, unless single precision holds their elements."""
    for name in features:
        kind = frame.select(quoted(name)).schema[0].dataType
        kind = kind.elementType if isinstance(kind, T.ArrayType) else kind
        if not isinstance(kind, _NARROW):
            return "float64"
    return "float32"


@dataclasses.dataclass(eq=False, repr=False, kw_only=True)
class _OverSpark(OverParts):
    """Fit where Spark has the rows; predict there too."""

    features_col: str | Sequence[str] = "features"
    label_col: str = "label"
    weight_col: str | None = None
    prediction_col: str = "prediction"

    def _features(self) -> tuple[str, ...]:
        given = self.features_col
        return (given,) if isinstance(given, str) else tuple(given)

    def fit(
        self: Self, X: Any, y: Any = None, sample_weight: Any = None, *, validation: Any = None, **given: Any
    ) -> Self:
        """Train.

        Parameters
        ----------
        X : DataFrame of Spark, with the columns ``features_col``, ``label_col`` and ``weight_col``
            Or an array or a sparse matrix, as for the estimator of linclass.
        y, sample_weight : array_like, (m,)
            Of arrays; None for a DataFrame.
        validation : DataFrame, optional
            Rows to report on after every iteration, and to stop by where ``patience`` is set.
        **given
            With arrays, what else the estimator of linclass takes.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            As for the estimator of linclass; for what is wrong with a partition, its number comes before the
            message.
        pyspark.errors.PySparkException
            What Spark raises, as where a column is missing, or where a task failed time after time.
        KeyboardInterrupt
            Ctrl-C; the jobs of the fit are cancelled.
        """
        if not self._is_held(X):
            return super().fit(X, y, sample_weight, validation=validation, **given)
        if y is not None or sample_weight is not None:
            raise ValueError("labels and weights of a DataFrame are columns: label_col and weight_col")
        self._refuse_unfit(validation, given.get("target_probabilities"))
        features = self._features()
        columns = Columns(features, self.label_col, self.weight_col)
        labelling = Labelling(type(self).__name__, self.ignore_label)
        names = None if isinstance(self.features_col, str) else np.asarray(features, dtype=object)
        held = [SparkParts(frame, columns, labelling) for frame in (X, validation) if frame is not None]
        held_out = held[1] if len(held) > 1 else None
        ended_well = False
        with interruptible():
            try:
                self._fit_held(held[0], held_out, names, _precision(X, features))
                ended_well = True
            finally:
                for parts in held:
                    parts.close(ended_well)
        return self

    def _predictions(self, frame: DataFrame) -> Predictions:
        model = frame.sparkSession.sparkContext.broadcast(self._fitted().to_bytes())
        return Predictions(model, self.classes_, self._factor(), self._features())

    def transform(self, X: DataFrame) -> DataFrame:
        """Add the columns of the predictions to a DataFrame.

        Parameters
        ----------
        X : DataFrame with the columns of the features

        Returns
        -------
        DataFrame
            With ``prediction_col``, and ``probability_col`` where the estimator has one that is not None.

        Raises
        ------
        ValueError
            Not fitted.
        """
        predictions = self._predictions(X)
        for method in self._added():
            column, name = self._column(predictions, method)
            X = X.withColumn(name, column)
        return X

    def _added(self) -> list[str]:
        """The methods whose columns :meth:`transform` adds."""
        return ["predict"]

    def _is_held(self, X: object) -> bool:
        return isinstance(X, DataFrame)

    def _of_held(self, X: Any, method: str) -> DataFrame:
        column, name = self._column(self._predictions(X), method)
        return X.select(column.alias(name))

    def _column(self, predictions: Predictions, method: str) -> tuple[Column, str]:
        """What a method says of each row, and the name of that column."""
        if method == "predict":
            return predictions.labels(), self.prediction_col
        return predictions.scores(), method

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Share of the rows predicted rightly, by weight.

        Parameters
        ----------
        X : DataFrame, array_like or sparse matrix, (m, n)
        y, sample_weight : array_like, (m,)
            Of arrays; None for a DataFrame, which has the columns ``label_col`` and perhaps ``weight_col``.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            As for the estimator of linclass.
        """
        if not self._is_held(X):
            return float(super().score(X, y, sample_weight))
        weight = F.lit(1.0) if self.weight_col is None else F.col(quoted(self.weight_col))
        right = (self._predictions(X).labels() == F.col(quoted(self.label_col))).cast("double")
        rows = X.select(right.alias("right"), weight.alias("weight"))
        found = rows.agg((F.sum(F.col("right") * F.col("weight")) / F.sum("weight")).alias("score")).head()
        assert found is not None
        return float(found.score)


@dataclasses.dataclass(eq=False, repr=False, kw_only=True)
class _WithProbabilities(ProbabilitiesOverParts, _OverSpark):
    probability_col: str | None = "probability"

    def _added(self) -> list[str]:
        return super()._added() + ([] if self.probability_col is None else ["predict_proba"])

    def _column(self, predictions: Predictions, method: str) -> tuple[Column, str]:
        if method == "predict_proba":
            return predictions.probabilities(), self.probability_col or "probability"
        return super()._column(predictions, method)


@dataclasses.dataclass(eq=False, repr=False, kw_only=True)
class SoftmaxRegression(_WithProbabilities, _SoftmaxRegression):
    """:class:`linclass.SoftmaxRegression` over rows that Spark holds.

    Its parameters, and the names of columns: ``features_col``, one, or several of numbers; ``label_col``,
    ``weight_col``; ``prediction_col``, ``probability_col``.
    """


@dataclasses.dataclass(eq=False, repr=False, kw_only=True)
class LogisticRegression(_WithProbabilities, _LogisticRegression):
    """:class:`linclass.LogisticRegression` over rows that Spark holds, with the names of columns."""


@dataclasses.dataclass(eq=False, repr=False, kw_only=True)
class LinearSVM(_OverSpark, _LinearSVM):
    """:class:`linclass.LinearSVM` over rows that Spark holds, with the names of columns."""
