"""What the estimators of all engines do: scikit-learn's conventions made options of a fit over parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

import numpy as np

from linclass._capi.arrays import Array, Precision
from linclass._engines.prepared import Classes, Summary, census, check_known
from linclass._estimators.convergence import warn_unless_converged
from linclass._estimators.fitted import finite_input
from linclass._estimators.linear import LinearClassifier, check_classes
from linclass._estimators.probabilistic import ProbabilisticClassifier
from linclass._estimators.validation import seed_of
from linclass._estimators.verbose import shown
from linclass._functions.fit_parts import fit_parts
from linclass._functions.parts import Engine
from linclass._functions.progress import Progress

Self = TypeVar("Self", bound="OverParts")

_OF_SGD = {
    *("batch_size", "momentum", "shuffle", "seed"),
    *("learning_rate_schedule", "learning_rate_decay", "learning_rate_period"),
}


class HeldParts(Protocol):
    """Parts that an engine holds, prepared."""

    def summaries(self) -> Sequence[Summary]:
        """What is known of each part, in their order."""

    def engine(self, classes: Classes, scale: float | None, threads: int) -> Engine:
        """What has requests answered by all of them. ``threads``: of a task; 0: as the engine thinks best."""


class OverParts(LinearClassifier):
    """Fit where the rows are; predict there too."""

    def _is_held(self, X: object) -> bool:
        """Whether the rows of X are the engine's."""
        raise NotImplementedError

    def _of_held(self, X: Any, method: str) -> Any:
        """What a method says of rows that the engine holds, computed where they are when it is asked for."""
        raise NotImplementedError

    def predict(self, X: Any) -> Any:
        """Predict the labels of the highest scores.

        Parameters
        ----------
        X : what the engine holds, array_like or sparse matrix, (m, n)
            Samples.

        Returns
        -------
        what the engine computes when it is asked for, or ndarray, (m,)
            Of a DataFrame of Spark the one column ``prediction_col``.

        Raises
        ------
        ValueError
            As for the estimator of linclass.
        """
        return self._of_held(X, "predict") if self._is_held(X) else super().predict(X)

    def decision_function(self, X: Any) -> Any:
        """Compute the scores of the classes.

        Parameters
        ----------
        X : what the engine holds, array_like or sparse matrix, (m, n)
            Samples.

        Returns
        -------
        what the engine computes when it is asked for, or ndarray, (m, k) or (m,)
            Of a DataFrame of Spark one column, ``decision_function``, of k scores.

        Raises
        ------
        ValueError
            As for the estimator of linclass.
        """
        return self._of_held(X, "decision_function") if self._is_held(X) else super().decision_function(X)

    def _refuse_unfit(self, validation: object, probabilities: Array | None) -> None:
        """ValueError for what rows in parts are not for."""
        if probabilities is not None:
            raise ValueError("target_probabilities are not for rows in parts")
        if self.patience and validation is None:
            raise ValueError("patience needs validation=(X, y): rows in parts are not set apart")

    def _fit_held(
        self: Self,
        training: HeldParts,
        validation: HeldParts | None,
        names: Array | None,
        dtype: Precision | None = None,
    ) -> Self:
        """Fit. ``names``: of the features; ``dtype``: what the fit computes in where no parameter says so."""
        summaries = training.summaries()
        classes, class_sums = census(summaries)
        check_classes(self, classes.values)
        threads = self._threads()
        held_out = None
        if validation is not None:
            check_known(validation.summaries(), classes)
            held_out = validation.engine(classes, self.scale, threads)
        if self.max_iter == 0:
            n = max(part.columns for part in summaries)
            self._start(self._untrained(n, classes.values), classes.values)
        else:
            engine = training.engine(classes, self.scale, threads)
            self._train_parts(engine, held_out, classes.values, class_sums, dtype)
        self.n_features_in_ = self.model_.n_features
        if names is not None:
            self.feature_names_in_ = names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        warn_unless_converged(self)
        return self

    def _train_parts(
        self,
        engine: Engine,
        held_out: Engine | None,
        classes: Array,
        class_sums: Array,
        dtype: Precision | None,
    ) -> None:
        k = len(classes)
        class_weight = self._class_weights(classes)
        factors = 1.0 if class_weight is None or isinstance(class_weight, str) else class_weight
        l1, l2 = self._penalty(float(np.sum(class_sums * factors)), k)
        options = self._fit_options(seed_of(self.random_state))
        options = {name: value for name, value in options.items() if name not in _OF_SGD}
        options["dtype"] = options["dtype"] or dtype
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


class ProbabilitiesOverParts(OverParts, ProbabilisticClassifier):
    """Predict probabilities where the rows are."""

    def predict_proba(self, X: Any) -> Any:
        """Compute the probabilities of the classes.

        Parameters
        ----------
        X : what the engine holds, array_like or sparse matrix, (m, n)
            Samples.

        Returns
        -------
        what the engine computes when it is asked for, or ndarray, (m, k)
            Of a DataFrame of Spark one column, ``probability_col``, of k probabilities.

        Raises
        ------
        ValueError
            As for the estimator of linclass.
        """
        return self._of_held(X, "predict_proba") if self._is_held(X) else super().predict_proba(X)
