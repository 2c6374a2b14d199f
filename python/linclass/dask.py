"""The estimators over rows that dask holds: ``linclass.dask.SoftmaxRegression`` and others.

They take dask arrays, data frames, and lists of delayed (X, y) or (X, y, sample_weight), and fit them
where they are, by :func:`linclass.fit_parts`: on the cluster of the client in use, or on threads where there
is none. The bits of a model depend on the partitions alone, not on the number of workers, nor on workers that
were lost on the way. Predictions of dask collections are such collections, computed when they are asked for.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from linclass._capi.arrays import Array
from linclass._engines.dask_parts import DaskParts, is_dask
from linclass._engines.over_parts import OverParts, ProbabilitiesOverParts
from linclass._engines.prepared import Labelling
from linclass._estimators.linear import LinearClassifier
from linclass._estimators.linear_svm import LinearSVM as _LinearSVM
from linclass._estimators.logistic_regression import LogisticRegression as _LogisticRegression
from linclass._estimators.softmax_regression import SoftmaxRegression as _SoftmaxRegression

__all__ = ["LinearSVM", "LogisticRegression", "SoftmaxRegression"]

Self = TypeVar("Self", bound="_OverDask")


def _method(X: Any, estimator: LinearClassifier, name: str) -> Any:
    """A method of an estimator applied to one partition."""
    if X.shape[0] == 0:  # what dask calls it with to see what comes of it, and empty partitions
        k = len(estimator.classes_)
        return np.zeros((0, k) if name == "predict_proba" or (name != "predict" and k > 2) else 0)
    return getattr(estimator, name)(X)


class _OverDask(OverParts):
    """Fit where dask has the rows; predict there too."""

    def __dask_tokenize__(self) -> Any:
        """What tells this estimator from others, for the names of dask's tasks."""
        return type(self).__name__, self.scale, self._fitted().to_bytes(), self.classes_.tolist()

    def _fit(
        self: Self, X: Any, y: Any, sample_weight: Any, validation: Any, probabilities: Array | None
    ) -> Self:
        if not is_dask(X) and not isinstance(X, (list, tuple)):
            return super()._fit(X, y, sample_weight, validation, probabilities)
        self._refuse_unfit(validation, probabilities)
        labelling = Labelling(type(self).__name__, self.ignore_label)
        held_out = None
        if validation is not None:
            X_v, y_v, *rest = validation
            held_out = DaskParts(X_v, y_v, rest[0] if rest else None, labelling)
        names = np.asarray(X.columns, dtype=object) if hasattr(X, "columns") else None
        return self._fit_held(DaskParts(X, y, sample_weight, labelling), held_out, names)

    def _is_held(self, X: object) -> bool:
        return is_dask(X)

    def _of_held(self, X: Any, method: str) -> Any:
        k = len(self._fitted().labels)
        columns = 0 if method == "predict" or (method == "decision_function" and k == 2) else k  # 0: a vector
        dtype = self.classes_.dtype if method == "predict" else self.model_.dtype
        if hasattr(X, "map_partitions"):
            return X.map_partitions(_method, self, method, meta=np.zeros(0, dtype))
        X = X.rechunk({1: -1})
        shape: dict[str, Any] = {"chunks": (X.chunks[0], (columns,))} if columns else {"drop_axis": 1}
        return X.map_blocks(_method, self, method, dtype=dtype, **shape)


class _WithProbabilities(ProbabilitiesOverParts, _OverDask):
    pass


class SoftmaxRegression(_WithProbabilities, _SoftmaxRegression):
    """:class:`linclass.SoftmaxRegression` over rows that dask holds."""


class LogisticRegression(_WithProbabilities, _LogisticRegression):
    """:class:`linclass.LogisticRegression` over rows that dask holds."""


class LinearSVM(_OverDask, _LinearSVM):
    """:class:`linclass.LinearSVM` over rows that dask holds."""
