"""What the estimators share: they hold a :class:`Model` and speak scikit-learn's conventions."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

import numpy as np

from linclass._arrays import Array
from linclass._bases import (
    BaseEstimator,
    ClassifierMixin,
    ConvergenceWarning,
    DataConversionWarning,
    NotFittedError,
)
from linclass._errors import NonFiniteError
from linclass._fit import fit
from linclass._model import FitReport, Model
from linclass._progress import Progress
from linclass._validation import check_feature_names, feature_names, samples, seed_of, targets, weights
from linclass._verbose import shown

Self = TypeVar("Self", bound="LinearClassifier")


@contextmanager
def _finite_input() -> Iterator[None]:
    """Say what scikit-learn's users look for, and where the library found it."""
    try:
        yield
    except NonFiniteError as error:
        raise ValueError(f"Input X contains NaN or infinity: {error}") from error


def _check_classes(estimator: Any, classes: Array) -> None:
    if len(classes) < 2:
        raise ValueError(
            f"{type(estimator).__name__} needs samples of at least 2 classes; "
            f"the data has 1 class: {classes[0]}"
        )


def _are_model_labels(classes: Array) -> bool:
    """Whether the labels can be the model's own: integers that int64 holds."""
    return classes.dtype.kind in "iu" and int(classes[-1]) <= np.iinfo(np.int64).max


def _warn_of_limits(estimator: LinearClassifier) -> None:
    report = estimator.report_
    if report.stopped_because in ("iteration limit", "time limit"):
        warnings.warn(
            f"{type(estimator).__name__} stopped by the {report.stopped_because} after "
            f"{report.iterations} iterations, before the gradient was small: {report.gradient_norm:.3g}",
            ConvergenceWarning,
            stacklevel=3,
        )


class LinearClassifier(ClassifierMixin, BaseEstimator):
    """Fit, predict and keep a model; subclasses say which loss, penalty and options."""

    #: Whether two classes have one row of coef_ and intercept_: the second less the first.
    _one_row_for_two: ClassVar[bool] = False

    classes_: Array
    n_features_in_: int
    feature_names_in_: Array
    n_iter_: int
    history_: list[Progress]
    model_: Model

    # What the subclasses' constructors set.
    tol: float
    max_iter: int | None
    fit_intercept: bool
    class_weight: Any
    random_state: Any
    warm_start: bool
    scale: float
    threads: int
    verbose: bool
    on_iteration: Any

    def _loss(self, k: int) -> str:
        """Name of the loss for k classes."""
        raise NotImplementedError

    def _penalty(self, total_weight: float, k: int) -> tuple[float, float]:
        """l1 and l2 of the objective, for samples of that total weight and k classes."""
        raise NotImplementedError

    def _solver_options(self) -> dict[str, Any]:
        """Options of :func:`fit` that the subclass has parameters for."""
        return {}

    def fit(self: Self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train.

        Parameters
        ----------
        X : array_like, (m, n)
            uint8, float32 and float64 arrays are read where they lie, whatever their strides.
        y : array_like, (m,)
            Labels: integers, strings, bools, or anything that can be sorted.
        sample_weight : array_like, (m,), optional
            >= 0; doubling one is repeating the row.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            NaN or infinity in X or y, sizes that do not fit, fewer than two classes, a parameter out of
            range, a combination the library does not offer.
        KeyboardInterrupt
            Ctrl-C, after the iteration in hand.
        """
        names = feature_names(X)
        X = samples(X)
        y = targets(y, X.shape[0], type(self).__name__, DataConversionWarning)
        row_weights = weights(sample_weight, X.shape[0])
        classes, codes = np.unique(y, return_inverse=True)
        _check_classes(self, classes)
        warm = (
            self.warm_start
            and hasattr(self, "model_")
            and self.n_features_in_ == X.shape[1]
            and np.array_equal(self.classes_, classes)
        )
        initial = self.model_ if warm else None
        self._train(X, codes.reshape(-1), classes, row_weights, initial, {})
        self._remember_features(X, names)
        _warn_of_limits(self)
        return self

    def partial_fit(self: Self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train on for one epoch of SGD, on a part of the data.

        Parameters
        ----------
        X : array_like, (m, n)
        y : array_like, (m,)
        classes : array_like, (k,)
            All the labels there will be; needed at the first call.
        sample_weight : array_like, (m,), optional

        Returns
        -------
        self

        Raises
        ------
        ValueError
            As :meth:`fit` does; and for a label that is not among the classes.
        """
        first = not hasattr(self, "model_")
        names = feature_names(X)
        if first and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit.")
        given = None if classes is None else np.unique(np.asarray(classes))
        known = given if first and given is not None else self.classes_
        if given is not None and not np.array_equal(given, known):
            raise ValueError(f"classes is {classes!r}, not those of the first call: {known}")
        _check_classes(self, known)
        X = samples(X) if first else self._input(X)
        y = targets(y, X.shape[0], type(self).__name__, DataConversionWarning)
        codes = np.searchsorted(known, y).clip(0, len(known) - 1)
        unknown = known[codes] != y
        if unknown.any():
            raise ValueError(f"y has {y[unknown][0]}, which is not among the classes: {known}")
        row_weights = weights(sample_weight, X.shape[0])
        initial = self._untrained(X.shape[1], known) if first else self.model_
        epoch = {"solver": "sgd", "max_iterations": 1}
        self._train(X, codes, known, row_weights, initial, epoch)
        if first:
            self._remember_features(X, names)
        return self

    def _untrained(self, n: int, classes: Array) -> Model:
        """The model of the classes whose parameters are zero."""
        k = len(classes)
        bias = np.zeros(k) if self.fit_intercept else None
        labels = classes if _are_model_labels(classes) else None
        return Model.from_parameters(np.zeros((n, k)), bias, labels, loss=self._loss(k))

    def _remember_features(self, X: Array, names: Array | None) -> None:
        self.n_features_in_ = X.shape[1]
        if names is not None:
            self.feature_names_in_ = names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    def _class_weights(self, classes: Array) -> Any:
        """Class weights in the order of the classes, "balanced" or None."""
        given = self.class_weight
        if given is None or isinstance(given, str):
            if given not in (None, "balanced"):
                raise ValueError(f"class_weight is {given!r}, not None, 'balanced' or a dict")
            return given
        unknown = [label for label in given if label not in classes]
        if unknown:
            raise ValueError(f"class_weight has {unknown[0]!r}, which is no class: {classes.tolist()}")
        return [float(given.get(label, 1.0)) for label in classes.tolist()]

    def _train(
        self,
        X: Array,
        codes: Array,
        classes: Array,
        row_weights: Array | None,
        initial: Model | None,
        options: dict[str, Any],
    ) -> None:
        """Fit a model and keep it. ``options``: instead of those of the parameters."""
        class_weight = self._class_weights(classes)
        share = np.bincount(codes, row_weights, len(classes))
        factors = 1.0 if class_weight is None or isinstance(class_weight, str) else class_weight
        l1, l2 = self._penalty(float(np.sum(share * factors)), len(classes))
        labels = classes[codes] if _are_model_labels(classes) else codes
        options = {
            "gradient_tolerance": self.tol,
            "max_iterations": 0 if self.max_iter is None else self.max_iter,
            "fit_bias": self.fit_intercept,
            "seed": seed_of(self.random_state),
            **self._solver_options(),
            **options,
        }
        history: list[Progress] = []
        with _finite_input(), shown(self.verbose, type(self).__name__) as show:

            def on_iteration(progress: Progress) -> bool:
                history.append(progress)
                show(progress)
                return self.on_iteration is not None and bool(self.on_iteration(progress))

            model = fit(
                X,
                labels,
                loss=self._loss(len(classes)),
                l1=l1,
                l2=l2,
                scale=self.scale,
                sample_weight=row_weights,
                class_weight=class_weight,
                initial=initial,
                on_iteration=on_iteration,
                threads=self.threads,
                **options,
            )
        self.model_ = model
        self.classes_ = classes
        self.history_ = history
        self.n_iter_ = self.report_.iterations

    def __sklearn_is_fitted__(self) -> bool:
        """Whether there is a model."""
        return hasattr(self, "model_")

    def _fitted(self) -> Model:
        if not hasattr(self, "model_"):
            raise NotFittedError(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with appropriate "
                "arguments before using this estimator."
            )
        return self.model_

    def _input(self, X: Any) -> Array:
        self._fitted()
        check_feature_names(self, X)
        array = samples(X)
        if array.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {array.shape[1]} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input"
            )
        return array

    def predict(self, X: Any) -> Array:
        """The label of the highest score of each row, (m,)."""
        X = self._input(X)
        with _finite_input():
            labels = self.model_.predict(X, scale=self.scale, threads=self.threads)
        if self.classes_.dtype.kind in "iu" and np.array_equal(self.model_.labels, self.classes_):
            return labels.astype(self.classes_.dtype, copy=False)
        found: Array = self.classes_[labels]
        return found

    def decision_function(self, X: Any) -> Array:
        """Scores, (m, k); for two classes (m,): that of the second less that of the first."""
        X = self._input(X)
        with _finite_input():
            H = self.model_.scores(X, scale=self.scale, threads=self.threads)
        difference: Array = H[:, 1] - H[:, 0] if H.shape[1] == 2 else H
        return difference

    def _probabilities(self, X: Any) -> Array:
        X = self._input(X)
        with _finite_input():
            return self.model_.probabilities(X, scale=self.scale, threads=self.threads)

    @property
    def report_(self) -> FitReport:
        """What the fit did."""
        report = self._fitted().report
        if report is None:
            raise AttributeError("the model was not made by a fit: it has no report")
        return report

    @property
    def coef_(self) -> Array:
        """Weights, (k, n): theta transposed."""
        return self._rows(self._fitted().theta.T)

    @property
    def intercept_(self) -> Array:
        """Intercepts, (k,); zeros where none were fitted."""
        model = self._fitted()
        return self._rows(np.zeros(model.n_classes, model.dtype) if model.bias is None else model.bias)

    def _rows(self, of_classes: Array) -> Array:
        one_row = self._one_row_for_two and len(of_classes) == 2
        return of_classes[1:] - of_classes[:1] if one_row else of_classes

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the library's model file, for :meth:`load`, the command line and C.

        It holds integer labels: others are written as their places in ``classes_``, and :meth:`load` is
        to be given them. Raises OSError.
        """
        self._fitted().save(path)

    @classmethod
    def load(cls: type[Self], path: str | os.PathLike[str], classes: Any = None) -> Self:
        """Read a model file; OSError, or ValueError when it is none.

        ``classes``: k labels instead of the file's integers, in their order.
        """
        return cls._of_model(Model.load(path), classes)

    @classmethod
    def _of_model(cls: type[Self], model: Model, classes: Any = None) -> Self:
        labels = np.array(model.labels) if classes is None else np.asarray(classes)
        if labels.shape != (model.n_classes,):
            raise ValueError(f"classes has the shape {labels.shape}, the model {model.n_classes} classes")
        self = cls(scale=model.scale)  # type: ignore[call-arg]
        self.model_ = model
        self.classes_ = labels
        self.n_features_in_ = model.n_features
        self.history_ = []
        report = model.report
        self.n_iter_ = 0 if report is None else report.iterations
        return self
