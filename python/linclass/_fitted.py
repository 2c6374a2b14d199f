"""A model as scikit-learn's users know one: predictions, attributes, files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

import numpy as np

from linclass._arrays import Array
from linclass._bases import BaseEstimator, ClassifierMixin, NotFittedError
from linclass._errors import NonFiniteError
from linclass._kept_labels import (
    CLASSES,
    FEATURE_NAMES,
    classes_as_text,
    classes_of_text,
    names_as_text,
    names_of_text,
)
from linclass._model import Model
from linclass._parameters import Parameters
from linclass._progress import Progress
from linclass._report import FitReport
from linclass._validation import check_feature_names, samples

Self = TypeVar("Self", bound="FittedClassifier")


@contextmanager
def finite_input() -> Iterator[None]:
    """Say what scikit-learn's users look for, and where the library found it."""
    try:
        yield
    except NonFiniteError as error:
        raise ValueError(f"Input X contains NaN or infinity: {error}") from error


class FittedClassifier(Parameters, ClassifierMixin, BaseEstimator):
    """What an estimator does with the :class:`Model` it holds."""

    #: Whether two classes have one row of coef_ and intercept_: the second less the first.
    _one_row_for_two: ClassVar[bool] = False

    classes_: Array
    n_features_in_: int
    feature_names_in_: Array
    n_iter_: int
    history_: list[Progress]
    model_: Model

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
        """Labels of the highest scores.

        Parameters
        ----------
        X : array_like, (m, n)

        Returns
        -------
        ndarray, (m,)
            Of the type of ``classes_``; among equal scores the first class.

        Raises
        ------
        ValueError
            Not fitted; another number or other names of features; NaN or infinity in X.
        TypeError
            X is sparse.
        FloatingPointError
            A score overflows.
        """
        X = self._input(X)
        with finite_input():
            labels = self.model_.predict(X, scale=self.scale, threads=self.threads)
        if self.classes_.dtype.kind in "iu" and np.array_equal(self.model_.labels, self.classes_):
            return labels.astype(self.classes_.dtype, copy=False)
        found: Array = self.classes_[np.searchsorted(self.model_.labels, labels)]
        return found

    def decision_function(self, X: Any) -> Array:
        """Scores of the classes.

        Parameters
        ----------
        X : array_like, (m, n)

        Returns
        -------
        ndarray, (m, k) or (m,)
            For two classes (m,): the score of the second less that of the first.

        Raises
        ------
        ValueError
            Not fitted; another number or other names of features; NaN or infinity in X.
        TypeError
            X is sparse.
        FloatingPointError
            A score overflows.
        """
        X = self._input(X)
        with finite_input():
            H = self.model_.scores(X, scale=self.scale, threads=self.threads)
        difference: Array = H[:, 1] - H[:, 0] if H.shape[1] == 2 else H
        return difference

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

        Labels that are no integers are their places in ``classes_`` to the command line and to C; they
        themselves, and the names of the features, are in the file's metadata.

        Parameters
        ----------
        path : path

        Raises
        ------
        OSError
            The file cannot be written.
        TypeError
            Labels that are no texts and no numbers: pickle keeps those.
        """
        texts = {CLASSES: classes_as_text(self.classes_) if hasattr(self, "classes_") else None}
        names = getattr(self, "feature_names_in_", None)
        texts[FEATURE_NAMES] = None if names is None else names_as_text(names)
        self._fitted().with_metadata(texts).save(path)

    @classmethod
    def load(cls: type[Self], path: str | os.PathLike[str], classes: Any = None) -> Self:
        """Read a model file, an estimator's or any other.

        Parameters
        ----------
        path : path
        classes : array_like, (k,), optional
            Labels instead of those in the file, in the order of the file's integers.

        Returns
        -------
        estimator
            With the scale of the training data; all other parameters are the defaults.

        Raises
        ------
        OSError
            The file cannot be read.
        ValueError
            It is no model or damaged, or classes are not k.
        """
        return cls._of_model(Model.load(path), classes)

    @classmethod
    def _of_model(cls: type[Self], model: Model, classes: Any = None) -> Self:
        kept = model.metadata
        if classes is not None:
            labels = np.asarray(classes)
        elif CLASSES in kept:
            labels = classes_of_text(kept[CLASSES], model.n_classes)
        else:
            labels = np.array(model.labels)
        if labels.shape != (model.n_classes,):
            raise ValueError(f"classes has the shape {labels.shape}, the model {model.n_classes} classes")
        self = cls(scale=model.scale)
        self.model_ = model
        self.classes_ = labels
        self.n_features_in_ = model.n_features
        if FEATURE_NAMES in kept:
            self.feature_names_in_ = names_of_text(kept[FEATURE_NAMES], model.n_features)
        self.history_ = []
        report = model.report
        self.n_iter_ = 0 if report is None else report.iterations
        return self
