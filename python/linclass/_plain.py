"""What estimators inherit where scikit-learn is not installed: parameters, score, its exceptions."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np


class NotFittedError(ValueError, AttributeError):
    """Used before it was fitted."""


class ConvergenceWarning(UserWarning):
    """A fit that stopped at a limit."""


class DataConversionWarning(UserWarning):
    """A target in another shape than asked for."""


class BaseEstimator:
    """Parameters are the arguments of the constructor, kept under their names."""

    @classmethod
    def _names(cls) -> list[str]:
        return sorted(name for name in inspect.signature(cls).parameters)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Parameters by name.

        Parameters
        ----------
        deep : bool
            Of no consequence: an estimator has no other inside.

        Returns
        -------
        dict

        Raises
        ------
        AttributeError
            A parameter was deleted.
        """
        return {name: getattr(self, name) for name in self._names()}

    def set_params(self, **params: Any) -> Any:
        """Set parameters.

        Parameters
        ----------
        params : any
            By name.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            There is no parameter of that name.
        """
        for name, value in params.items():
            if name not in self._names():
                raise ValueError(f"{type(self).__name__} has no parameter {name!r}: {self._names()}")
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        """Show the parameters that are not at their defaults."""
        defaults = {
            name: parameter.default for name, parameter in inspect.signature(type(self)).parameters.items()
        }
        changed = [
            f"{name}={value!r}" for name, value in self.get_params().items() if value is not defaults[name]
        ]
        return f"{type(self).__name__}({', '.join(changed)})"


class ClassifierMixin:
    """Accuracy as the score."""

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Share of rows whose label is predicted.

        Parameters
        ----------
        X : array_like, (m, n)
        y : array_like, (m,)
        sample_weight : array_like, (m,), optional

        Returns
        -------
        float

        Raises
        ------
        ValueError
            Not fitted; sizes that do not fit; NaN or infinity in X.
        """
        predict: Callable[[Any], Any] = getattr(self, "predict")  # noqa: B009 (of the estimator)
        return float(np.average(predict(X) == np.asarray(y), weights=sample_weight))


def available_if(check: Callable[[Any], bool]) -> Callable[[Any], Any]:
    """A method that is there only when the check of its object says so."""

    class Available:
        def __init__(self, method: Any) -> None:
            self.method = method
            self.__doc__ = method.__doc__

        def __get__(self, instance: Any, owner: Any = None) -> Any:
            if instance is not None and not check(instance):
                raise AttributeError(f"{type(instance).__name__} has no {self.method.__name__} as it is set")
            return self.method if instance is None else self.method.__get__(instance, owner)

    return Available
