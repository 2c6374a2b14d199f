"""What estimators inherit: scikit-learn's classes where it is installed, plain ones where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "BaseEstimator",
    "ClassifierMixin",
    "ConvergenceWarning",
    "DataConversionWarning",
    "NotFittedError",
    "available_if",
]

if TYPE_CHECKING:
    from linclass._plain import (
        BaseEstimator,
        ClassifierMixin,
        ConvergenceWarning,
        DataConversionWarning,
        NotFittedError,
        available_if,
    )
else:
    try:
        from sklearn.base import BaseEstimator, ClassifierMixin
        from sklearn.exceptions import ConvergenceWarning, DataConversionWarning, NotFittedError
        from sklearn.utils.metaestimators import available_if
    except ImportError:
        from linclass._plain import (
            BaseEstimator,
            ClassifierMixin,
            ConvergenceWarning,
            DataConversionWarning,
            NotFittedError,
            available_if,
        )
