"""A model as scikit-learn's users know one: predictions, attributes, files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import NotFittedError

from linclass._capi.arrays import Array
from linclass._capi.errors import NonFiniteError
from linclass._capi.names import LossName
from linclass._estimators.coefficients import columns, finite
from linclass._estimators.parameters import Parameters
from linclass._estimators.pickled import marked, unmarked
from linclass._estimators.rows import model_labels_of
from linclass._estimators.texts import (
    CLASSES,
    FEATURE_NAMES,
    are_names,
    classes_as_text,
    classes_of_text,
    names_as_text,
    names_of_text,
)
from linclass._estimators.validation import check_feature_names, samples
from linclass._functions.model import Model
from linclass._functions.progress import Progress
from linclass._functions.report import FitReport

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

    def __getstate__(self) -> Any:
        """Pickle the parameters and the model, with a mark of what wrote them."""
        return marked(super().__getstate__())

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
        return hasattr(self, "model_")

    def _fitted(self) -> Model:
        if not hasattr(self, "model_"):
            raise NotFittedError(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with appropriate "
                "arguments before using this estimator."
            )
        return self.model_

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

    def predict(self, X: Any) -> Array:
        """Labels of the highest scores.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)

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
            labels = self.model_.predict(X, scale=self.scale, threads=self.threads)
        if self.classes_.dtype.kind in "iu" and np.array_equal(self.model_.labels, self.classes_):
            return labels.astype(self.classes_.dtype, copy=False)
        found: Array = self.classes_[np.searchsorted(self.model_.labels, labels)]
        return found

    def decision_function(self, X: Any) -> Array:
        """Scores of the classes.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)

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
        """Weights, (k, n), read-only; an array that is assigned takes their place in the model."""
        return self._of_classes(self._fitted().theta.T)

    @coef_.setter
    def coef_(self, coef: Any) -> None:
        self._replace(coef=coef)

    @property
    def intercept_(self) -> Array:
        """Intercepts, (k,), read-only, zeros where none were fitted; may be assigned as ``coef_`` may."""
        model = self._fitted()
        return self._of_classes(np.zeros(model.n_classes, model.dtype) if model.bias is None else model.bias)

    @intercept_.setter
    def intercept_(self, intercept: Any) -> None:
        self._replace(intercept=intercept)

    def _of_classes(self, each: Array) -> Array:
        """The parameters of each class as users see them; read-only: writes to a copy would be lost."""
        one_row = self._one_row_for_two and len(each) == 2
        seen = each[1:] - each[:1] if one_row else each
        seen.flags.writeable = False
        return seen

    def _replace(self, coef: Any = None, intercept: Any = None) -> None:
        """Make a model of other parameters, and those it has where none are given."""
        old: Model | None = getattr(self, "model_", None)
        if old is None and (coef is None or not hasattr(self, "classes_")):
            raise NotFittedError(
                f"This {type(self).__name__} instance is not fitted: assign classes_ first, then coef_, "
                "then intercept_."
            )
        k = len(self.classes_)
        loss = self._loss(k) if old is None else old.loss
        rows = 1 if self._one_row_for_two and k == 2 else k
        if coef is None:
            assert old is not None
            theta = old.theta
        else:
            n = self.n_features_in_ if old is not None else np.shape(coef)[-1] if np.ndim(coef) else 0
            theta = columns(finite(coef, (rows, n), "coef_"), k, loss).T
        bias = None if old is None else old.bias
        if intercept is not None:
            bias = columns(finite(intercept, (rows,), "intercept_"), k, loss)
        labels = model_labels_of(self.classes_) if old is None else old.labels
        model = Model.from_parameters(theta, bias, labels, loss=loss)
        if old is None:
            self._keep(model)
        else:
            self.model_ = model.with_metadata(old.metadata)

    def _loss(self, k: int) -> LossName:
        """Name of the loss for k classes."""
        raise NotImplementedError

    def _keep(self, model: Model) -> None:
        """Take over a model that this estimator did not fit."""
        self.model_ = model
        self.n_features_in_ = model.n_features
        self.history_ = []
        report = model.report
        self.n_iter_ = 0 if report is None else report.iterations

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the library's model file, for :meth:`load`, the command line and C.

        Labels that are texts are the model's names of classes, which the program prints. Others that are no
        integers are their places in ``classes_`` to it and to C. Both, and the names of the features, are in
        the file's metadata.

        Parameters
        ----------
        path : path

        Raises
        ------
        OSError
            The file cannot be written.
        TypeError
            Labels that are no texts and no numbers: pickle keeps those.
        ValueError
            Not fitted; ``scale`` is not the model's: it was set after the fit, or the parameters were.
        """
        if self._fitted().scale != self.scale:
            raise ValueError(
                f"scale is {self.scale!r}, but the model has {self.model_.scale!r}, which its file says: "
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
    def load(cls: type[Self], path: str | os.PathLike[str], classes: Any = None) -> Self:
        """Read a model file, an estimator's or any other.

        Parameters
        ----------
        path : path
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
