"""The estimators over rows that dask holds: ``linclass.dask.SoftmaxRegression`` and others.

They take dask arrays, data frames, and lists of delayed (X, y) or (X, y, sample_weight), and fit them
where they are, by :func:`linclass.fit_parts`: on the cluster of the client in use, or on threads where there
is none. The bits of a model depend on the partitions alone, not on the number of workers, nor on workers that
were lost on the way. Predictions of dask collections are such collections, computed when they are asked for.
"""

from __future__ import annotations

from typing import Any, TypeVar

import dask
import numpy as np

from linclass._capi.arrays import Array
from linclass._engines.dask_parts import Encoding, Engine, census, delayed_parts, is_dask
from linclass._estimators.convergence import warn_unless_converged
from linclass._estimators.fitted import finite_input
from linclass._estimators.linear import LinearClassifier, check_classes
from linclass._estimators.linear_svm import LinearSVM as _LinearSVM
from linclass._estimators.logistic_regression import LogisticRegression as _LogisticRegression
from linclass._estimators.rows import model_labels_of
from linclass._estimators.softmax_regression import SoftmaxRegression as _SoftmaxRegression
from linclass._estimators.validation import seed_of
from linclass._estimators.verbose import shown
from linclass._functions.fit_parts import fit_parts
from linclass._functions.progress import Progress

__all__ = ["LinearSVM", "LogisticRegression", "SoftmaxRegression"]

Self = TypeVar("Self", bound="_OverParts")

_OF_SGD = {
    *("batch_size", "momentum", "shuffle", "seed"),
    *("learning_rate_schedule", "learning_rate_decay", "learning_rate_period"),
}


def _method(X: Any, estimator: LinearClassifier, name: str) -> Any:
    """A method of an estimator applied to one partition."""
    if X.shape[0] == 0:  # what dask calls it with to see what comes of it, and empty partitions
        k = len(estimator.classes_)
        return np.zeros((0, k) if name == "predict_proba" or (name != "predict" and k > 2) else 0)
    return getattr(estimator, name)(X)


class _OverParts(LinearClassifier):
    """Fit where the rows are; predict there too."""

    def __dask_tokenize__(self) -> Any:
        """What tells this estimator from others, for the names of dask's tasks."""
        return type(self).__name__, self.scale, self._fitted().to_bytes(), self.classes_.tolist()

    def _fit(
        self: Self, X: Any, y: Any, sample_weight: Any, validation: Any, probabilities: Array | None
    ) -> Self:
        if not is_dask(X) and not isinstance(X, (list, tuple)):
            return super()._fit(X, y, sample_weight, validation, probabilities)
        if probabilities is not None:
            raise ValueError("target_probabilities are not for rows in parts")
        if self.patience and validation is None:
            raise ValueError("patience needs validation=(X, y): rows in parts are not set apart")
        name = type(self).__name__
        parts = list(dask.persist(*delayed_parts(X, y, sample_weight)))
        classes, class_sums = census(parts, Encoding(name, self.ignore_label))
        check_classes(self, classes)
        encoding = Encoding(name, self.ignore_label, classes, model_labels_of(classes))
        held_out = None
        if validation is not None:
            given = delayed_parts(*validation, *[None] * (3 - len(validation)))
            held_out = self._engine(list(dask.persist(*given)), encoding)
        self._train_parts(self._engine(parts, encoding), held_out, classes, class_sums)
        if hasattr(X, "columns"):
            self.feature_names_in_ = np.asarray(X.columns, dtype=object)
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        warn_unless_converged(self)
        return self

    def _engine(self, parts: list[Any], encoding: Encoding) -> Engine:
        """Workers have threads of their own: a part is answered on one, unless ``threads`` says more."""
        return Engine(parts, encoding, self.scale, self._threads() or 1)

    def _train_parts(
        self, engine: Engine, held_out: Engine | None, classes: Array, class_sums: Array
    ) -> None:
        k = len(classes)
        class_weight = self._class_weights(classes)
        factors = 1.0 if class_weight is None or isinstance(class_weight, str) else class_weight
        l1, l2 = self._penalty(float(np.sum(class_sums * factors)), k)
        options = self._fit_options(seed_of(self.random_state))
        options = {name: value for name, value in options.items() if name not in _OF_SGD}
        warm = self.warm_start and hasattr(self, "model_") and np.array_equal(self.classes_, classes)
        history: list[Progress] = []
        with finite_input(), shown(bool(self.verbose), type(self).__name__) as show:

            def on_iteration(progress: Progress) -> bool:
                history.append(progress)
                show(progress)
                return self.on_iteration is not None and bool(self.on_iteration(progress))

            model = fit_parts(
                engine,
                loss=self._loss(k),
                l1=l1,
                l2=l2,
                class_weight=class_weight,
                validation=held_out,
                initial=self.model_ if warm else None,
                on_iteration=on_iteration,
                **options,
            )
        self.model_ = model
        self.classes_ = classes
        self.history_ = history
        self._count(self.report_.iterations)
        self.n_features_in_ = model.n_features

    def _lazily(self, name: str, X: Any, columns: int, dtype: Any) -> Any:
        """A method over the partitions of a dask collection; columns: of what it returns, 0 for a vector."""
        self._fitted()
        if hasattr(X, "map_partitions"):
            return X.map_partitions(_method, self, name, meta=np.zeros(0, dtype))
        X = X.rechunk({1: -1})
        shape: dict[str, Any] = {"chunks": (X.chunks[0], (columns,))} if columns else {"drop_axis": 1}
        return X.map_blocks(_method, self, name, dtype=dtype, **shape)

    def predict(self, X: Any) -> Any:
        """Labels of the highest scores: for dask collections one that computes them.

        Parameters
        ----------
        X : array_like, sparse matrix, dask array or data frame, (m, n)

        Returns
        -------
        ndarray or dask array, (m,)

        Raises
        ------
        ValueError
            As for the estimator of linclass.
        """
        return self._lazily("predict", X, 0, self.classes_.dtype) if is_dask(X) else super().predict(X)

    def decision_function(self, X: Any) -> Any:
        """Scores of the classes: for dask collections one that computes them.

        Parameters
        ----------
        X : array_like, sparse matrix, dask array or data frame, (m, n)

        Returns
        -------
        ndarray or dask array, (m, k) or (m,)

        Raises
        ------
        ValueError
            As for the estimator of linclass.
        """
        if not is_dask(X):
            return super().decision_function(X)
        k = len(self._fitted().labels)
        return self._lazily("decision_function", X, 0 if k == 2 else k, self.model_.dtype)


class _WithProbabilities(_OverParts):
    def predict_proba(self, X: Any) -> Any:
        """Probabilities of the classes: for dask collections one that computes them.

        Parameters
        ----------
        X : array_like, sparse matrix, dask array or data frame, (m, n)

        Returns
        -------
        ndarray or dask array, (m, k)

        Raises
        ------
        ValueError
            As for the estimator of linclass.
        """
        if not is_dask(X):
            return super().predict_proba(X)
        return self._lazily("predict_proba", X, len(self._fitted().labels), self.model_.dtype)


class SoftmaxRegression(_WithProbabilities, _SoftmaxRegression):
    """:class:`linclass.SoftmaxRegression` over rows that dask holds."""


class LogisticRegression(_WithProbabilities, _LogisticRegression):
    """:class:`linclass.LogisticRegression` over rows that dask holds."""


class LinearSVM(_OverParts, _LinearSVM):
    """:class:`linclass.LinearSVM` over rows that dask holds."""
