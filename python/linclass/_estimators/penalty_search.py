"""A search over penalties by cross-validation: what ``LogisticRegressionCV`` and ``LinearSVMCV`` do.

scikit-learn's C weighs the sum of the losses, so the strength of a penalty, 1 / (C * weight of the rows),
differs from fold to fold. The rows outside each fold therefore have a path of their own, by
:func:`linclass.regularization_path`: each fit starts from the one before, from the smallest C to the largest.
"""

from __future__ import annotations

import dataclasses
import numbers
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
from sklearn.model_selection import check_cv
from sklearn.utils.class_weight import compute_class_weight

from linclass._capi.arrays import Array
from linclass._capi.types import ArrayLike, LabelsLike, MatrixLike, Scorer, Splits, Splitter
from linclass._estimators.convergence import has_converged, warn_of_folds, warn_unless_converged
from linclass._estimators.fitted import finite_input
from linclass._estimators.legacy_attributes import legacy_attributes
from linclass._estimators.linear import LinearClassifier, check_classes, model_labels
from linclass._estimators.rows import Rows, classes_of, coded, ignored, weighed
from linclass._estimators.scoring import Scoring
from linclass._estimators.validation import feature_names, samples, seed_of, weights
from linclass._functions.model import Model
from linclass._functions.path import regularization_path

Self = TypeVar("Self", bound="PenaltySearch")


class Found(NamedTuple):
    """What the fits of all folds had: (folds, ratios, Cs); of paths also the rows and columns of a model."""

    scores: Array
    n_iter: Array
    paths: Array


class SearchResult(LinearClassifier):
    """What a search leaves."""

    Cs_: Array
    l1_ratios_: Array
    C_: Any
    l1_ratio_: Any
    scores_: Any
    coefs_paths_: Any


@dataclasses.dataclass(eq=False, repr=False, kw_only=True)
class PenaltySearch(SearchResult):
    """Choose C, and the share of the l1 norm, by cross-validation; then fit to all rows."""

    Cs: int | ArrayLike = 10
    penalty: Literal["l2", "l1", "elasticnet"] = "l2"
    l1_ratios: ArrayLike | None = None
    cv: int | Splitter | Splits | None = None
    scoring: str | Scorer | None = None
    refit: bool = True
    dual: bool | Literal["auto"] = False
    intercept_scaling: float = 1.0
    use_legacy_attributes: bool = False

    def _strength(self, C: float, total_weight: float, k: int, l1_ratio: float) -> float:
        """The strength of the penalty that C stands for, for rows of that total weight."""
        return 1.0 / (C * total_weight)

    def fit(
        self: Self, X: MatrixLike, y: LabelsLike, sample_weight: ArrayLike | None = None, **refused: object
    ) -> Self:
        """Choose the penalty, and train.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)
            The rows of a fold, and those outside it, are copied; otherwise it is read in place.
        y : array_like, (m,)
            Labels: integers, strings, bools, or anything that can be sorted.
        sample_weight : array_like, (m,), optional
            >= 0, in the fits and in the scores.
        **refused
            Nothing: metadata is not passed on.

        Returns
        -------
        self
            Fitted, with the best penalty.

        Raises
        ------
        ValueError
            As :meth:`LogisticRegression.fit` does, and for Cs, l1_ratios, folds or a scoring that cannot be.
        KeyboardInterrupt
            Ctrl-C, after the iteration in hand.
        """
        _refuse(refused)
        self._check_options()
        names = feature_names(X)
        array = samples(X)
        labels = self._targets(y, array.shape[0])
        mask = ignored(labels, self.ignore_label)
        classes = classes_of(labels, mask)
        check_classes(self, classes)
        row_weights = weights(sample_weight, array.shape[0])
        rows = Rows(array, coded(labels, classes, mask), weighed(row_weights, mask))
        self.Cs_, self.l1_ratios_ = self._candidates()
        folds = [
            (np.asarray(train), np.asarray(test))
            for train, test in check_cv(self.cv, rows.codes, classifier=True).split(X, rows.codes)
        ]
        scoring = Scoring(self.scoring, classes)
        found = self._search(rows, labels, folds, classes, scoring)
        self.scores_, self.coefs_paths_ = found.scores, found.paths
        self._choose(rows, classes, found)
        self.n_iter_ = found.n_iter
        if self.use_legacy_attributes:
            self.__dict__.update(legacy_attributes(self, with_ratios=self.l1_ratios is not None))
        if self.refit:
            warn_unless_converged(self)
        self._remember_features(array, names)
        return self

    @property
    def partial_fit(self) -> Any:
        """There is none: a penalty is not chosen by parts of the data."""
        raise AttributeError(f"{type(self).__name__} has no partial_fit")

    def _check_options(self) -> None:
        if self.patience or self.warm_start:
            name = "patience" if self.patience else "warm_start"
            raise ValueError(f"{name} is {getattr(self, name)!r}: a search over penalties does not offer it")

    def _candidates(self) -> tuple[Array, Array]:
        """Cs and l1_ratios, checked."""
        Cs = (
            np.logspace(-4, 4, self.Cs)
            if isinstance(self.Cs, numbers.Integral)
            else np.asarray(self.Cs, float)
        )
        if Cs.ndim != 1 or not Cs.size or not (Cs > 0).all():
            raise ValueError(f"Cs is {self.Cs!r}, not a number of values, nor values above 0")
        given = {"l2": 0.0, "l1": 1.0, "elasticnet": np.nan}
        if self.penalty not in given:
            raise ValueError(f"penalty is {self.penalty!r}, not 'l2', 'l1' or 'elasticnet'")
        ratios = np.asarray([given[self.penalty]] if self.l1_ratios is None else self.l1_ratios, float)
        if ratios.ndim != 1 or not ratios.size or not ((ratios >= 0) & (ratios <= 1)).all():
            raise ValueError(
                f"penalty is {self.penalty!r} and l1_ratios {self.l1_ratios!r}, not values in 0..1"
            )
        return Cs, ratios

    def _search(
        self, rows: Rows, y: Array, folds: list[tuple[Array, Array]], classes: Array, scoring: Scoring
    ) -> Found:
        shape = len(folds), len(self.l1_ratios_), len(self.Cs_)
        scores, n_iter, paths = np.zeros(shape), np.zeros(shape, np.int32), []
        class_weight = self._weights_of_all(rows, y, classes)
        stopped = []
        for i, (train, test) in enumerate(folds):
            inside, outside = rows.take(test), rows.take(train)
            for j, ratio in enumerate(self.l1_ratios_):
                models = self._path(outside, classes, class_weight, float(ratio))
                for c, model in enumerate(models):
                    self._show(model, classes, rows.X.shape[1])
                    weights = None if rows.weights is None else inside.weights
                    scores[i, j, c] = scoring.of(self, inside.X, y[test], weights)
                    paths.append(self._degrees_of_freedom())
                    report = model.report
                    n_iter[i, j, c] = 0 if report is None else report.iterations
                    if not has_converged(model):
                        stopped.append(model)
        warn_of_folds(type(self).__name__, stopped, len(paths))
        return Found(scores, n_iter, np.reshape(paths, (*shape, *np.shape(paths[0]))))

    def _weights_of_all(self, rows: Rows, y: Array, classes: Array) -> list[float] | None:
        """Class weights as of all rows: "balanced" means the same in every fold."""
        given = self._class_weights(classes)
        if not isinstance(given, str):
            return None if given is None else list(given)
        sums = rows.weight_of_classes(len(classes))
        if rows.weights is None:
            return [float(weight) for weight in compute_class_weight("balanced", classes=classes, y=y)]
        return [float(sums.sum() / (len(classes) * each)) for each in sums]

    def _path(
        self, rows: Rows, classes: Array, class_weight: list[float] | None, l1_ratio: float
    ) -> list[Model]:
        """A model for each of Cs, in their order."""
        k = len(classes)
        factors = 1.0 if class_weight is None else np.asarray(class_weight)
        total = float(np.sum(rows.weight_of_classes(k) * factors))
        strengths = np.array([self._strength(C, total, k, l1_ratio) for C in self.Cs_])
        descending, places = np.unique(-strengths, return_inverse=True)
        options = self._fit_options(seed_of(self.random_state))
        with finite_input():
            path = regularization_path(
                rows.X,
                model_labels(rows, classes),
                lambdas=-descending,
                l1_ratio=l1_ratio,
                loss=self._loss(k),
                sample_weight=rows.weights,
                class_weight=class_weight,
                initial=self._untrained(rows.X.shape[1], classes),
                on_iteration=self.on_iteration,
                **options,
            )
        if len(path.models) < len(descending) or any(model is None for model in path.models):
            raise FloatingPointError(
                f"{type(self).__name__}: the fits of a fold did not end at all penalties"
            )
        return [model for model in (path.models[place] for place in np.ravel(places)) if model is not None]

    def _show(self, model: Model, classes: Array, n: int) -> None:
        """Be the estimator of that model, to be scored."""
        self.model_ = model
        self.classes_ = classes
        self.n_features_in_ = n
        if hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    def _degrees_of_freedom(self) -> Array:
        """``coef_``, with ``intercept_`` behind it where there is one."""
        coef, intercept = self._seen("coef_"), self._seen("intercept_")
        return np.concatenate([coef, intercept[:, None]], axis=1) if self.fit_intercept else coef

    def _choose(self, rows: Rows, classes: Array, found: Found) -> None:
        """Take the best penalty, and its model: fitted to all rows, or the mean of those of the folds."""
        if self.refit:
            total = found.scores.sum(axis=0)
            r, c = np.unravel_index(np.argmax(total), total.shape)
            self.C_, self.l1_ratio_ = float(self.Cs_[c]), float(self.l1_ratios_[r])
            seed = seed_of(self.random_state)
            self._train(rows, None, classes, None, self._fit_options(seed))
            return
        flat = found.scores.reshape(len(found.scores), -1)
        r, c = np.unravel_index(flat.argmax(axis=1), found.scores.shape[1:])
        self.C_, self.l1_ratio_ = float(self.Cs_[c].mean()), float(self.l1_ratios_[r].mean())
        mean = found.paths[np.arange(len(r)), r, c].mean(axis=0)
        n = rows.X.shape[1]
        self.history_ = []
        self._replace(coef_=mean[:, :n], intercept_=mean[:, n] if self.fit_intercept else None)

    def _penalty(self, total_weight: float, k: int) -> tuple[float, float]:
        strength = self._strength(self.C_, total_weight, k, self.l1_ratio_)
        return self.l1_ratio_ * strength, (1.0 - self.l1_ratio_) * strength

    def score(
        self, X: MatrixLike, y: LabelsLike, sample_weight: ArrayLike | None = None, **refused: object
    ) -> float:
        """Compute the score that ``scoring`` names.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)
            Samples, read as :meth:`fit` reads them.
        y : array_like, (m,)
            Their labels.
        sample_weight : array_like, (m,), optional
            What the samples count, >= 0. None: 1 each.
        **refused
            Nothing: metadata is not passed on.

        Returns
        -------
        float
            The accuracy where ``scoring`` is None.

        Raises
        ------
        ValueError
            As :meth:`predict` does.
        """
        _refuse(refused)
        self._fitted()
        return Scoring(self.scoring, None).of(self, X, y, sample_weight)


def _refuse(metadata: Mapping[str, Any]) -> None:
    if metadata:
        raise ValueError(
            f"{', '.join(metadata)}: passing metadata to scorers and splitters is only supported if "
            "enable_metadata_routing=True in scikit-learn's own estimators; here only sample_weight is passed"
        )
