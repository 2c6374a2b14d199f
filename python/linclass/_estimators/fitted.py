"""A model as scikit-learn's users know one: predictions, attributes, files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from linclass._capi.arrays import Array
from linclass._capi.errors import NonFiniteError
from linclass._capi.types import LabelsLike, MatrixLike
from linclass._estimators.coefficients import HANDED, Coefficients
from linclass._estimators.parameters import Parameters
from linclass._estimators.pickled import marked, unmarked
from linclass._estimators.validation import check_feature_names, samples
from linclass._functions.model import Model
from linclass._functions.progress import Progress
from linclass._functions.report import FitReport
from linclass._functions.texts import (
    CLASSES,
    FEATURE_NAMES,
    are_names,
    classes_as_text,
    classes_of_text,
    names_as_text,
    names_of_text,
)

Self = TypeVar("Self", bound="FittedClassifier")


@contextmanager
def finite_input() -> Iterator[None]:
    """Say what scikit-learn's users look for, and where the library found it."""
    try:
        yield
    except NonFiniteError as error:
        raise ValueError(f"Input X contains NaN or infinity: {error}") from error


def _labels_of(model: Model) -> Array:
    """The labels of a model, or the texts that they stand for where it carries an encoding of them all."""
    names = None if model.encoding is None else model.encoding.class_names
    if names is None or model.labels[0] < 0 or model.labels[-1] >= len(names):
        return np.array(model.labels)
    return np.array(names)[model.labels]


class FittedClassifier(Parameters, Coefficients, ClassifierMixin, BaseEstimator):
    """What an estimator does with the :class:`Model` it holds."""

    #: Whether n_iter_ is a number, as of scikit-learn's LinearSVC, or an array, as of its LogisticRegression.
    _n_iter_is_int: ClassVar[bool] = False

    feature_names_in_: Array
    n_iter_: Any
    history_: list[Progress]

    def __getstate__(self) -> Any:
        """Pickle the parameters and the model, with a mark of what wrote them."""
        if HANDED in self.__dict__:
            self._take_writes()
        state = super().__getstate__()
        return marked({name: value for name, value in state.items() if name != HANDED})

    def __setstate__(self, state: Any) -> None:
        """Take a pickle's state, or say why it cannot be this estimator's."""
        super().__setstate__(unmarked(type(self).__name__, state, self._get_param_names()))

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn is to know of the estimator: it takes sparse matrices."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _more_tags(self) -> dict[str, Any]:
        """The same for scikit-learn before 1.6."""
        return {"X_types": ["2darray", "sparse"]}

    def __sklearn_is_fitted__(self) -> bool:
        """Whether there is a model."""
        return "model_" in self.__dict__

    def _input(self, X: Any) -> Any:
        self._fitted()
        check_feature_names(self, X)
        array = samples(X)
        if array.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {array.shape[1]} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input"
            )
        return array

    def predict(self, X: MatrixLike) -> Array:
        """Predict the labels of the highest scores.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)
            Samples, read as :meth:`fit` reads them.

        Returns
        -------
        ndarray, (m,)
            Of the type of ``classes_``; among equal scores the first class.

        Raises
        ------
        ValueError
            Not fitted; another number or other names of features; NaN or infinity in X.
        FloatingPointError
            A score overflows.
        """
        X = self._input(X)
        with finite_input():
            labels = self.model_.predict(X, scale=self._factor(), threads=self._threads())
        if self.classes_.dtype.kind in "iu" and np.array_equal(self.model_.labels, self.classes_):
            return labels.astype(self.classes_.dtype, copy=False)
        found: Array = self.classes_[np.searchsorted(self.model_.labels, labels)]
        return found

    def decision_function(self, X: MatrixLike) -> Array:
        """Compute the scores of the classes.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)
            Samples, read as :meth:`fit` reads them.

        Returns
        -------
        ndarray, (m, k) or (m,)
            For two classes (m,): the score of the second less that of the first.

        Raises
        ------
        ValueError
            Not fitted; another number or other names of features; NaN or infinity in X.
        FloatingPointError
            A score overflows.
        """
        X = self._input(X)
        with finite_input():
            H = self.model_.scores(X, scale=self._factor(), threads=self._threads())
        difference: Array = H[:, 1] - H[:, 0] if H.shape[1] == 2 else H
        return difference

    @property
    def report_(self) -> FitReport:
        """What the fit did."""
        report = self._fitted().report
        if report is None:
            raise AttributeError("the model was not made by a fit: it has no report")
        return report

    def _keep(self, model: Model) -> None:
        """Take over a model that this estimator did not fit."""
        self.model_ = model
        self.n_features_in_ = model.n_features
        self.history_ = []
        report = model.report
        self._count(0 if report is None else report.iterations)

    def _count(self, iterations: int) -> None:
        """Set the number of iterations, as scikit-learn's estimators of the kind have it."""
        self.n_iter_ = iterations if self._n_iter_is_int else np.array([iterations], np.int32)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the library's model file, for :meth:`load`, the command line and C.

        Labels that are texts are the model's names of classes, which the program prints. Others that are no
        integers are their places in ``classes_`` to it and to C. Both, and the names of the features, are in
        the file's metadata.

        Parameters
        ----------
        path : path
            The file.

        Raises
        ------
        OSError
            The file cannot be written.
        TypeError
            Labels that are no texts and no numbers: pickle keeps those.
        ValueError
            Not fitted; ``scale`` is not the model's: it was set after the fit, or the parameters were.
        """
        factor = self._factor()
        if factor not in (None, self._fitted().scale):
            raise ValueError(
                f"scale is {factor!r}, but the model has {self.model_.scale!r}, which its file says: "
                "pickle keeps both; or set scale to the model's and multiply coef_ accordingly"
            )
        texts = {CLASSES: classes_as_text(self.classes_) if hasattr(self, "classes_") else None}
        names = getattr(self, "feature_names_in_", None)
        texts[FEATURE_NAMES] = None if names is None else names_as_text(names)
        model = self.model_.with_metadata(texts)
        if hasattr(self, "classes_") and are_names(self.classes_, model.labels):
            model = model.with_class_names(self.classes_.tolist())
        model.save(path)

    @classmethod
    def load(cls: type[Self], path: str | os.PathLike[str], classes: LabelsLike | None = None) -> Self:
        """Read a model file, an estimator's or any other.

        Parameters
        ----------
        path : path
            The file.
        classes : array_like, (k,), optional
            Labels instead of those in the file, in the order of the file's integers. None: the labels, or
            the texts that they stand for, of the file.

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
            labels = _labels_of(model)
        if labels.shape != (model.n_classes,):
            raise ValueError(f"classes has the shape {labels.shape}, the model {model.n_classes} classes")
        self = cls(scale=model.scale)
        self._keep(model)
        self.classes_ = labels
        if FEATURE_NAMES in kept:
            self.feature_names_in_ = names_of_text(kept[FEATURE_NAMES], model.n_features)
        return self
