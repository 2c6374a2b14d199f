"""``coef_`` and ``intercept_``: a model's parameters as users see, assign and write them.

A model is immutable. The arrays that are handed out are copies, kept and compared with the model before it is
used: what a user wrote to them makes another model.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

import numpy as np
from sklearn.exceptions import NotFittedError

from linclass._capi.arrays import Array, as_array, real_dtype
from linclass._capi.names import LossName
from linclass._estimators.rows import model_labels_of
from linclass._functions.model import Model

Self = TypeVar("Self", bound="Coefficients")

#: Where an estimator keeps the arrays that it handed out, and whether coef_ is to be sparse.
HANDED = "_handed"
SPARSE = "_sparse"
#: Where it keeps the scale of a fit whose model gave way to one of other parameters.
SCALE = "_scale_of_fit"


def finite(values: Any, shape: tuple[int, ...], name: str) -> Array:
    """Parameters that a user assigned, as an array of that shape; ValueError unless they are finite."""
    array = as_array(values, name)
    array = array.astype(real_dtype(array), copy=False)
    if array.shape != shape:
        raise ValueError(f"{name} has the shape {array.shape}, not {shape}")
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        place = tuple(wrong[0].tolist())
        raise ValueError(f"{name}[{', '.join(map(str, place))}] is {array[place]}, not a finite number")
    return array


def columns(of_rows: Array, k: int, loss: LossName) -> Array:
    """The parameters of each class, from those of each row of ``coef_``.

    One row is the second class less the first. Logistic regression leaves the first 0, as a fit does; the
    hinge losses penalise both, and the least norm has half of the difference in each.
    """
    if len(of_rows) == k:
        return of_rows
    if loss == "logistic":
        return np.concatenate([np.zeros_like(of_rows), of_rows])
    return np.concatenate([-0.5 * of_rows, 0.5 * of_rows])


class Coefficients:
    """The model of an estimator, and its parameters."""

    #: Whether two classes have one row of coef_ and intercept_: the second less the first.
    _one_row_for_two: ClassVar[bool] = False

    classes_: Array
    n_features_in_: int
    scale: float | None

    def _loss(self, k: int) -> LossName:
        """Name of the loss for k classes."""
        raise NotImplementedError

    def _keep(self, model: Model) -> None:
        """Take over a model that this estimator did not fit."""
        raise NotImplementedError

    @property
    def model_(self) -> Model:
        """The :class:`Model`, with what was written to ``coef_`` and ``intercept_``."""
        if "model_" not in self.__dict__:
            raise AttributeError(f"this {type(self).__name__} is not fitted: it has no model_")
        if HANDED in self.__dict__:
            self._take_writes()
        model: Model = self.__dict__["model_"]
        return model

    @model_.setter
    def model_(self, model: Model) -> None:
        self.__dict__["model_"] = model
        self.__dict__.pop(HANDED, None)
        self.__dict__.pop(SCALE, None)

    def _factor(self) -> float | None:
        """The factor of samples: ``scale``, or the fit's where the model, of other parameters, lacks it.

        None: the model has it.
        """
        factor: float | None = self.__dict__.get(SCALE) if self.scale is None else self.scale
        return factor

    def _fitted(self) -> Model:
        if "model_" not in self.__dict__:
            raise NotFittedError(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with appropriate "
                "arguments before using this estimator."
            )
        return self.model_

    def _seen(self, name: str) -> Array:
        """``coef_`` or ``intercept_`` of the model, dense: a copy."""
        model: Model = self.__dict__["model_"]
        if name == "coef_":
            each = model.theta.T
        else:
            each = np.zeros(model.n_classes, model.dtype) if model.bias is None else model.bias
        one_row = self._one_row_for_two and len(each) == 2
        return each[1:] - each[:1] if one_row else np.array(each, order="C")

    def _hand_out(self, name: str) -> Array:
        self._fitted()
        handed = self.__dict__.setdefault(HANDED, {})
        if name not in handed:
            handed[name] = self._seen(name)
        array: Array = handed[name]
        return array

    def _take_writes(self) -> None:
        """Make a model of what was written to the arrays that were handed out."""
        handed = self.__dict__[HANDED]
        written = {name: array for name, array in handed.items() if (array != self._seen(name)).any()}
        if written:
            self._replace(**{name: array.copy() for name, array in written.items()})

    @property
    def coef_(self) -> Any:
        """Weights, (k, n). What is assigned or written to them changes the model.

        After :meth:`sparsify` a ``scipy.sparse.csr_matrix``, whose elements are the model's copies.
        """
        if SPARSE in self.__dict__:
            from scipy.sparse import csr_matrix

            self._fitted()
            return csr_matrix(self._seen("coef_"))
        return self._hand_out("coef_")

    @coef_.setter
    def coef_(self, coef: Any) -> None:
        self._assign(coef_=coef.toarray() if hasattr(coef, "toarray") else coef)

    @property
    def intercept_(self) -> Array:
        """Intercepts, (k,), zeros where none were fitted. May be assigned and written as ``coef_`` may."""
        return self._hand_out("intercept_")

    @intercept_.setter
    def intercept_(self, intercept: Any) -> None:
        self._assign(intercept_=intercept)

    def sparsify(self: Self) -> Self:
        """Show ``coef_`` as a sparse matrix from now on.

        The model itself, what is computed and how fast, remain as they are.

        Returns
        -------
        self
            The same estimator.

        Raises
        ------
        ValueError
            Not fitted.
        ImportError
            There is no scipy.
        """
        self._fitted()
        self.__dict__[SPARSE] = True
        return self

    def densify(self: Self) -> Self:
        """Show ``coef_`` as an array again.

        Returns
        -------
        self
            The same estimator.

        Raises
        ------
        ValueError
            Not fitted.
        """
        self._fitted()
        self.__dict__.pop(SPARSE, None)
        return self

    def _assign(self, **named: Any) -> None:
        """Replace one of the parameters; the array that was handed out of it is the user's alone then."""
        if HANDED in self.__dict__:
            self._take_writes()
        if "model_" in self.__dict__ and all(np.array_equal(self._seen(name), named[name]) for name in named):
            return  # the model has them, to the bit
        self._replace(**named)
        for name in named:
            self.__dict__.get(HANDED, {}).pop(name, None)

    def _replace(self, coef_: Any = None, intercept_: Any = None) -> None:
        """Make a model of other parameters, and those it has where none are given."""
        old: Model | None = self.__dict__.get("model_")
        if old is None and (coef_ is None or not hasattr(self, "classes_")):
            raise NotFittedError(
                f"This {type(self).__name__} instance is not fitted: assign classes_ first, then coef_, "
                "then intercept_."
            )
        k = len(self.classes_)
        loss = self._loss(k) if old is None else old.loss
        rows = 1 if self._one_row_for_two and k == 2 else k
        if coef_ is None:
            assert old is not None
            theta = old.theta
        else:
            n = self.n_features_in_ if old is not None else np.shape(coef_)[-1] if np.ndim(coef_) else 0
            theta = columns(finite(coef_, (rows, n), "coef_"), k, loss).T
        bias = None if old is None else old.bias
        if intercept_ is not None:
            bias = columns(finite(intercept_, (rows,), "intercept_"), k, loss)
        labels = model_labels_of(self.classes_) if old is None else old.labels
        model = Model.from_parameters(theta, bias, labels, loss=loss)
        if old is None:
            self._keep(model)
        else:
            self.__dict__.setdefault(SCALE, old.scale)
            self.__dict__["model_"] = model.with_metadata(old.metadata)
